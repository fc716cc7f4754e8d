import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gcraAllowAt, gcraSpend } from './gcra.js';

const SECOND = 1_000_000;
const NOW = 1_764_000_000_000;

describe('gcra', () => {
  it('admits a burst at once and then one per interval', () => {
    const limit = { emissionIntervalUs: SECOND, burst: 3 };
    let tat = 0;
    const admitted: number[] = [];
    for (let at = NOW; at < NOW + 5000; at += 100) {
      while (gcraAllowAt({ ...limit, tat }) <= at * 1000) {
        tat = gcraSpend({ ...limit, tat }, at);
        admitted.push(at - NOW);
      }
    }

    expect(admitted).toEqual([0, 0, 0, 1000, 2000, 3000, 4000]);
  });

  it('admits nothing between two hand-overs when the burst is one', () => {
    const limit = { emissionIntervalUs: SECOND, burst: 1 };
    const tat = gcraSpend({ ...limit, tat: 0 }, NOW);

    expect(gcraAllowAt({ ...limit, tat })).toBe(NOW * 1000 + SECOND);
  });

  it('does not save up more than the burst over a long rest', () => {
    const limit = { emissionIntervalUs: SECOND, burst: 2 };
    const later = NOW + 3_600_000;
    let tat = gcraSpend({ ...limit, tat: 0 }, NOW);
    tat = gcraSpend({ ...limit, tat }, later);
    tat = gcraSpend({ ...limit, tat }, later);

    expect(gcraAllowAt({ ...limit, tat })).toBe(later * 1000 + SECOND);
  });

  it('counts a hand-over that came early against the next one', () => {
    const limit = { emissionIntervalUs: SECOND, burst: 1 };
    const tat = gcraSpend({ ...limit, tat: NOW * 1000 + SECOND }, NOW);

    expect(gcraAllowAt({ ...limit, tat })).toBe(NOW * 1000 + 2 * SECOND);
  });

  it('keeps every window of n intervals at n hand-overs above the burst at most, in whole microseconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 }),
        (emissionIntervalUs, burst, gaps) => {
          let [at, tat] = [NOW, 0];
          const admitted: number[] = [];
          for (const gap of gaps) {
            at += gap;
            if (gcraAllowAt({ emissionIntervalUs, burst, tat }) > at * 1000) continue;
            tat = gcraSpend({ emissionIntervalUs, tat }, at);
            admitted.push(at * 1000);
          }
          expect(Number.isSafeInteger(tat)).toBe(true);
          for (const [i, from] of admitted.entries()) {
            for (let n = 1; n < 8; n++) {
              const inWindow = admitted.slice(i).filter((us) => us < from + n * emissionIntervalUs).length;
              expect(inWindow).toBeLessThanOrEqual(burst + n - 1);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
