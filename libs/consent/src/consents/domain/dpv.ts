import type { ConsentStatus } from './consent-fold.js';
import type { Article } from './legal-basis.js';

/** Statuses of consents, and of other legal bases, in the Data Privacy Vocabulary (https://w3id.org/dpv, version 2). */
export const DPV_STATUSES = [
  'ConsentUnknown',
  'ConsentRequested',
  'ConsentGiven',
  'RenewedConsentGiven',
  'ConsentRefused',
  'ConsentWithdrawn',
  'ConsentRevoked',
  'ConsentExpired',
  'ConsentInvalidated',
  'ContractActive',
  'LegalObligationOngoing',
  'VitalInterestOngoing',
  'OfficialAuthorityExerciseOngoing',
  'LegitimateInterestNotObjected',
] as const;
export type DpvStatus = (typeof DPV_STATUSES)[number];

/**
 * Our statuses in the words of DPV. It knows no confirmation and no objection: a confirmed consent is a given one, and
 * whoever objects (GDPR Art. 21) withdraws the consent that there was, or refuses where there was none.
 */
const TERMS: Readonly<Record<ConsentStatus, DpvStatus>> = {
  requested: 'ConsentRequested',
  granted: 'ConsentGiven',
  confirmed: 'ConsentGiven',
  refused: 'ConsentRefused',
  withdrawn: 'ConsentWithdrawn',
  revoked: 'ConsentRevoked',
  expired: 'ConsentExpired',
  invalidated: 'ConsentInvalidated',
  objected: 'ConsentRefused',
};

/** How the vocabulary says that another legal basis than a consent holds. */
const HOLDS: Readonly<Record<Exclude<Article, 'a'>, DpvStatus>> = {
  b: 'ContractActive',
  c: 'LegalObligationOngoing',
  d: 'VitalInterestOngoing',
  e: 'OfficialAuthorityExerciseOngoing',
  f: 'LegitimateInterestNotObjected',
};

export const DPV = 'https://w3id.org/dpv#';

/**
 * The term for a status. Only given and renewed consents are valid.
 * @param renewed whether the person had said yes before they did so now
 * @param agreed whether somebody who says no had agreed before: what was never given is refused and not withdrawn
 * @param article on what a yes rests: what rests on something else than a consent is none; null: nobody knows
 */
export function dpvStatus(
  status: ConsentStatus | null,
  renewed: boolean,
  agreed: boolean,
  article: Article | null = 'a',
): DpvStatus {
  if (status === null) return 'ConsentUnknown';
  if ((status === 'granted' || status === 'confirmed') && article !== 'a')
    return article === null ? 'ConsentUnknown' : HOLDS[article];
  if (status === 'withdrawn' || status === 'objected') return agreed ? 'ConsentWithdrawn' : 'ConsentRefused';
  const term = TERMS[status];
  return term === 'ConsentGiven' && renewed ? 'RenewedConsentGiven' : term;
}
