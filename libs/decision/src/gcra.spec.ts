import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gcraAllowAt, gcraSpend, gcraTurn, gcraTurnBehind } from './gcra.js';
import { runs } from '../../../test/support/runs.js';

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
      { numRuns: runs(200) },
    );
  });
});

describe('a crowd that is let go at once', () => {
  const limit = { emissionIntervalUs: SECOND, burst: 5 };

  it('leaves one by one, however many the bucket would let burst out', () => {
    const turns = [1, 2, 3].map((n) => gcraTurn({ ...limit, tat: 0 }, n, NOW));

    expect(turns).toEqual([NOW * 1000, NOW * 1000 + SECOND, NOW * 1000 + 2 * SECOND]);
  });

  it('waits for a bucket that is drawn on further than that', () => {
    const tat = NOW * 1000 + 7 * SECOND;

    expect(gcraTurn({ ...limit, tat }, 1, NOW)).toBe(NOW * 1000 + 3 * SECOND);
  });

  it('finds room at every turn, and not one place sooner per interval than the rate allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: -20, max: 20 }),
        (emissionIntervalUs, burst, ahead) => {
          const bucket = { emissionIntervalUs, burst, tat: NOW * 1000 + ahead * emissionIntervalUs };
          let { tat } = bucket;
          for (let n = 1; n <= 30; n++) {
            const turn = gcraTurn(bucket, n, NOW);
            expect(gcraAllowAt({ ...bucket, tat })).toBeLessThanOrEqual(turn);
            // The microseconds of the turn: a caller that rounds up to a millisecond is only later.
            tat = Math.max(tat, turn) + emissionIntervalUs;
            if (n > 1) expect(turn - gcraTurn(bucket, n - 1, NOW)).toBe(emissionIntervalUs);
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe('a line', () => {
  const fast = { emissionIntervalUs: 100_000 };
  const slow = { emissionIntervalUs: SECOND };

  it('gives the first the instant at which there is room', () => {
    expect(gcraTurnBehind([{ ...fast, tail: 0 }], NOW)).toBe(NOW * 1000);
    expect(gcraTurnBehind([], NOW)).toBe(NOW * 1000);
  });

  it('gives everybody else the place behind the last, in the longest of all lines', () => {
    const tail = NOW * 1000;

    expect(gcraTurnBehind([{ ...fast, tail }], NOW)).toBe(tail + 100_000);
    expect(
      gcraTurnBehind(
        [
          { ...fast, tail: tail + 500_000 },
          { ...slow, tail },
        ],
        NOW,
      ),
    ).toBe(tail + SECOND);
    expect(
      gcraTurnBehind(
        [
          { ...fast, tail: tail + 5 * SECOND },
          { ...slow, tail },
        ],
        NOW,
      ),
    ).toBe(tail + 5_100_000);
  });

  it('spreads a crowd like turns of one bucket', () => {
    let tail = 0;
    const turns = Array.from({ length: 5 }, () => (tail = gcraTurnBehind([{ ...slow, tail }], NOW)));

    expect(turns).toEqual([1, 2, 3, 4, 5].map((n) => gcraTurn({ ...slow, burst: 3, tat: 0 }, n, NOW)));
  });
});
