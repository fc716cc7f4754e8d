import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metAtLeast, runs } from '../../../test/support/runs.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import type { Facts, Suppression, WarmUpState } from './facts.js';
import type { Findings } from './findings.js';
import type { Pack, PackRule } from './packs/pack.js';
import type { Policy, WarmUpRule } from './policy.js';
import type { ReferenceData } from './reference-data.js';
import { situationOf } from './situation.js';
import { runStages, STAGES } from './stages/index.js';
import { anyCase, anyOf, DAY, near } from './testing/any-case.js';
import { someHolidays, somePlaces } from './testing/some-places.js';
import { someWarmUp, someWarmUpState } from './testing/some-warm-ups.js';
import { testReference } from './testing/test-reference.js';

const often = { numRuns: runs(200) };
const cited = {
  title: 'A rule',
  force: 'statute',
  source: { cite: 'A law', url: 'https://example.org/', seenOn: '2025-01-01' },
  from: null,
  to: null,
  channels: ['email', 'sms'],
  classes: ['commercial'],
} as const;
const rule = {
  hours: { ...cited, id: 'hours', kind: 'quiet_hours', windows: [{ days: [7], start: '00:00', end: '24:00' }], holidays: true }, // prettier-ignore
  cap: { ...cited, id: 'cap', kind: 'frequency_cap', limit: 2, window: 'P1D', scope: 'topic' },
  consent: { ...cited, id: 'consent', kind: 'consent', accepts: [{ kind: 'express', evidence: [], lasts: 'P1Y' }] },
} as const satisfies Record<string, PackRule>;
const pack = (id: string, country: string, rules: readonly PackRule[]): Pack => ({
  ...{ id, version: '2025-01-01', title: id, countries: [country], region: null, rules },
});
const PACKS = [
  pack('us', 'US', [rule.hours, rule.cap]),
  pack('de', 'DE', [rule.consent, { ...rule.hours, to: '2025-06-30' }]),
  pack('fr', 'FR', [rule.cap, rule.consent, { ...rule.hours, from: '2025-06-30' }]),
];

/** With what only some cases have: suppressions, warm-ups with their counts, more buckets, and laws. */
const richCase = anyCase.chain(({ now, facts, policy }) =>
  fc.record({
    now: fc.constant(now),
    facts: fc
      .record({
        suppressions: fc.array(fc.record<Suppression>({ reason: anyOf(['bounce', 'complaint', 'manual']), since: near(now - DAY, now) }), { maxLength: 3 }), // prettier-ignore
        rates: fc.array(near(-4, 3), { maxLength: 2 }).map(
          (waits) =>
          waits.map((hours, i) => ({ rule: `r${i}`, scope: 'brand' as const, key: 'b', emissionIntervalUs: 1, burst: 1, tat: (now + hours * 3_600_000) * 1000 })), // prettier-ignore
        ),
        sent: fc.array(near(0, 22), { minLength: 2, maxLength: 2 }),
        isIll: near(0, 4).map((n) => n === 0),
      })
      .map(({ suppressions, rates, sent, isIll }): Facts => {
        const recent = { sent: 1000, bounced: isIll ? 500 : 0, complained: 0 };
        const day = new Date(now).toISOString().slice(0, 10);
        const warmUps = sent.map((count, i): WarmUpState => someWarmUpState({ rule: `w${i}`, day, sent: count, recent })); // prettier-ignore
        return { ...facts, suppressions: suppressions.length > 2 ? suppressions : [], rates: [...facts.rates, ...rates], warmUps }; // prettier-ignore
      }),
    policy: fc
      .record({ hasWarmUps: fc.boolean(), hasLaw: near(0, 2).map((n) => n === 0) })
      .map(({ hasWarmUps, hasLaw }): Policy => {
        const startsOn = new Date(now - DAY).toISOString().slice(0, 10);
        const warmUps = [0, 1].map((i): WarmUpRule =>
          someWarmUp({ id: `w${i}`, startsOn, ceilings: [10, 20 + i, 40] }),
        );
        return {
          ...policy,
          ...(hasWarmUps && { warmUps }),
          ...(hasLaw && { jurisdiction: { packs: { always: ['us', 'de', 'fr'] } } }),
        };
      }),
    seeds: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
  }),
);

/** The same members in an order that the seed says: a Fisher-Yates shuffle. */
function shuffled<T>(members: readonly T[], seed: number): T[] {
  const result = [...members];
  let state = seed + 1;
  for (let i = result.length - 1; i > 0; i--) {
    state = (state * 48_271) % 2_147_483_647;
    const k = state % (i + 1);
    [result[i], result[k]] = [result[k] as T, result[i] as T];
  }
  return result;
}

const referenceOf = (packs: readonly Pack[]): ReferenceData => ({
  ...testReference,
  places: somePlaces,
  holidays: someHolidays,
  packs,
});
const reference = referenceOf(PACKS);

/** What a decision says besides the order it says it in. */
const substance = (decision: Decision) => ({
  outcome: decision.outcome,
  notBefore: decision.notBefore,
  until: decision.until,
  strikesAt: decision.outcome === 'drop' ? decision.strikesAt : null,
  checks: decision.checks.map((check) => JSON.stringify(check)).sort(),
});

describe('the order', () => {
  it('of rules, choices, hand-overs, counts, suppressions, buckets and packs changes nothing but what is named first', () => {
    const seen: Record<Decision['outcome'], number> = { pass: 0, defer: 0, drop: 0 };
    fc.assert(
      fc.property(richCase, ({ now, facts, policy, seeds }) => {
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = seeds;
        const turned: Policy = {
          ...policy,
          caps: shuffled(policy.caps, a),
          quietHours: shuffled(policy.quietHours, b),
          ...(policy.warmUps && { warmUps: shuffled(policy.warmUps, c) }),
        };
        const read: Facts = {
          ...facts,
          capUses: shuffled(facts.capUses, d),
          suppressions: shuffled(facts.suppressions, e),
          rates: shuffled(facts.rates, f),
          warmUps: shuffled(facts.warmUps ?? [], g),
        };
        const decision = decide(facts, policy, now, reference);
        const other = decide(read, turned, now, referenceOf(shuffled(PACKS, h)));
        seen[decision.outcome]++;
        expect(substance(other)).toEqual(substance(decision));
      }),
      { numRuns: runs(400) }, // Of which some sixteen pass.
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThanOrEqual(metAtLeast(4));
  });

  it('of the stages never changes what follows from them, at any instant that the search looks at', () => {
    // All that `decide` takes from the findings but the checks themselves.
    const consequences = (found: Findings) => ({
      isFinal: found.final !== null,
      isHeld: found.hold !== null,
      isDropped: found.drop !== null,
      heldUntil: found.heldUntil,
      droppedUntil: found.droppedUntil,
      passesUntil: found.passesUntil,
      checks: found.checks.map((check) => JSON.stringify(check)).sort(),
    });
    let looks = 0;
    fc.assert(
      fc.property(richCase, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), ({ now, facts, policy }, seeds) => {
        const situation = situationOf(facts, policy, reference);
        let at = now;
        for (let turn = 0; turn < 4; turn++) {
          const found = runStages(situation, at, 'all');
          for (const seed of seeds) {
            const other = runStages(situation, at, 'all', shuffled(STAGES, seed));
            expect(consequences(other)).toEqual(consequences(found));
          }
          looks++;
          const next = Math.max(found.heldUntil, found.droppedUntil);
          if (!(next > at && next < Infinity)) break;
          at = next;
        }
      }),
      often,
    );
    expect(looks).toBeGreaterThanOrEqual(metAtLeast(200));
  });
});
