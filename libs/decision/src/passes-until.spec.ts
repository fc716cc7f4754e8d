import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metAtLeast, runs } from '../../../test/support/runs.js';
import { decide, passesUntil, reachesUntil } from './decide.js';
import type { Policy } from './policy.js';
import { capUse, consent, ms, someCap, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { testReference } from './testing/test-reference.js';
import { someWarmUp, someWarmUpState } from './testing/some-warm-ups.js';

const NOON = ms('2025-06-02T12:00:00+02:00');
const DAY = 86_400_000;
const until = (facts = someFacts(), policy: Policy = somePolicy(), latest = NOON + 30 * DAY) =>
  passesUntil(facts, policy, NOON, latest, testReference);

describe('the last instant at which a message still passes', () => {
  const night = somePolicy({ quietHours: [someQuietHours()] });
  it.each([
    ['is the latest asked about when nothing is in sight', someFacts(), somePolicy(), NOON + 30 * DAY],
    ['is the last of the day before the night', someFacts(), night, ms('2025-06-02T20:59:59.999+02:00')],
    ['is the last before it expires', someFacts({ message: { expiresAt: NOON + 5000 } }), night, NOON + 4999],
    [
      'is the last of its consent',
      someFacts({ consent: { topic: consent('confirmed', { validUntil: NOON + 1 }) } }),
      night,
      NOON,
    ],
    [
      'is not the end of a consent that nothing rests on',
      someFacts({
        purpose: { enforcement: 'permissive' },
        consent: { topic: consent('confirmed', { validUntil: NOON + 1 }) },
      }),
      night,
      ms('2025-06-02T20:59:59.999+02:00'),
    ],
    ['is before now when it does not pass now', someFacts({ contact: { pausedUntil: NOON + 1 } }), night, NOON - 1],
  ])('%s', (_sentence, facts, policy, expected) => {
    expect(until(facts, policy)).toBe(expected);
  });

  it('is asked about no further than the caller wants', () => {
    expect(until(someFacts(), night, NOON + 30_000)).toBe(NOON + 30_000);
  });

  it('is looked for up to the latest instant and through it', () => {
    const [nine, past] = [ms('2025-06-02T21:00:00+02:00'), { message: { expiresAt: NOON + 5000 } }];
    expect(until(someFacts(), night, nine - 1)).toBe(nine - 1);
    expect(until(someFacts(), night, nine)).toBe(nine - 1);
    expect(until(someFacts(past), night, NOON + 4999)).toBe(NOON + 4999);
    expect(until(someFacts(past), night, NOON + 5000)).toBe(NOON + 4999);
  });

  it('is the end of the last day of a warm-up whose next day has no place', () => {
    const warmUps = [someWarmUp({ startsOn: '2025-06-02', ceilings: [5, 0, 9] })];
    const facts = { ...someFacts(), warmUps: [someWarmUpState({ day: '2025-06-02', sent: 1 })] };
    expect(until(facts, { ...somePolicy(), warmUps })).toBe(ms('2025-06-02T23:59:59.999+02:00'));
  });

  it('is where decisions say it is: they pass up to it and not at the next', () => {
    let ended = 0;
    const figure = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:30`);
    fc.assert(
      fc.property(
        fc.tuple(figure, figure).filter(([start, end]) => start !== end),
        fc.integer({ min: 1, max: 4 * DAY }),
        fc.option(fc.integer({ min: 1, max: 4 * DAY }), { nil: null }),
        fc.array(fc.integer({ min: 1, max: 8 * DAY }), { maxLength: 3 }),
        fc.integer({ min: 0, max: 3 * DAY }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        ([start, end], expiresIn, consentEndsIn, uses, ahead, points) => {
          const policy = somePolicy({
            quietHours: [someQuietHours({ windows: [{ days: [1, 3, 5, 6], start, end }] })],
            caps: [someCap({ limit: 2, window: { unit: 'day', zone: 'contact' } })],
          });
          const facts = someFacts({
            message: { expiresAt: NOON + expiresIn },
            consent: {
              purpose: consent('granted', { validUntil: consentEndsIn === null ? null : NOON + consentEndsIn }),
            },
            capUses: uses.map((ago) => capUse(NOON - ago)),
          });
          const passes = (at: number) => decide(facts, policy, at, testReference).outcome === 'pass';
          const latest = NOON + ahead;
          const last = until(facts, policy, latest);
          if (!passes(NOON)) return expect(last).toBe(NOON - 1);

          for (const point of [0, 1, ...points]) expect(passes(Math.round(NOON + point * (last - NOON)))).toBe(true);
          expect(last).toBeLessThanOrEqual(latest);
          if (last < latest) {
            expect(passes(last + 1)).toBe(false);
            ended++;
          }
        },
      ),
      { numRuns: runs(400) },
    );
    expect(ended).toBeGreaterThanOrEqual(metAtLeast(50));
  });
});

describe('the first instant at which what was handed over may not reach its person any more', () => {
  const night = somePolicy({ quietHours: [someQuietHours()] });
  const NINE = ms('2025-06-02T21:00:00+02:00');
  it.each([
    ['is the latest asked about when nothing is in sight', someFacts(), somePolicy(), NOON + 30 * DAY],
    ['is the beginning of the night', someFacts(), night, NINE],
    ['is when it expires', someFacts({ message: { expiresAt: NOON + 5000 } }), night, NOON + 5000],
    ['is the end of its consent', someFacts({ consent: { topic: consent('confirmed', { validUntil: NOON + 1 }) } }), night, NOON + 1], // prettier-ignore
    ['is no matter of a cap that is full by it', someFacts({ capUses: [capUse(NOON)] }), somePolicy({ caps: [someCap({ limit: 1 })] }), NOON + 30 * DAY], // prettier-ignore
  ])('%s', (_sentence, facts, policy, expected) =>
    expect(reachesUntil(facts, policy, NOON, NOON + 30 * DAY, testReference)).toBe(expected),
  );
});
