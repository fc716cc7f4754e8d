import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from './decide.js';
import type { Facts } from './facts.js';
import type { Policy, QuietHoursRule } from './policy.js';
import {
  DAY,
  ZONES,
  anyCap,
  anyCase,
  anyDates,
  anyOf,
  anyQuietHours,
  anyWindow,
  makesSense,
} from './testing/any-case.js';
import { someHolidays, somePlaces } from './testing/some-places.js';
import { testReference } from './testing/test-reference.js';
import { metAtLeast, runs } from '../../../test/support/runs.js';

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
          if (decision.notBefore !== null) expect(decision.until).toBeLessThanOrEqual(decision.notBefore);
          expect(decision.until).toBeLessThanOrEqual(facts.message.expiresAt - (decision.notBefore === null ? 0 : 1));
          if (decision.notBefore !== null) expect(decision.primary.until).toBeLessThanOrEqual(decision.until);
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
        // Whoever holds it for its turn knows so.
        const held = decision.reason === 'rate_limit' ? { ...facts, message: { ...facts.message, inLine: true as const } } : facts; // prettier-ignore
        const later = judge(held, policy, Math.floor(now + point * (decision.until - now)));
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
