import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from './decide.js';
import { explainDecision as explained } from './explain.js';
import type { Decision } from './decision.js';
import type { Facts } from './facts.js';
import type { Policy } from './policy.js';
import { anyCase, near } from './testing/any-case.js';
import { capUse, consent, ms, someCap, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { someWarmUp, someWarmUpState } from './testing/some-warm-ups.js';
import { testReference } from './testing/test-reference.js';
import { metAtLeast, runs } from '../../../test/support/runs.js';

const HOUR = 3_600_000;
const NOON = ms('2026-06-01T12:00:00+02:00');
const TONIGHT = NOON + 10 * HOUR;
/** The next turn is tomorrow at noon. */
const rates: Facts['rates'] = [
  {
    rule: 'daily',
    scope: 'brand',
    key: 'acme',
    emissionIntervalUs: 86_400_000_000,
    burst: 1,
    tat: (NOON + 24 * HOUR) * 1000,
  },
];
const facts = (change: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ rates, ...change, message: { expiresAt: TONIGHT, ...change.message } });
const explain = (decision: Decision) => explained(decision, testReference.zones);
const judge = (given: Facts, policy: Policy = somePolicy(), at = NOON) => decide(given, policy, at, testReference);

describe('a turn that comes after the message expires', () => {
  it('holds the message until it has expired, and names no instant at which it could leave', () => {
    expect(judge(facts())).toMatchObject({ outcome: 'defer', reason: 'rate_limit', until: TONIGHT, notBefore: null });
    expect(judge(facts(), somePolicy(), TONIGHT - 1)).toMatchObject({ outcome: 'defer', until: TONIGHT });
    expect(judge(facts(), somePolicy(), TONIGHT)).toMatchObject({ outcome: 'drop', reason: 'expired' });
  });

  it('that comes free before is taken', () => {
    expect(judge(facts({ rates: rates.map((rate) => ({ ...rate, tat: 0 })) }), somePolicy(), NOON + HOUR).outcome).toBe(
      'pass',
    );
  });

  it('is asked again when all that holds the message besides is over', () => {
    const lunch = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '12:00', end: '14:00' }] });
    expect(judge(facts(), somePolicy({ quietHours: [lunch] }))).toMatchObject({
      ...{ outcome: 'defer', reason: 'quiet_hours', until: NOON + 2 * HOUR, notBefore: null },
    });
  });

  it('outlasts a consent as well, which may end before', () => {
    const short = consent('confirmed', { validUntil: NOON + 5 * HOUR });
    const held = facts({ consent: { purpose: short }, message: { expiresAt: NOON + 48 * HOUR } });
    expect(judge(held)).toMatchObject({ outcome: 'defer', reason: 'rate_limit', notBefore: null });
    expect(judge(held, somePolicy(), NOON + 5 * HOUR)).toMatchObject({ outcome: 'drop', reason: 'consent_expired' });
  });

  it('saves nothing that would end without it', () => {
    const night = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '11:00', end: '23:00' }] });
    expect(judge(facts(), somePolicy({ quietHours: [night] }))).toMatchObject({ outcome: 'drop', reason: 'expired' });
    expect(judge(facts({ contact: { erased: true } }))).toMatchObject({ outcome: 'drop', reason: 'erased' });
    const paused = facts({ contact: { pausedUntil: NOON + 30 * HOUR } });
    expect(judge(paused)).toMatchObject({ outcome: 'drop', reason: 'expired', notBefore: null });
  });

  it.each([
    ['a warm-up whose next day comes too late', [], 'warm_up', TONIGHT],
    ['both', rates, 'warm_up', TONIGHT],
  ])('is held like by %s', (_what, given, reason, until) => {
    const policy = { ...somePolicy(), warmUps: [someWarmUp({ startsOn: '2026-06-01', ceilings: [10, 10] })] };
    const full = { ...facts({ rates: given }), warmUps: [someWarmUpState({ day: '2026-06-01', sent: 10 })] };
    const decision = judge(full, policy);
    expect(decision).toMatchObject({ outcome: 'defer', reason, until, notBefore: null });
    expect(explain(decision)).toMatch(/^Held: the sender is being warmed up.*, after the message expires/);
    expect(judge(full, policy, TONIGHT)).toMatchObject({ outcome: 'drop', reason: 'expired' });
  });

  it('that comes at the last millisecond is one', () => {
    const last = facts({ message: { expiresAt: NOON + 24 * HOUR + 1 } });
    expect(judge(last)).toMatchObject({ outcome: 'defer', until: NOON + 24 * HOUR, notBefore: NOON + 24 * HOUR });
    const none = facts({ message: { expiresAt: NOON + 24 * HOUR } });
    expect(judge(none)).toMatchObject({ outcome: 'defer', until: NOON + 24 * HOUR, notBefore: null });
  });

  it('is said in words', () => {
    expect(explain(judge(facts()))).toBe(
      'Held: rate limit daily of the brand, whose next turn comes only Tue 2 Jun 12:00 Europe/Berlin, after the message expires; it leaves if one comes free before.',
    );
    const evening = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '20:00', end: '08:00' }] });
    const atNine = rates.map((rate) => ({ ...rate, tat: (NOON + 9 * HOUR) * 1000 }));
    expect(explain(judge(facts({ rates: atNine }), somePolicy({ quietHours: [evening] })))).toBe(
      'Held: rate limit daily of the brand, whose next turn comes only Mon 1 Jun 21:00 Europe/Berlin, when other rules hold it until it expires; it leaves if one comes free before.',
    );
    const lunch = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '12:00', end: '14:00' }] });
    expect(explain(judge(facts(), somePolicy({ quietHours: [lunch] })))).toMatch(
      /^Held: quiet hours of policy marketing v7 \(12:00-14:00\), and rate limit daily of the brand, whose next turn/,
    );
  });

  it('never ends a message that nothing else would end', () => {
    let late = 0;
    fc.assert(
      fc.property(anyCase, ({ now, facts: given, policy }) => {
        const free = decide({ ...given, rates: [] }, policy, now, testReference);
        const held = decide({ ...given, rates: [{ ...rates[0]!, tat: (given.message.expiresAt + HOUR) * 1000 }] }, policy, now, testReference); // prettier-ignore
        if (free.outcome === 'drop') return expect(held.outcome).toBe('drop');
        late++;
        expect(held).toMatchObject({ outcome: 'defer', notBefore: null });
        expect(held.until).toBe(free.outcome === 'pass' ? given.message.expiresAt : free.until);
      }),
      { numRuns: runs(100) },
    );
    expect(late).toBeGreaterThanOrEqual(metAtLeast(20));
  });
});

describe('a turn that comes when a rule drops', () => {
  /** 22:00 to 08:00 is quiet, and what comes upon it ends; the turn is at 23:00 tonight. */
  const night = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '22:00', end: '08:00' }], action: 'drop' }); // prettier-ignore
  const [LATE, EIGHT] = [NOON + 11 * HOUR, NOON + 20 * HOUR];
  const at = (instant: number): Facts['rates'] => rates.map((rate) => ({ ...rate, emissionIntervalUs: 1, tat: instant * 1000 })); // prettier-ignore
  const held = (change: Parameters<typeof someFacts>[0] = {}) => facts({ rates: at(LATE), ...change, message: { expiresAt: NOON + 72 * HOUR, ...change.message } }); // prettier-ignore
  const policy = somePolicy({ quietHours: [night] });

  it('holds the message until the rule and the turn both let it go, and does not end it', () => {
    expect(judge(held({ rates: [] }), policy)).toMatchObject({ outcome: 'pass' });
    expect(judge(held(), policy)).toMatchObject({ outcome: 'defer', reason: 'rate_limit', until: EIGHT, notBefore: EIGHT }); // prettier-ignore
    expect(judge(held({ rates: at(EIGHT + HOUR) }), policy)).toMatchObject({ outcome: 'defer', until: EIGHT + HOUR });
  });

  it('holds it also when it is asked in the middle, where it is known to stand in line', () => {
    expect(judge(held({ message: { inLine: true } }), policy, LATE)).toMatchObject({ outcome: 'defer', reason: 'quiet_hours', until: EIGHT }); // prettier-ignore
    expect(judge(held(), policy, LATE)).toMatchObject({ outcome: 'drop', reason: 'quiet_hours', strikesAt: LATE });
  });

  it('is asked again when only its turn holds it, and is in line from there on', () => {
    const sendAt = NOON + 3 * HOUR;
    expect(judge(held({ message: { sendAt } }), policy)).toMatchObject({ outcome: 'defer', reason: 'send_time', until: sendAt, notBefore: EIGHT }); // prettier-ignore
    expect(judge(held({ message: { sendAt } }), policy, sendAt)).toMatchObject({ reason: 'rate_limit', until: EIGHT });
  });

  it('ended it before rules 3, which held it only where no instant was left at all', () => {
    const by = (rules: 2 | 3, given: Facts) => decide(given, policy, NOON, { ...testReference, rules });
    expect(by(2, held())).toMatchObject({ outcome: 'drop', reason: 'quiet_hours', strikesAt: LATE, notBefore: EIGHT });
    expect(by(3, held())).toMatchObject({ outcome: 'defer', reason: 'rate_limit', until: EIGHT, notBefore: EIGHT });
    const short = held({ message: { expiresAt: EIGHT } });
    for (const rules of [2, 3] as const) expect(by(rules, short)).toMatchObject({ outcome: 'defer', notBefore: null });
  });

  it('ends what would have ended without the turn', () => {
    const sendAt = NOON + 10.5 * HOUR;
    expect(judge(held({ message: { sendAt } }), policy)).toMatchObject({ outcome: 'drop', reason: 'quiet_hours', strikesAt: LATE }); // prettier-ignore
    const cap = { ...policy, caps: [someCap({ limit: 1, action: 'drop', window: 'P1D' })] };
    const full = held({ capUses: [capUse(NOON - HOUR)] });
    expect(judge(full, cap)).toMatchObject({ outcome: 'drop', reason: 'frequency_cap' });
  });

  it('and expires or loses its consent like any other', () => {
    const short = held({ message: { expiresAt: EIGHT } });
    expect(judge(short, policy)).toMatchObject({ outcome: 'defer', until: EIGHT, notBefore: null });
    expect(judge(held({ message: { inLine: true, expiresAt: EIGHT } }), policy, LATE)).toMatchObject({ outcome: 'drop', reason: 'expired' }); // prettier-ignore
  });

  it('is held like by a warm-up that has room again when a rule drops', () => {
    const warm = { ...policy, warmUps: [someWarmUp({ startsOn: '2026-06-01', ceilings: [10, 10] })] };
    const full = { ...held({ rates: [] }), warmUps: [someWarmUpState({ day: '2026-06-01', sent: 10 })] };
    expect(judge(full, warm)).toMatchObject({ outcome: 'defer', reason: 'warm_up', until: EIGHT, notBefore: EIGHT });
  });

  it('is said in words', () => {
    expect(explain(judge(held(), policy))).toBe(
      'Held until Tue 2 Jun 08:00 Europe/Berlin: rate limit daily of the brand until Mon 1 Jun 23:00 Europe/Berlin, and other rules from then on.',
    );
    expect(explain(judge(held({ message: { sendAt: NOON + 3 * HOUR } }), policy))).toBe(
      'Held until Tue 2 Jun 08:00 Europe/Berlin: it was planned for that time until Mon 1 Jun 15:00 Europe/Berlin, and other rules from then on. Also: rate limit daily of the brand, until Mon 1 Jun 23:00 Europe/Berlin.',
    );
  });

  /** Asks again whenever that is worth it, as whoever holds messages does, until it leaves or ends. */
  function follow(given: Facts, rules: Policy, from: number): { readonly last: Decision; readonly turns: number } {
    let [now, inLine, turns] = [from, false, 0];
    for (;;) {
      const asked = inLine ? { ...given, message: { ...given.message, inLine: true as const } } : given;
      const decision = decide(asked, rules, now, testReference);
      if (decision.outcome !== 'defer' || turns > 50) return { last: decision, turns };
      inLine = decision.reason === 'rate_limit' || decision.reason === 'warm_up';
      now = decision.until;
      turns++;
    }
  }

  it('never makes rules end a message that they would let leave without rates and warm-ups', () => {
    const seen = { left: 0, expired: 0, kept: 0 };
    const day = (now: number) => new Date(now).toISOString().slice(0, 10);
    fc.assert(
      fc.property(anyCase, near(0, 40), near(0, 22), ({ now, facts: given, policy: rules }, hours, sent) => {
        const dropping = {
          ...rules,
          quietHours: rules.quietHours.map((rule) => ({ ...rule, action: 'drop' as const })),
        };
        const warm = { ...dropping, warmUps: [someWarmUp({ startsOn: day(now), ceilings: [20, 20] })] };
        const free = decide({ ...given, rates: [] }, dropping, now, testReference);
        const slow: Facts = {
          ...given,
          rates: [...given.rates, { ...rates[0]!, emissionIntervalUs: 1, tat: (now + hours * HOUR) * 1000 }],
          warmUps: [someWarmUpState({ day: day(now), sent })],
        };
        const { last, turns } = follow(slow, warm, now);
        expect(turns).toBeLessThan(50);
        if (free.outcome === 'drop') return;
        if (last.outcome === 'pass') seen.left++;
        else seen.expired++;
        expect(['pass', 'expired', 'consent_expired']).toContain(last.reason ?? last.outcome);
        const first = decide(slow, warm, now, testReference);
        expect(first.outcome).not.toBe('drop');
        if (first.notBefore !== null) expect([last.outcome, last.at]).toEqual(['pass', first.notBefore]);
        const alone = decide(slow, warm, free.notBefore!, testReference);
        if (alone.outcome === 'defer' && first.notBefore !== null) seen.kept++;
      }),
      { numRuns: runs(300) },
    );
    expect(Math.min(seen.left, seen.kept)).toBeGreaterThanOrEqual(metAtLeast(30));
    // Some fifteen.
    expect(seen.expired).toBeGreaterThanOrEqual(metAtLeast(1));
  });
});
