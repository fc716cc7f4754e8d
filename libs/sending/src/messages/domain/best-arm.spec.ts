import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { luckOf } from '../luck.js';
import { type Arm, bestOf, drawBest } from './best-arm.js';
import { Beta, logGamma } from './beta.js';

const arm = (tried: number, met: number): Arm => ({ tried, met });
const anyArm = fc
  .integer({ min: 0, max: 50_000 })
  .chain((tried) => fc.integer({ min: 0, max: tried }).map((met) => arm(tried, met)));

/** P(B > A) for two Beta distributions with whole parameters, as a finite sum (E. Miller, 2014). */
function exactly(a: Arm, b: Arm): number {
  const [a1, b1, a2, b2] = [1 + a.met, 1 + a.tried - a.met, 1 + b.met, 1 + b.tried - b.met];
  const logBeta = (x: number, y: number): number => logGamma(x) + logGamma(y) - logGamma(x + y);
  let sum = 0;
  for (let i = 0; i < a2; i++)
    sum += Math.exp(logBeta(a1 + i, b1 + b2) - Math.log(b2 + i) - logBeta(1 + i, b2) - logBeta(a1, b1));
  return sum;
}

describe('the probability of a channel to be the best', () => {
  it.each<[string, Arm[], number[]]>([
    ['of two that were never tried is a half', [arm(0, 0), arm(0, 0)], [0.5, 0.5]],
    ['of four that did the same is a quarter', Array(4).fill(arm(100, 7)) as Arm[], [0.25, 0.25, 0.25, 0.25]],
    ['of one alone is 1', [arm(10, 0)], [1]],
    // Beta(2,1) against Beta(1,2): 1 - 1/6.
    ['of one that worked once against one that failed once', [arm(1, 1), arm(1, 0)], [5 / 6, 1 / 6]],
    ['of the clearly better one is nearly 1', [arm(10_000, 900), arm(10_000, 500)], [1, 0]],
  ])('%s', (_name, arms, shares) => {
    bestOf(arms).forEach((share, i) => expect(share).toBeCloseTo(shares[i] ?? 0, 6));
  });

  it('counts the long tail of what never worked', () => {
    expect(bestOf([arm(384, 0), arm(258, 0)])[1]).toBeCloseTo(exactly(arm(384, 0), arm(258, 0)), 7);
  });

  it('is what the finite sum for two says', () => {
    fc.assert(
      fc.property(anyArm, anyArm, (a, b) => {
        const few = (one: Arm): Arm => arm(one.tried % 400, Math.min(one.met % 400, one.tried % 400));
        const [first, second] = [few(a), few(b)];
        expect(bestOf([first, second])[1]).toBeCloseTo(exactly(first, second), 7);
      }),
      { numRuns: 40 },
    );
  });

  it('adds up to 1, whatever was counted', () => {
    fc.assert(
      fc.property(fc.array(anyArm, { minLength: 1, maxLength: 4 }), (arms) => {
        const shares = bestOf(arms);
        for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
      }),
      { numRuns: 40 },
    );
  });

  it('of twelve is what pieces of a fifth of the size say', () => {
    const arms = Array.from({ length: 12 }, (_, i) => arm(20 + i * i * 10, 1 + i * (i % 3)));
    const fine = bestOf(arms, 60);
    bestOf(arms).forEach((share, i) => expect(share).toBeCloseTo(fine[i] ?? NaN, 7));
  });

  it('rests on the incomplete beta function', () => {
    expect(new Beta(2, 2).upTo(0.5)).toBeCloseTo(0.5, 12);
    expect(new Beta(2, 5).upTo(0.3)).toBeCloseTo(1 - (0.7 ** 6 + 6 * 0.3 * 0.7 ** 5), 12);
    expect(new Beta(1, 20).upTo(0.05)).toBeCloseTo(1 - 0.95 ** 20, 12);
    expect(new Beta(5_000, 45_000).upTo(0.1)).toBeCloseTo(0.5, 2);
  });
});

describe('choosing the best channel', () => {
  it('leaves the first its share, and gives every way a share of luck as large as its propensity', () => {
    fc.assert(
      fc.property(
        fc.array(anyArm, { minLength: 2, maxLength: 4 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (arms, luck) => {
          const { chosen, propensities } = drawBest(arms, luck);
          expect(propensities[0]).toBeGreaterThanOrEqual(0.1);
          expect(propensities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
          const before = propensities.slice(0, chosen).reduce((sum, share) => sum + share, 0);
          expect(luck).toBeGreaterThanOrEqual(before - 1e-9);
          if (chosen < arms.length - 1) expect(luck).toBeLessThan(before + (propensities[chosen] ?? 0) + 1e-9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('learns: of 1,000 people most are written to where it works, and the control share goes on', () => {
    const rates = [0.05, 0.15];
    const counts = rates.map(() => ({ tried: 0, met: 0 }));
    for (let i = 0; i < 1_000; i++) {
      const { chosen } = drawBest(counts, luckOf('choice', String(i)));
      const one = counts[chosen];
      if (one === undefined) throw new Error('nothing was chosen');
      one.tried++;
      if (luckOf('click', String(i)) < (rates[chosen] ?? 0)) one.met++;
    }
    const share = (counts[1]?.tried ?? 0) / 1_000;
    expect(share).toBeGreaterThan(0.7);
    expect(share).toBeLessThan(0.92);
  });

  it('is the same for the same texts, and spread evenly over many', () => {
    expect(luckOf('a', 'b')).toBe(luckOf('a', 'b'));
    expect(luckOf('a', 'b')).not.toBe(luckOf('ab', ''));
    const mean = Array.from({ length: 4_000 }, (_, i) => luckOf('x', String(i))).reduce((sum, x) => sum + x, 0) / 4_000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });
});
