import type { ConsentStatus } from './consent-fold.js';

/** Consent statuses of the Data Privacy Vocabulary (https://w3id.org/dpv, version 2). */
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
] as const;
export type DpvStatus = (typeof DPV_STATUSES)[number];

/**
 * Our statuses in the words of DPV. It knows no confirmation and no objection: a confirmed consent is a given one, and
 * whoever objects (GDPR Art. 21) refuses, also where there was no consent to refuse.
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

export const DPV = 'https://w3id.org/dpv#';

/** The term for a status; `renewed` when the person had said yes before. Only given and renewed consents are valid. */
export function dpvStatus(status: ConsentStatus | null, renewed: boolean): DpvStatus {
  if (status === null) return 'ConsentUnknown';
  const term = TERMS[status];
  return term === 'ConsentGiven' && renewed ? 'RenewedConsentGiven' : term;
}
