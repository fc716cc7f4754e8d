import type { JsonValue } from '#lib/ledger';

/** The forms of one template in one language. */
export interface TemplateContent {
  /** '' on channels that have none. */
  readonly subject: string;
  /** Null for plain text alone. */
  readonly html: string | null;
  readonly text: string;
  /** What a list of mails shows behind the subject. */
  readonly preheader?: string;
  /** What the channel asks for beside texts: a card, the places of a template elsewhere. Its texts are templates. */
  readonly data?: JsonValue;
}

/** A template version as far as rendering needs it. */
export interface TemplateContents {
  readonly id: string;
  readonly defaultLanguage: string;
  /** By language tag; the default language is always there. */
  readonly contents: Readonly<Record<string, TemplateContent>>;
}

/** Longer tags are no languages. */
const MOST_PARTS = 8;

/**
 * The language in which a template speaks to somebody: theirs, else theirs with one part less each time (`zh-Hant` and
 * `zh` for `zh-Hant-TW`: RFC 4647, 3.4), else the template's default.
 */
export function chooseLanguage({ contents, defaultLanguage }: TemplateContents, wanted: string): string {
  return chooseTag(Object.keys(contents), wanted) ?? defaultLanguage;
}

/** The same among any languages; null when none of them is the wanted one, or a part of it. */
export function chooseTag(there: readonly string[], wanted: string): string | null {
  const parts = wanted.split('-').slice(0, MOST_PARTS);
  const tags = parts.map((_, i) => parts.slice(0, parts.length - i).join('-'));
  return tags.find((language) => there.includes(language)) ?? null;
}
