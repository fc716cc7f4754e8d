import type { EpochMs } from '#lib/kernel';
import type { JsonValue } from '#lib/ledger';
import type { ConsentEventKind } from './consent-fold.js';

/**
 * The kinds of permission that laws tell apart. `soft_opt_in` is an existing customer's (§ 7 (3) UWG, Art. 13 (2) of
 * Directive 2002/58/EC); the implied ones are a purchase or contract and an inquiry (CASL s. 10 (9) and (10)).
 */
export const CONSENT_BASES = ['express', 'soft_opt_in', 'implied_purchase', 'implied_inquiry'] as const;
export type ConsentBasisKind = (typeof CONSENT_BASES)[number];

/** Facts about a consent that some law asks for by itself; a caller states them as `true` in the event's evidence. */
export const STATED_EVIDENCE = [
  'address_from_sale',
  'similar_products',
  'no_objection',
  'told_of_objection',
  'written',
] as const;
export type ConsentEvidence = 'wording' | 'method' | 'confirmed' | (typeof STATED_EVIDENCE)[number];

/** What a consent rests on, as far as it is on file. */
export interface ConsentBasis {
  readonly kind: ConsentBasisKind;
  readonly at: EpochMs;
  readonly evidence: readonly ConsentEvidence[];
}

export interface BasisRow {
  readonly kind: ConsentEventKind;
  readonly legalBasis: string;
  readonly occurredAt: EpochMs;
  readonly method: string;
  readonly hasWording: boolean;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** The legal bases that say that the person said yes. */
export const CONSENTS = ['consent', 'express'] as const;

/** What legal bases are called besides by the names above. A contract is an existing business relationship (CASL s. 10 (10)). */
const OTHER_NAMES: ReadonlyMap<string, ConsentBasisKind> = new Map([
  ['consent', 'express'],
  ['contract', 'implied_purchase'],
]);

/** The kind of permission that a legal basis is; null where it is none of those. */
export function basisKindOf(legalBasis: string): ConsentBasisKind | null {
  return CONSENT_BASES.find((basis) => basis === legalBasis) ?? OTHER_NAMES.get(legalBasis) ?? null;
}

/**
 * Whether the person said it in so many words. However well it is documented: a purchase, a contract or an interest of
 * the sender is nothing that they said (§ 7 (3) UWG, CASL s. 10).
 */
export function isExpress(legalBasis: string): boolean {
  return basisKindOf(legalBasis) === 'express';
}

/**
 * Reads the basis out of a consent event; null where the legal basis is none of those that laws about messages know,
 * such as `legitimate_interest`: a law that asks for one is then not satisfied by the event, whatever is on file.
 */
export function basisOf({ kind, legalBasis, occurredAt, method, hasWording, evidence }: BasisRow): ConsentBasis | null {
  const known = basisKindOf(legalBasis);
  if (known === null) return null;
  const found: ConsentEvidence[] = [];
  if (hasWording) found.push('wording');
  if (method !== '') found.push('method');
  if (kind === 'confirmed') found.push('confirmed');
  for (const name of STATED_EVIDENCE) if (evidence[name] === true) found.push(name);
  return { kind: known, at: occurredAt, evidence: found };
}

/**
 * What of an event's evidence is kept beside it: the facts that laws ask for, and marks of doubt. Nothing of it points to
 * a person; the rest (address, user agent, references) is in the ledger's disclosure alone.
 */
export function statedIn(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const stated: Record<string, unknown> = {};
  for (const name of STATED_EVIDENCE) if (details[name] === true) stated[name] = true;
  for (const mark of [UNDATED, UNPROVEN, BROUGHT]) if (details[mark] === true) stated[mark] = true;
  const flags = details['flags'];
  if (Array.isArray(flags)) stated['flags'] = flags.filter((flag) => typeof flag === 'string' && FLAG.test(flag));
  return stated;
}

/** What an event's entry discloses as its evidence: how it was said, and whether it only came along with something else. */
export function detailsOf(
  { brought }: { readonly brought?: boolean },
  details: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return brought === true ? { ...details, [BROUGHT]: true } : details;
}

/** Both things that are kept beside an event, from what its entry discloses. */
export function statedOf(details: Readonly<Record<string, JsonValue>>): {
  readonly evidence: JsonValue;
  readonly messageId: string | null;
} {
  return { evidence: statedIn(details) as JsonValue, messageId: messageIn(details) };
}

/** The message by whose link it was said, where there was one. */
export function messageIn({ message }: Readonly<Record<string, unknown>>): string | null {
  return typeof message === 'string' && UUID.test(message) ? message : null;
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** That whoever brought it did not say when it happened. */
export const UNDATED = 'undated';
/** That whoever brought a yes gave nothing by which it can be shown: it counts where no yes is needed, and nowhere else. */
export const UNPROVEN = 'unproven';
/** That a yes to a purpose only came along with one to a topic of it. */
export const BROUGHT = 'brought';
const FLAG = /^[a-z_]{1,32}$/;
