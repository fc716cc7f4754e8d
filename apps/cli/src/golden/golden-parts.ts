import type { CapRule, ConsentState, Facts, Policy, QuietHoursRule } from '#lib/decision';
import type { EpochMs } from '#lib/kernel';

/** A case of the golden corpus, as the code has it. */
export interface GoldenCase {
  readonly id: string;
  readonly now: EpochMs;
  readonly policy: Policy;
  readonly facts: Facts;
  /** Decided by superseded tables, as decisions of before are; left out: by those of today. Not a part of the line. */
  readonly tables?: { readonly tzdb?: string; readonly places?: string; readonly holidays?: string };
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOON = Date.parse('2026-11-21T12:00:00+01:00');
export const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;
export const BOTH = ['commercial', 'transactional'] as const;

export const consent = (status: ConsentState['status'], validUntil: EpochMs | null = null): ConsentState => ({
  status,
  since: NOON - 200 * DAY,
  validUntil,
  eventId: `event-${status}`,
});
export const base: Facts = {
  message: { class: 'commercial', channel: 'email', sendAt: null, expiresAt: NOON + 400 * DAY },
  contact: { zone: 'Europe/Berlin', erased: false, pausedUntil: null },
  contactPoint: { valid: true },
  brand: { zone: 'Europe/Berlin' },
  purpose: { key: 'commercial', enforcement: 'restrictive' },
  topic: { key: 'newsletter' },
  campaign: null,
  consent: { purpose: consent('confirmed'), topic: consent('confirmed') },
  suppressions: [],
  capUses: [],
  rates: [],
};
export const use = (at: EpochMs, change: Partial<Facts['capUses'][number]> = {}): Facts['capUses'][number] => ({
  at,
  channel: 'email',
  class: 'commercial',
  purpose: 'commercial',
  topic: 'newsletter',
  campaign: null,
  ...change,
});
export const cap = (change: Partial<CapRule> = {}): CapRule => ({
  id: 'weekly',
  scope: 'any',
  limit: 2,
  window: 'P7D',
  action: 'defer',
  classes: { bound: ['commercial'], counted: ['commercial'] },
  ...change,
});
export const night = (change: Partial<QuietHoursRule> = {}): QuietHoursRule => ({
  id: 'night',
  channels: ['email', 'sms', 'push'],
  classes: ['commercial'],
  windows: [{ days: WEEK, start: '21:00', end: '08:00' }],
  action: 'defer',
  ...change,
});
export const policy = (rules: Partial<Policy> = {}): Policy => ({
  key: 'golden',
  version: 1,
  caps: [],
  quietHours: [],
  rates: [],
  ...rules,
});
export const house = policy({ caps: [cap()], quietHours: [night()] });

export function one(id: string, facts: Facts, rules: Policy = house, now: EpochMs = NOON): GoldenCase {
  return { id, now, policy: rules, facts };
}
