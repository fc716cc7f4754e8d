import fc from 'fast-check';
import { CHANNELS, ENFORCEMENT_MODELS, MESSAGE_CLASSES } from '#lib/kernel';
import type { ConsentState, ConsentStatus, Facts } from '../facts.js';
import type { Audience, CapRule, Policy, QuietHoursRule, Weekday } from '../policy.js';
import { policyProblems } from '../policy-problems.js';
import { ms } from './some-facts.js';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
/** The nights on which these zones change their clocks are as likely as all the others together. */
export const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'America/Havana',
  'Foo/Bar',
];
export const NIGHTS = [
  '2025-03-08',
  '2025-03-29',
  '2025-04-05',
  '2025-09-06',
  '2025-10-04',
  '2025-10-25',
  '2025-11-01',
];

export const near = (from: number, to: number) => fc.integer({ min: Math.ceil(from), max: Math.floor(to) });
export const anyNow = fc.oneof(
  fc.tuple(fc.constantFrom(...NIGHTS), near(0, 2 * DAY)).map(([night, after]) => ms(`${night}T00:00:00Z`) + after),
  near(ms('2025-01-01T00:00:00Z'), ms('2025-12-01T00:00:00Z')),
);
export const anyOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
export const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });

const STATUSES: readonly ConsentStatus[] = ['requested', 'granted', 'confirmed', 'withdrawn', 'expired', 'objected'];

/** Mostly a consent that lets the message through, or there would be little to solve. */
function anyConsent(now: number): fc.Arbitrary<ConsentState | null> {
  const validUntil = orNull(near(now - DAY, now + 12 * DAY));
  const state = (status: fc.Arbitrary<ConsentStatus>) =>
    fc.record({ status, since: fc.constant(1), validUntil, eventId: fc.constant('event') });
  return fc.oneof({ weight: 8, arbitrary: state(fc.constant('granted')) }, orNull(state(anyOf(STATUSES))));
}

const quarter = near(0, 95).map(
  (n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`,
);
export const anyWindow = fc
  .record({ days: fc.subarray<Weekday>([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), start: quarter, end: quarter })
  .filter(({ start, end }) => start !== end);

export function anyFacts(now: number): fc.Arbitrary<Facts> {
  return fc.record({
    message: fc.record({
      class: fc.constantFrom('commercial', 'commercial', 'commercial', 'transactional'),
      channel: anyOf(['email', 'sms'] as const),
      sendAt: orNull(near(now - DAY, now + 3 * DAY)),
      expiresAt: near(now, now + 20 * DAY),
    }),
    contact: fc.record(
      {
        zone: orNull(anyOf(ZONES)),
        erased: fc.constant(false),
        pausedUntil: orNull(near(now - DAY, now + 3 * DAY)),
        chosenZone: orNull(anyOf(ZONES)),
        phonePrefix: anyOf(['+1212', '+49171', '+447']),
        country: anyOf(['US', 'DE', 'FR', 'ZZ']),
        region: anyOf(['US-TX', 'US-NY', 'DE-BY']),
        segments: fc.subarray(['vip', 'staff']),
        quietHours: fc.array(anyWindow, { maxLength: 1 }),
      },
      { requiredKeys: ['zone', 'erased', 'pausedUntil'] },
    ),
    contactPoint: fc.constant({ valid: true }),
    brand: fc.constant({ zone: 'Europe/Berlin' }),
    purpose: fc.record({ key: fc.constant('commercial'), enforcement: anyOf(ENFORCEMENT_MODELS) }),
    topic: orNull(fc.record({ key: anyOf(['newsletter', 'events']) })),
    campaign: orNull(fc.constant({ key: 'spring', status: 'active' as const })),
    consent: fc.record({ purpose: anyConsent(now), topic: anyConsent(now) }),
    suppressions: fc.constant([]),
    capUses: fc.array(
      fc.record({
        at: near(now - 8 * DAY, now + 1000),
        channel: anyOf(['email', 'sms'] as const),
        class: anyOf(MESSAGE_CLASSES),
        purpose: anyOf(['commercial', 'tracking']),
        topic: orNull(anyOf(['newsletter', 'events'])),
        campaign: orNull(fc.constant('spring')),
      }),
      { maxLength: 8 },
    ),
    rates: fc.array(
      fc.record({
        rule: fc.constant('pace'),
        scope: fc.constant('channel' as const),
        key: fc.constant('email'),
        emissionIntervalUs: near(1, 3_600_000_000),
        burst: near(1, 5),
        tat: fc.oneof(fc.constant(0), near(now * 1000 - 1000, now * 1000 + DAY * 300)),
      }),
      { maxLength: 2 },
    ),
  });
}

export const anyCap: fc.Arbitrary<CapRule> = fc.record({
  id: fc.uuid(),
  scope: anyOf(['any', 'channel', 'topic', 'purpose', 'campaign'] as const),
  limit: near(0, 4),
  window: anyOf(['PT6H', 'P1D', 'P3D', 'P7D']),
  action: anyOf(['drop', 'defer'] as const),
  classes: fc.record({
    bound: fc.subarray([...MESSAGE_CLASSES], { minLength: 1 }),
    counted: fc.subarray([...MESSAGE_CLASSES], { minLength: 1 }),
  }),
});

export const anyDates = fc
  .tuple(anyOf(NIGHTS), near(-2, 20), near(0, 3))
  .map(([night, after, length]) => ({ from: dateAfter(night, after), to: dateAfter(night, after + length) }));
const anyAudience: fc.Arbitrary<Audience> = fc.oneof(
  fc.record({ countries: fc.subarray(['US', 'DE', 'FR'], { minLength: 1 }) }),
  fc.record({ regions: fc.subarray(['US-TX', 'US-NY'], { minLength: 1 }), segments: fc.constant(['vip']) }),
  fc.record({ phonePrefixes: fc.subarray(['+1', '+49'], { minLength: 1 }) }),
);
export const anyQuietHours: fc.Arbitrary<QuietHoursRule> = fc.record(
  {
    id: fc.uuid(),
    channels: fc.subarray([...CHANNELS], { minLength: 5 }),
    classes: fc.subarray([...MESSAGE_CLASSES], { minLength: 1 }),
    windows: fc.array(anyWindow, { minLength: 1, maxLength: 3 }),
    dates: fc.array(anyDates, { maxLength: 2 }),
    holidays: fc.boolean(),
    when: anyAudience,
    unless: anyAudience,
    action: anyOf(['drop', 'defer', 'defer'] as const),
  },
  { requiredKeys: ['id', 'channels', 'classes', 'windows', 'action'] },
);

function dateAfter(date: string, days: number): string {
  return new Date(ms(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

export const makesSense = (policy: Policy) => policyProblems(policy).length === 0;
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    key: fc.constant('marketing'),
    version: fc.constant(1),
    caps: fc.array(anyCap, { maxLength: 3 }),
    quietHours: fc.array(anyQuietHours, { maxLength: 2 }),
    rates: fc.constant([]),
  })
  .filter(makesSense);

/** An instant, facts around it and rules that make sense, more often than not about a message that could leave. */
export const anyCase = anyNow.chain((now) =>
  fc.record({ now: fc.constant(now), facts: anyFacts(now), policy: anyPolicy }),
);
