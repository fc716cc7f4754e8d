/** Why a message waits. Written to the ledger: add values, never rename one. */
export const HOLD_REASONS = [
  'quiet_hours',
  'frequency_cap',
  'rate_limit',
  'warm_up',
  'provider_backoff',
  'provider_slow',
  'send_time',
  'other_channel',
  'paused',
] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Why a message ended without leaving. Dropped is not failed: nobody may retry it. Add values, never rename one. */
export const DROP_REASONS = [
  'no_consent',
  'consent_denied',
  'consent_withdrawn',
  'consent_expired',
  'confirmation_pending',
  'objection',
  'paused',
  'suppressed_bounce',
  'suppressed_complaint',
  'suppressed_manual',
  'frequency_cap',
  'quiet_hours',
  'duplicate',
  'no_contact_point',
  'invalid_address',
  'holdout',
  'expired',
  'cancelled',
  'campaign_stopped',
  'reached_on_other_channel',
  'jurisdiction',
  'erased',
] as const;
export type DropReason = (typeof DROP_REASONS)[number];
