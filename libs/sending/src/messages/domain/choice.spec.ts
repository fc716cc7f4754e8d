import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ChoiceTurn, choiceTurn, firstAllowed, type Sibling } from './choice.js';

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const sibling = (change: Partial<Sibling>): Sibling => ({
  channel: 'email',
  status: 'sent',
  reason: null,
  endedAt: NOW - 1_000,
  hasArrived: false,
  hasBounced: false,
  ...change,
});
const waiting = sibling({ status: 'queued', endedAt: null });
const REACHED: ChoiceTurn = { kind: 'end', reason: 'reached_on_other_channel' };

describe('whose turn it is among several channels', () => {
  it.each<[string, Sibling[], number | null, ChoiceTurn]>([
    ['the first has nobody before it', [], HOUR, { kind: 'go' }],
    ['waits while the first waits', [waiting], HOUR, { kind: 'wait', until: NOW + 15_000 }],
    ['waits while the first is with its provider', [{ ...waiting, status: 'started' }], null, { kind: 'wait', until: NOW + 15_000 }], // prettier-ignore
    ['goes when the first was dropped', [sibling({ status: 'dropped', reason: 'no_consent' })], null, { kind: 'go' }],
    ['goes when the first failed', [sibling({ status: 'failed', reason: 'provider_rejected' })], null, { kind: 'go' }],
    ['goes when the first bounced', [sibling({ hasBounced: true })], null, { kind: 'go' }],
    ['ends when the first arrived, though it bounced as well', [sibling({ hasBounced: true, hasArrived: true })], HOUR, REACHED], // prettier-ignore
    ['waits until the time is over', [sibling({ endedAt: NOW - HOUR + 1 })], HOUR, { kind: 'wait', until: NOW + 1 }],
    ['goes when the time is over', [sibling({ endedAt: NOW - HOUR })], HOUR, { kind: 'go' }],
    ['ends when no time was given and no bounce came', [sibling({ endedAt: NOW - HOUR })], null, REACHED],
    ['waits for the result of a call for as long as it takes', [sibling({ channel: 'phone', endedAt: NOW - 24 * HOUR })], null, { kind: 'wait', until: NOW + 600_000 }], // prettier-ignore
    ['ends when the call was made', [sibling({ channel: 'phone', hasArrived: true })], null, REACHED],
    ['goes when nobody answered the call', [sibling({ channel: 'phone', hasBounced: true })], null, { kind: 'go' }],
    [
      'goes when the time for the call is over',
      [sibling({ channel: 'phone', endedAt: NOW - HOUR })],
      HOUR,
      { kind: 'go' },
    ],
    [
      'waits for a bounce when no time was given',
      [sibling({ endedAt: NOW })],
      null,
      { kind: 'wait', until: NOW + HOUR },
    ],
    ['treats what nobody knows like what was sent', [sibling({ status: 'unknown', endedAt: NOW })], HOUR, { kind: 'wait', until: NOW + HOUR }], // prettier-ignore
    ['ends with all when the sender cancelled one', [sibling({ status: 'dropped', reason: 'cancelled' })], HOUR, { kind: 'end', reason: 'cancelled' }], // prettier-ignore
    ['waits for the second when the first failed', [sibling({ status: 'failed' }), waiting], HOUR, { kind: 'wait', until: NOW + 15_000 }], // prettier-ignore
    ['ends when the second arrived', [sibling({ status: 'failed' }), sibling({ hasArrived: true })], HOUR, REACHED],
  ])('%s', (_name, before, fallbackMs, turn) => {
    expect(choiceTurn(before, { fallbackMs, acceptedAt: NOW }, NOW)).toEqual(turn);
  });

  it('looks less often the longer it has waited', () => {
    const at = (acceptedAt: number) => choiceTurn([waiting], { fallbackMs: null, acceptedAt }, NOW);
    expect(at(NOW - 240_000)).toEqual({ kind: 'wait', until: NOW + 60_000 });
    expect(at(NOW - 100 * HOUR)).toEqual({ kind: 'wait', until: NOW + 600_000 });
  });

  it('never goes while one before it may still arrive in time, and always waits for later', () => {
    const any = fc.record<Sibling>({
      channel: fc.constantFrom('email', 'phone'),
      status: fc.constantFrom('queued', 'started', 'sent', 'dropped', 'failed', 'unknown'),
      reason: fc.constantFrom(null, 'no_consent', 'cancelled', 'provider_rejected'),
      endedAt: fc.integer({ min: NOW - 3 * HOUR, max: NOW }),
      hasArrived: fc.boolean(),
      hasBounced: fc.boolean(),
    });
    const wellFormed = any.map((one) => (['queued', 'started'].includes(one.status) ? { ...one, endedAt: null } : one));
    fc.assert(
      fc.property(
        fc.array(wellFormed, { maxLength: 4 }),
        fc.option(fc.integer({ min: 1, max: 2 * HOUR })),
        (before, t) => {
          const turn = choiceTurn(before, { fallbackMs: t, acceptedAt: NOW - HOUR }, NOW);
          if (turn.kind === 'wait') expect(turn.until).toBeGreaterThan(NOW);
          if (turn.kind !== 'go') return;
          for (const { status, endedAt, hasArrived, hasBounced } of before) {
            expect(['queued', 'started']).not.toContain(status);
            if (status !== 'sent' && status !== 'unknown') continue;
            expect(hasArrived).toBe(false);
            expect(hasBounced || (t !== null && (endedAt ?? NOW) + t <= NOW)).toBe(true);
          }
        },
      ),
    );
  });

  it.each([
    [['pass', 'pass'], 0],
    [['drop', 'defer', 'pass'], 1],
    [['drop', 'late', 'defer'], 2],
    [['drop', 'late', 'late'], 1],
    [['drop', 'drop'], null],
  ] as const)('of %j chooses number %s', (ways, index) => {
    // Late: held, and its turn comes after its end.
    const decisions = ways.map((way) => ({ outcome: way === 'late' ? ('defer' as const) : way, notBefore: way === 'pass' || way === 'defer' ? NOW : null })); // prettier-ignore
    expect(firstAllowed(decisions)).toBe(index);
  });
});
