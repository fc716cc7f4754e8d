import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from './decide.js';
import { explainDecision } from './explain.js';
import type { Facts } from './facts.js';
import type { Policy } from './policy.js';
import { anyCase } from './testing/any-case.js';
import { consent, ms, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
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
    expect(explainDecision(decision)).toMatch(/^Held: the sender is being warmed up.*, after the message expires/);
    expect(judge(full, policy, TONIGHT)).toMatchObject({ outcome: 'drop', reason: 'expired' });
  });

  it('that comes at the last millisecond is one', () => {
    const last = facts({ message: { expiresAt: NOON + 24 * HOUR + 1 } });
    expect(judge(last)).toMatchObject({ outcome: 'defer', until: NOON + 24 * HOUR, notBefore: NOON + 24 * HOUR });
    const none = facts({ message: { expiresAt: NOON + 24 * HOUR } });
    expect(judge(none)).toMatchObject({ outcome: 'defer', until: NOON + 24 * HOUR, notBefore: null });
  });

  it('is said in words', () => {
    expect(explainDecision(judge(facts()))).toBe(
      'Held: rate limit daily of the brand, whose next turn comes only Tue 2 Jun 10:00 UTC, after the message expires; it leaves if one comes free before.',
    );
    const evening = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '20:00', end: '08:00' }] });
    const atNine = rates.map((rate) => ({ ...rate, tat: (NOON + 9 * HOUR) * 1000 }));
    expect(explainDecision(judge(facts({ rates: atNine }), somePolicy({ quietHours: [evening] })))).toBe(
      'Held: rate limit daily of the brand, whose next turn comes only Mon 1 Jun 19:00 UTC, when other rules hold it until it expires; it leaves if one comes free before.',
    );
    const lunch = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '12:00', end: '14:00' }] });
    expect(explainDecision(judge(facts(), somePolicy({ quietHours: [lunch] })))).toMatch(
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
