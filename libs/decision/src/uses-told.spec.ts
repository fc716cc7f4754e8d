import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { capUse, ms, someCap, someFacts, somePolicy } from './testing/some-facts.js';
import { cap, pack } from './testing/some-packs.js';
import { testReference } from './testing/test-reference.js';
import { capUsesOf, capUsesToTell } from './uses-told.js';

const NOON = ms('2026-11-20T12:00:00Z');
const HOUR = 3_600_000;

describe('hand-overs that facts tell', () => {
  it('are a hundred of a kind, or as many as a cap may allow: of the policy, of the contact or of a law that applies', () => {
    const allowing = (limit: number) => somePolicy({ caps: [someCap({ limit })] });
    const choice = { window: 'P7D', channel: null, topic: null };
    expect(capUsesToTell(allowing(3))).toBe(100);
    expect(capUsesToTell(allowing(250))).toBe(250);
    expect(capUsesToTell(allowing(3), [{ ...choice, limit: 101 }])).toBe(101);
    const packs = [pack('de', [{ ...cap, limit: 400 }])];
    expect(capUsesToTell(allowing(3), [], packs)).toBe(100);
    expect(capUsesToTell({ ...allowing(3), jurisdiction: { packs: 'contact' } }, [], packs)).toBe(400);
  });

  it('may be told together where they are of one kind', () => {
    const [one, other, third] = [capUse(NOON - HOUR), capUse(NOON - 3 * HOUR), capUse(NOON - 2 * HOUR)];
    const together = { ...one, alsoAt: [other.at, third.at] };
    expect(capUsesOf({ capUses: [together] })).toEqual([one, other, third]);
    const judged = (capUses: Parameters<typeof capUsesOf>[0]['capUses']) =>
      decide(
        someFacts({ capUses }),
        somePolicy({ caps: [someCap({ limit: 3, window: 'PT4H' })] }),
        NOON,
        testReference,
      );
    expect(judged([together])).toEqual(judged([one, other, third]));
    expect(judged([together])).toMatchObject({ outcome: 'defer', until: NOON + HOUR });
  });

  it('are too few for a cap that allows more, which is not judged then', () => {
    const facts = {
      ...someFacts({ capUses: [capUse(NOON - HOUR)] }),
      capUsesLeftOut: { told: 1, allSince: NOON - HOUR },
    };
    const judged = (limit: number) => decide(facts, somePolicy({ caps: [someCap({ limit })] }), NOON, testReference);
    expect(judged(1)).toMatchObject({ reason: 'frequency_cap' });
    expect(() => judged(2)).toThrow(/of each kind the facts tell 1 hand-overs, and cap .* allows 2/);
  });
});
