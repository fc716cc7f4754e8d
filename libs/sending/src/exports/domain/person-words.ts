import type { Times } from '#lib/platform';
import type { PersonTextKey } from './person-texts.js';
import { PERSON_TEXTS, type PersonPageLanguage } from './texts.js';

/** HTML that is safe to stand in a page: only `escape` and what is built of its results makes some. */
export type Html = string;

/** Names of something by language. */
export type Labels = Readonly<Record<string, string>>;

/** What the keys of purposes and topics are called. */
export interface Names {
  readonly purposes: ReadonlyMap<string, Labels>;
  readonly topics: ReadonlyMap<string, Labels>;
  /** In which things are named that have no name in the reader's language. */
  readonly fallback: string;
}

export function escape(value: string): Html {
  return value.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** Something from elsewhere, with its own direction and, where it is another, its own language. */
export function apart(value: string, lang: string | null = null): Html {
  return `<bdi${lang === null ? '' : ` lang="${escape(lang)}"`}>${escape(value)}</bdi>`;
}

/** An address; a number has no letter to say that it is read from left to right in every script. */
export function addressed(value: string): Html {
  return value.startsWith('+') ? `<bdi dir="ltr">${escape(value)}</bdi>` : apart(value);
}

/** A code of ours, for whoever compares with the file for programs. */
export function code(value: string): Html {
  return `<code dir="ltr">${escape(value)}</code>`;
}

/** How one page of one person's data names things. */
export class PersonWords {
  constructor(
    readonly language: PersonPageLanguage,
    readonly times: Times,
    private readonly names: Names,
  ) {}

  /** @param values HTML already */
  say(key: PersonTextKey, values: Readonly<Record<string, Html>> = {}): Html {
    return escape(PERSON_TEXTS[this.language][key]).replace(
      /\{(\w+)\}/g,
      (whole, name: string) => values[name] ?? whole,
    );
  }

  /** Words for a code; the code itself stands beside them where it has none of its own. */
  wordFor(key: string, otherwise: PersonTextKey | null): Html {
    const value = key.slice(key.indexOf('.') + 1);
    if (isTextKey(key)) return this.say(key);
    return otherwise === null ? code(value) : `${this.say(otherwise)} ${code(value)}`;
  }

  /** A sentence about a reason, whichever list it is from. */
  reason(status: string, reason: string): Html {
    const isWaiting = status === 'queued' || status === 'started' || status === 'defer';
    return this.wordFor(`${isWaiting ? 'held' : 'ended'}.${reason}`, null);
  }

  /** "Newsletter" by e-mail, or a purpose as a whole. */
  about({ channel, purpose, topic }: { channel: string; purpose: string; topic: string | null }): Html {
    if (topic === null) return this.say('record.general', { purpose: this.name(this.names.purposes, purpose) });
    return this.say('thing', {
      topic: this.name(this.names.topics, topic),
      channel: this.wordFor(`channel.${channel}`, null),
    });
  }

  time(at: string): Html {
    return `<time datetime="${escape(at)}">${escape(this.times.instant(Date.parse(at)))}</time>`;
  }

  private name(all: ReadonlyMap<string, Labels>, key: string): Html {
    const labels = all.get(key) ?? {};
    const own = Object.keys(labels).find((tag) => tag.split('-')[0] === this.language);
    if (own !== undefined) return apart(labels[own] ?? key);
    const other = Object.hasOwn(labels, this.names.fallback) ? this.names.fallback : Object.keys(labels)[0];
    return other === undefined ? apart(key) : apart(labels[other] ?? key, other);
  }
}

function isTextKey(key: string): key is PersonTextKey {
  return Object.hasOwn(PERSON_TEXTS.en, key);
}
