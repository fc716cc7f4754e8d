import type { ConsentState, ConsentStatus, Facts } from '../facts.js';
import type { CapRule, Policy, QuietHoursRule, RateRule } from '../policy.js';

/** An instant in ISO 8601, with offset, as milliseconds. */
export function ms(iso: string): number {
  return Date.parse(iso);
}

/** A commercial e-mail about a newsletter to a contact in Berlin who confirmed both: nothing stands in its way. */
export function someFacts(
  change: {
    message?: Partial<Facts['message']>;
    contact?: Partial<Facts['contact']>;
    contactPoint?: Facts['contactPoint'];
    brand?: Facts['brand'];
    purpose?: Partial<Facts['purpose']>;
    topic?: Facts['topic'];
    campaign?: Facts['campaign'];
    consent?: Partial<Facts['consent']>;
    suppressions?: Facts['suppressions'];
    capUses?: Facts['capUses'];
    rates?: Facts['rates'];
  } = {},
): Facts {
  return {
    message: {
      class: 'commercial',
      channel: 'email',
      sendAt: null,
      expiresAt: ms('2030-01-01T00:00:00Z'),
      ...change.message,
    },
    contact: { zone: 'Europe/Berlin', erased: false, pausedUntil: null, ...change.contact },
    contactPoint: change.contactPoint === undefined ? { valid: true } : change.contactPoint,
    brand: change.brand ?? { zone: 'Europe/Berlin' },
    purpose: { key: 'commercial', enforcement: 'restrictive', ...change.purpose },
    topic: change.topic === undefined ? { key: 'newsletter' } : change.topic,
    campaign: change.campaign ?? null,
    consent: { purpose: consent('confirmed'), topic: consent('confirmed'), ...change.consent },
    suppressions: change.suppressions ?? [],
    capUses: change.capUses ?? [],
    rates: change.rates ?? [],
  };
}

/** A recorded consent of that status. */
export function consent(status: ConsentStatus, change: Partial<ConsentState> = {}): ConsentState {
  return { status, since: ms('2025-01-01T00:00:00Z'), validUntil: null, eventId: 'event-1', ...change };
}

/** A policy with these rules and no others. */
export function somePolicy(rules: Partial<Pick<Policy, 'caps' | 'quietHours' | 'rates'>> = {}): Policy {
  return { key: 'marketing', version: 7, caps: [], quietHours: [], rates: [], ...rules };
}

/** Three commercial messages in seven days, whatever they are about. */
export function someCap(change: Partial<CapRule> = {}): CapRule {
  return {
    id: 'weekly',
    scope: 'any',
    limit: 3,
    window: 'P7D',
    action: 'defer',
    classes: { bound: ['commercial'], counted: ['commercial'] },
    ...change,
  };
}

/** Every night from nine to eight. */
export function someQuietHours(change: Partial<QuietHoursRule> = {}): QuietHoursRule {
  return {
    id: 'night',
    channels: ['email', 'sms'],
    classes: ['commercial'],
    windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
    action: 'defer',
    ...change,
  };
}

/** Ten a second. */
export function someRate(change: Partial<RateRule> = {}): RateRule {
  return { id: 'pace', scope: 'channel', permits: 10, interval: 'PT1S', burst: 1, ...change };
}

/** A hand-over of the same kind as `someFacts`. */
export function capUse(at: number, change: Partial<Facts['capUses'][number]> = {}): Facts['capUses'][number] {
  return {
    at,
    channel: 'email',
    class: 'commercial',
    purpose: 'commercial',
    topic: 'newsletter',
    campaign: null,
    ...change,
  };
}
