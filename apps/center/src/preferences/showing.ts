import type { PageLink, PreferenceView } from '#lib/consent';
import type { HeldMessage, OriginMessage } from '#lib/sending';
import type { ServedWords } from '../pages/served-words.js';
import type { Language } from '../texts/texts.js';
import type { Entered, WrongField } from './form.js';
import { here, type PageQuery } from './page-address.js';

/** Everything that one answer is made of. */
export interface Showing {
  readonly link: PageLink;
  readonly view: PreferenceView;
  readonly language: Language;
  readonly query: PageQuery;
  readonly held: readonly HeldMessage[];
  readonly origin: OriginMessage | null;
  /** What was posted and not carried out, and why. */
  readonly again?: {
    readonly entered: Entered;
    /** Empty: nothing is wrong with it, but the page was no longer true. */
    readonly wrong: readonly WrongField[];
    /** The change by which the boxes that were unticked have been taken as a no all the same; null where none were. */
    readonly tookNo?: TookNo | null;
  };
  /** Of the controls of this page. */
  readonly served: ServedWords;
  /** By which its forms are told from those of every other page; null where nothing hangs on it. */
  readonly pageNumber: string | null;
  /** By which the change that the page tells of is taken back; null where none is needed, or none is known. */
  readonly undoSecret: string | null;
}

/** A change that was made beside a form that comes back, and by which a link that may only reduce takes it back. */
export interface TookNo {
  readonly changeId: string;
  readonly undoSecret: string | null;
}

/** Id of what the link is about: a topic or purpose of its own, or of the mail in which it stood. */
export function scopeOf({ link, origin }: Pick<Showing, 'link' | 'origin'>): string | null {
  return link.scopeId ?? origin?.askedAbout ?? origin?.topicId ?? origin?.purposeId ?? null;
}

export function isPaused({ facts, now }: PreferenceView): boolean {
  return facts.fields.pausedUntil !== null && facts.fields.pausedUntil > now;
}

export function holderOf(link: PageLink) {
  return { access: link.access, pointId: link.contactPointId };
}

/**
 * Where a form of the page posts its wish: it says in which language it was read, and on which page of the topics, to
 * which its answer leads back.
 */
export function actionOf({ query, language }: Pick<Showing, 'query' | 'language'>, wish: Partial<PageQuery>): string {
  return here({ act: null, topics: query.topics, ...wish, lang: query.lang, said: language });
}
