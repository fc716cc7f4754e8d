import type { EnforcementModel, EpochMs } from '#lib/kernel';
import type { ConsentState, ConsentStatus } from './facts.js';
import type { DropReason } from './reasons.js';

type Effects = Readonly<Record<ConsentStatus | 'none', DropReason | null>>;

/**
 * What each recorded status means under each enforcement model; null lets the message pass.
 *
 * `invalidated` means that the recorded consent turned out not to hold (a number that changed hands, evidence that
 * is missing). It drops as `consent_expired`: the consent no longer stands, and `consent_withdrawn` would tell of a
 * choice that the person never made. The check's detail keeps the status.
 */
const EFFECTS: Readonly<Record<EnforcementModel, Effects>> = {
  restrictive: {
    none: 'no_consent',
    requested: 'confirmation_pending',
    granted: null,
    confirmed: null,
    refused: 'consent_denied',
    withdrawn: 'consent_withdrawn',
    revoked: 'consent_withdrawn',
    expired: 'consent_expired',
    invalidated: 'consent_expired',
    objected: 'objection',
  },
  permissive: {
    none: null,
    requested: null,
    granted: null,
    confirmed: null,
    refused: 'consent_denied',
    withdrawn: 'consent_withdrawn',
    revoked: 'consent_withdrawn',
    expired: null,
    invalidated: null,
    objected: 'objection',
  },
  // Another legal basis carries these; the right to object remains (Art. 21 GDPR), and whoever leaves objects.
  disabled: {
    none: null,
    requested: null,
    granted: null,
    confirmed: null,
    refused: null,
    withdrawn: 'consent_withdrawn',
    revoked: 'consent_withdrawn',
    expired: null,
    invalidated: null,
    objected: 'objection',
  },
};

/** Why the recorded state keeps a message from leaving at `at`, or null when it does not. */
export function consentObstacle(model: EnforcementModel, state: ConsentState | null, at: EpochMs): DropReason | null {
  const obstacle = EFFECTS[model][state?.status ?? 'none'];
  // Only where a consent is what lets the message through can its end stop it.
  if (model === 'restrictive' && obstacle === null && !outlasts(state, at)) return 'consent_expired';
  return obstacle;
}

function outlasts(state: ConsentState | null, at: EpochMs): boolean {
  return state !== null && (state.validUntil === null || state.validUntil > at);
}
