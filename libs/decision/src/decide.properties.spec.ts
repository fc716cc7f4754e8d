import { describe, expect, it } from '@jest/globals';
import { CHANNELS, ENFORCEMENT_MODELS, MESSAGE_CLASSES } from '#lib/kernel';
import fc from 'fast-check';
import { decide } from './decide.js';
import type { ConsentState, ConsentStatus, Facts } from './facts.js';
import type { Audience, CapRule, Policy, QuietHoursRule, Weekday } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { ms } from './testing/some-facts.js';
import { someHolidays, somePlaces } from './testing/some-places.js';
import { testReference } from './testing/test-reference.js';
import { metAtLeast, runs } from '../../../test/support/runs.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The nights on which these zones change their clocks are as likely as all the others together. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'America/Havana',
  'Foo/Bar',
];
const NIGHTS = ['2025-03-08', '2025-03-29', '2025-04-05', '2025-09-06', '2025-10-04', '2025-10-25', '2025-11-01'];

const near = (from: number, to: number) => fc.integer({ min: Math.ceil(from), max: Math.floor(to) });
const anyNow = fc.oneof(
  fc.tuple(fc.constantFrom(...NIGHTS), near(0, 2 * DAY)).map(([night, after]) => ms(`${night}T00:00:00Z`) + after),
  near(ms('2025-01-01T00:00:00Z'), ms('2025-12-01T00:00:00Z')),
);
const anyOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });

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
const anyWindow = fc
  .record({ days: fc.subarray<Weekday>([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), start: quarter, end: quarter })
  .filter(({ start, end }) => start !== end);

function anyFacts(now: number): fc.Arbitrary<Facts> {
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

const anyCap: fc.Arbitrary<CapRule> = fc.record({
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

const anyDates = fc
  .tuple(anyOf(NIGHTS), near(-2, 20), near(0, 3))
  .map(([night, after, length]) => ({ from: dateAfter(night, after), to: dateAfter(night, after + length) }));
const anyAudience: fc.Arbitrary<Audience> = fc.oneof(
  fc.record({ countries: fc.subarray(['US', 'DE', 'FR'], { minLength: 1 }) }),
  fc.record({ regions: fc.subarray(['US-TX', 'US-NY'], { minLength: 1 }), segments: fc.constant(['vip']) }),
  fc.record({ phonePrefixes: fc.subarray(['+1', '+49'], { minLength: 1 }) }),
);
const anyQuietHours: fc.Arbitrary<QuietHoursRule> = fc.record(
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

const makesSense = (policy: Policy) => policyProblems(policy).length === 0;
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    key: fc.constant('marketing'),
    version: fc.constant(1),
    caps: fc.array(anyCap, { maxLength: 3 }),
    quietHours: fc.array(anyQuietHours, { maxLength: 2 }),
    rates: fc.constant([]),
  })
  .filter(makesSense);

const anyCase = anyNow.chain((now) => fc.record({ now: fc.constant(now), facts: anyFacts(now), policy: anyPolicy }));
const reference = { ...testReference, places: somePlaces, holidays: someHolidays };
const judge = (facts: Facts, policy: Policy, at: number) => decide(facts, policy, at, reference);
const often = { numRuns: runs(400) };

describe('decide, whatever the facts', () => {
  it('names the earliest instant: there it passes, and at no instant before, the millisecond before included', () => {
    const seen = { pass: 0, defer: 0, drop: 0, dropThatCouldWait: 0 };
    fc.assert(
      fc.property(
        anyCase,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
        (given, points) => {
          const { now, facts, policy } = given;
          const { outcome, notBefore } = judge(facts, policy, now);
          seen[outcome]++;
          if (outcome === 'drop' && notBefore !== null) seen.dropThatCouldWait++;

          const end = notBefore ?? facts.message.expiresAt + DAY;
          const before = points.map((point) => Math.floor(now + point * (end - now))).concat(end - 1);
          for (const instant of before.filter((at) => at >= now && at < end)) {
            expect(judge(facts, policy, instant).outcome).not.toBe('pass');
          }
          if (notBefore !== null) expect(judge(facts, policy, notBefore)).toMatchObject({ outcome: 'pass', notBefore });
        },
      ),
      often,
    );
    // A property about cases that never occur says nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThanOrEqual(metAtLeast(4));
  });

  it('holds only into the future, and never past the end of the message', () => {
    fc.assert(
      fc.property(anyCase, ({ now, facts, policy }) => {
        const decision = judge(facts, policy, now);
        if (decision.outcome === 'defer') {
          expect(decision.until).toBeGreaterThan(now);
          expect(decision.until).toBeLessThan(facts.message.expiresAt);
          expect(decision.primary.until).toBeLessThanOrEqual(decision.until);
        }
        for (const check of decision.checks)
          if (!check.passes && check.until !== null) expect(check.until).toBeGreaterThan(now);
      }),
      often,
    );
  });

  it('comes to the same end when it is asked again while the message waits', () => {
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ now, facts, policy }, point) => {
        const decision = judge(facts, policy, now);
        if (decision.outcome !== 'defer') return;
        const later = judge(facts, policy, Math.floor(now + point * (decision.until - now)));
        expect(later).toMatchObject({ outcome: 'defer', until: decision.until });
      }),
      often,
    );
  });

  it('lets no message leave earlier because a rule was added', () => {
    fc.assert(
      fc.property(anyCase, anyCap, anyQuietHours, ({ now, facts, policy }, cap, quiet) => {
        const before = judge(facts, policy, now).notBefore ?? Infinity;
        const capped = { ...policy, caps: [...policy.caps, cap] };
        const quieter = { ...policy, quietHours: [quiet, ...policy.quietHours] };
        for (const stricter of [capped, quieter].filter(makesSense)) {
          const decision = judge(facts, stricter, now);
          expect(decision.notBefore ?? Infinity).toBeGreaterThanOrEqual(before);
          if (before > now) expect(decision.outcome).not.toBe('pass');
        }
      }),
      often,
    );
  });

  it('lets no message leave earlier because a quiet date, the holidays or hours of the contact were added', () => {
    fc.assert(
      fc.property(anyCase, anyDates, anyWindow, ({ now, facts, policy }, dates, own) => {
        const before = judge(facts, policy, now).notBefore ?? Infinity;
        const withRule = (change: (rule: QuietHoursRule) => QuietHoursRule) => ({
          ...policy,
          quietHours: policy.quietHours.map(change),
        });
        const dated = withRule((rule) => ({ ...rule, dates: [...(rule.dates ?? []), dates] }));
        const festive = withRule((rule) => ({ ...rule, holidays: true }));
        for (const stricter of [dated, festive].filter(makesSense)) {
          expect(judge(facts, stricter, now).notBefore ?? Infinity).toBeGreaterThanOrEqual(before);
        }
        const shy = { ...facts.contact, quietHours: [...(facts.contact.quietHours ?? []), own] };
        expect(judge({ ...facts, contact: shy }, policy, now).notBefore ?? Infinity).toBeGreaterThanOrEqual(before);
      }),
      often,
    );
  });

  it('lets no message leave earlier because the contact may be in one more zone', () => {
    const zones = ZONES.filter((zone) => zone !== 'Foo/Bar');
    const inZones = (names: readonly string[]) => ({
      ...reference,
      places: { ...somePlaces, zonesOfCountry: () => names },
    });
    fc.assert(
      fc.property(anyCase, fc.subarray(zones, { minLength: 1, maxLength: 3 }), anyOf(zones), (given, some, another) => {
        const { now, policy } = given;
        const { erased, pausedUntil } = given.facts.contact;
        const facts = { ...given.facts, contact: { erased, pausedUntil, zone: null, country: 'US' } };
        const before = decide(facts, policy, now, inZones(some)).notBefore ?? Infinity;
        const after = decide(facts, policy, now, inZones([...some, another])).notBefore ?? Infinity;
        expect(after).toBeGreaterThanOrEqual(before);
      }),
      often,
    );
  });

  it('counts each check out to the millisecond: it fails until it passes', () => {
    let seen = 0;
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0, max: 1, noNaN: true }), ({ now, facts, policy }, point) => {
        for (const check of judge(facts, policy, now).checks) {
          if (check.check !== 'quiet_hours' || check.passes || check.until === null) continue;
          const { until } = check;
          const at = (instant: number) =>
            judge(facts, policy, instant).checks.find(
              (other) => other.check === 'quiet_hours' && other.detail['rule'] === check.detail['rule'],
            );
          seen++;
          expect(at(until)?.passes).toBe(true);
          expect(at(until - 1)?.passes).toBe(false);
          expect(at(Math.floor(now + point * (until - 1 - now)))).toMatchObject({ passes: false, until });
        }
      }),
      often,
    );
    expect(seen).toBeGreaterThanOrEqual(metAtLeast(31));
  });

  it('does not depend on the order in which hand-overs were read', () => {
    fc.assert(
      fc.property(anyCase, ({ now, facts, policy }) => {
        const reversed = { ...facts, capUses: [...facts.capUses].reverse() };
        expect(JSON.stringify(judge(reversed, policy, now))).toBe(JSON.stringify(judge(facts, policy, now)));
      }),
      often,
    );
  });

  it('is the same for facts that were stored as JSON and read back', () => {
    fc.assert(
      fc.property(anyCase, ({ now, facts, policy }) => {
        const read = JSON.parse(JSON.stringify({ facts, policy })) as { facts: Facts; policy: Policy };
        expect(JSON.stringify(judge(read.facts, read.policy, now))).toBe(JSON.stringify(judge(facts, policy, now)));
      }),
      often,
    );
  });
});
