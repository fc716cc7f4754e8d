import type { JsonValue } from '#lib/ledger';

/** The forms of one template in one language. */
export interface TemplateContent {
  /** '' on channels that have none. */
  readonly subject: string;
  /** Null for plain text alone. */
  readonly html: string | null;
  readonly text: string;
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

/**
 * The language in which a template speaks to somebody: theirs, else theirs without the region
 * (`de` for `de-AT`), else the template's default.
 */
export function chooseLanguage({ contents, defaultLanguage }: TemplateContents, wanted: string): string {
  const [base = wanted] = wanted.split('-');
  return [wanted, base].find((language) => Object.hasOwn(contents, language)) ?? defaultLanguage;
}
