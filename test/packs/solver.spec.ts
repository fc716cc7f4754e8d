import { describe, expect, it } from '@jest/globals';
import {
  CONSENT_EVIDENCE,
  CONSENT_KINDS,
  decide,
  type Facts,
  type Pack,
  type PackRule,
  type Policy,
} from '#lib/decision';
import fc from 'fast-check';
import { consent, someFacts, capUse } from '../../libs/decision/src/testing/some-facts.js';
import { testReference } from '../../libs/decision/src/testing/test-reference.js';
import { lawful, packs } from './world.js';
import { metAtLeast, runs } from '../support/runs.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PLACES = ['DE', 'FR', 'CA', 'GB', 'ES', 'US', 'US-TX', 'US-FL', 'US-RI', 'US-LA'];
const ZONES = ['Europe/Berlin', 'America/Toronto', 'America/Chicago', 'America/Santiago'];
/** Around dates on which laws and clocks change. */
const DAYS = ['2026-08-10', '2026-10-24', '2026-10-31', '2026-11-20', '2027-01-30', '2027-03-13'];

const anyNow = fc
  .tuple(fc.constantFrom(...DAYS), fc.integer({ min: 0, max: 3 * 24 * 60 }))
  .map(([day, minutes]) => Date.parse(`${day}T00:00:00Z`) + minutes * 60_000);

function anyConsent(now: number) {
  const month = fc.integer({ min: 0, max: 26 }).map((months) => now - months * 30 * DAY - 12 * HOUR);
  return fc.record({ kind: fc.constantFrom(...CONSENT_KINDS), at: month, evidence: fc.constantFrom([], [...CONSENT_EVIDENCE]) })
    .map((basis) => consent('granted', { basis })); // prettier-ignore
}

const anyFacts = (now: number): fc.Arbitrary<Facts> =>
  fc
    .record({
      place: fc.option(fc.constantFrom(...PLACES), { nil: null, freq: 9 }),
      zone: fc.constantFrom(...ZONES),
      channel: fc.constantFrom('email' as const, 'sms' as const, 'phone' as const),
      states: fc.tuple(anyConsent(now), anyConsent(now)),
      uses: fc.array(fc.integer({ min: 0, max: 31 * 24 }), { maxLength: 6 }),
      sendAt: fc.option(fc.integer({ min: 0, max: 5 * 24 }), { nil: null }),
    })
    .map(({ place, zone, channel, states, uses, sendAt }) =>
      someFacts({
        message: { channel, expiresAt: now + 20 * DAY, sendAt: sendAt === null ? null : now + sendAt * HOUR },
        contact: { zone, country: place?.slice(0, 2) ?? null, region: place?.includes('-') === true ? place : null },
        purpose: { enforcement: 'permissive' },
        consent: { purpose: states[0], topic: states[1] },
        capUses: uses.map((hours) => capUse(now - hours * HOUR, { channel })),
      }),
    );

/** The real packs, and the same with dates that begin and end within days. */
const anyLaw = (now: number): fc.Arbitrary<readonly Pack[]> =>
  fc.array(fc.tuple(fc.integer({ min: -3, max: 9 }), fc.integer({ min: 0, max: 9 })), { maxLength: 9 }).map((terms) => {
    const date = (days: number) => new Date(now + days * DAY).toISOString().slice(0, 10);
    const dated = (rule: PackRule, i: number): PackRule => {
      const [start, length] = terms[i % 10] ?? [];
      return start === undefined || length === undefined
        ? rule
        : { ...rule, from: date(start), to: date(start + length) };
    };
    return packs.map((pack) => ({ ...pack, rules: pack.rules.map(dated) }));
  });

const anyCase = anyNow.chain((now) => fc.record({ now: fc.constant(now), facts: anyFacts(now), law: anyLaw(now) }));
const points = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 });
const judge = (facts: Facts, at: number, law: readonly Pack[], policy: Policy = lawful) =>
  decide(facts, policy, at, { ...testReference, packs: law });

describe('decide under laws that begin and end', () => {
  it('names the earliest instant: there it passes, and at no instant before', () => {
    const seen = { pass: 0, defer: 0, drop: 0, dropThatCouldWait: 0 };
    fc.assert(
      fc.property(anyCase, points, ({ now, facts, law }, between) => {
        const { outcome, notBefore, checks } = judge(facts, now, law);
        seen[outcome]++;
        if (outcome === 'drop' && notBefore !== null) seen.dropThatCouldWait++;
        const end = notBefore ?? facts.message.expiresAt;
        for (const at of [...between.map((point) => Math.floor(now + point * (end - now))), end - 1]) {
          if (at >= now && at < end) expect(judge(facts, at, law).outcome).not.toBe('pass');
        }
        if (notBefore !== null) expect(judge(facts, notBefore, law).outcome).toBe('pass');
        for (const check of checks) {
          if (check.passes || check.until === null) continue;
          const same = (at: number) =>
            judge(facts, at, law).checks.find(
              (c) => c.check === check.check && c.detail['rule'] === check.detail['rule'],
            );
          expect(same(check.until - 1)?.passes).toBe(false);
          expect(same(check.until)?.passes ?? true).toBe(true);
        }
      }),
      { numRuns: runs(400) },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThanOrEqual(metAtLeast(6));
  });

  it('lets no message leave earlier because a pack was added, and none later because a rule is overridden', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), ({ now, facts, law }, n) => {
        const all = judge(facts, now, law).notBefore ?? Infinity;
        const fewer =
          judge(
            facts,
            now,
            law.filter((_, i) => i !== n % law.length),
          ).notBefore ?? Infinity;
        expect(fewer).toBeLessThanOrEqual(all);
        const overrides = law.flatMap((pack) => pack.rules.slice(n % 3, (n % 3) + 1).map((rule) => ({ pack: pack.id, rule: rule.id, reason: 'r', actor: 'a' }))); // prettier-ignore
        const freed = judge(facts, now, law, { ...lawful, jurisdiction: { packs: 'contact', overrides } });
        expect(freed.notBefore ?? Infinity).toBeLessThanOrEqual(all);
      }),
      { numRuns: runs(200) },
    );
  });

  it('is the same for facts and packs that were stored as JSON and read back', () => {
    fc.assert(
      fc.property(anyCase, ({ now, facts, law }) => {
        const read = JSON.parse(JSON.stringify({ facts, law })) as { facts: Facts; law: readonly Pack[] };
        expect(JSON.stringify(judge(read.facts, now, read.law))).toBe(JSON.stringify(judge(facts, now, law)));
      }),
      { numRuns: runs(50) },
    );
  });
});
