/** A letter of Article 6 (1) GDPR. */
export type Article = 'a' | 'b' | 'c' | 'd' | 'e' | 'f';

/**
 * What a yes can rest on, by name, with its letter. A permission that a law implies from a purchase or an inquiry is an
 * implied consent (CASL s. 10 (9)); a soft opt-in is an interest of the sender that § 7 (3) UWG allows.
 */
const ARTICLES = {
  consent: 'a',
  express: 'a',
  implied_purchase: 'a',
  implied_inquiry: 'a',
  soft_opt_in: 'f',
  contract: 'b',
  legal_obligation: 'c',
  vital_interests: 'd',
  public_task: 'e',
  legitimate_interests: 'f',
} as const satisfies Readonly<Record<string, Article>>;

export type LegalBasisName = keyof typeof ARTICLES;
export const LEGAL_BASES = Object.keys(ARTICLES) as LegalBasisName[];

/** Names that are taken too, for those above. */
export const OTHER_LEGAL_BASES = ['vital_interest', 'legitimate_interest'] as const;

/** What a no, or an end, may say besides: it has no legal basis of its own. */
export const BASES_OF_A_NO = ['withdrawal', 'refusal', 'objection', 'expiry', 'invalidation'] as const;

/**
 * The letter of Article 6 (1) GDPR that a legal basis is; null for a word that is none. However somebody wrote it: by name, or
 * as `legitimate-interests`, `gdpr_6_1_f`, `Art. 6(1)(f)`, `eu-gdpr:A6-1-f` or the Data Privacy Vocabulary's `dpv:LegitimateInterest`.
 */
export function articleOf(basis: string): Article | null {
  const letter =
    /^(?:eu-gdpr:|gdpr)?[\s._-]*(?:a|art|article)?[\s._-]*6[\s._(-]*1[\s._)(-]*([a-f])\)?(?:\s*gdpr)?$/i.exec(
      basis,
    )?.[1];
  if (letter !== undefined) return letter.toLowerCase() as Article;
  const name = basis
    .replace(/^dpv:/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
    .replaceAll(/[\s._-]+/g, '_')
    .toLowerCase();
  return BY_NAME.get(name) ?? (LEGITIMATE_INTEREST.test(basis) ? 'f' : null);
}

/** Also among other words: what somebody can object to has to stay so, however it was put. */
const LEGITIMATE_INTEREST = /legitimate[\s_-]*interest|\b(?:a|art|article)?[\s._-]*6[\s._(-]*1[\s._)(-]*f\b|_6_1_f\b/i;

const BY_NAME: ReadonlyMap<string, Article> = new Map<string, Article>([
  ...Object.entries(ARTICLES),
  ['vital_interest', 'd'],
  ['public_interest', 'e'],
  ['public_interests', 'e'],
  ['official_authority_of_controller', 'e'],
  ['legitimate_interest', 'f'],
]);

/** The name of a legal basis as it was written somewhere; null for a word that is none. */
export function legalBasisNamed(basis: string): LegalBasisName | null {
  const known = LEGAL_BASES.find((name) => name === basis);
  const article = articleOf(basis);
  return known ?? (article === null ? null : BY_ARTICLE[article]);
}

const BY_ARTICLE: Readonly<Record<Article, LegalBasisName>> = {
  a: 'consent',
  b: 'contract',
  c: 'legal_obligation',
  d: 'vital_interests',
  e: 'public_task',
  f: 'legitimate_interests',
};

/** Of what nobody knows what it rests on. */
export const UNKNOWN_BASIS = 'unknown';
