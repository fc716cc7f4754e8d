import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metAtLeast, runs } from '../../../test/support/runs.js';
import { gcraAllowAt, gcraSpend, gcraSpendAt, gcraTatInForce, gcraTurn } from './gcra.js';

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
    let last = 0;
    let tat = NOW * 1000;
    const turns = Array.from({ length: 7 }, () => {
      last = Math.max(NOW * 1000, gcraTurn({ ...limit, tat, last }));
      tat = gcraSpendAt({ ...limit, tat }, last);
      return last - NOW * 1000;
    });

    expect(turns).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => n * SECOND));
  });

  it('waits for a bucket that is drawn on further than that', () => {
    const tat = NOW * 1000 + 7 * SECOND;

    expect(gcraTurn({ ...limit, tat, last: NOW * 1000 })).toBe(NOW * 1000 + 3 * SECOND);
  });

  it('waits behind the one before when the bucket has room for more', () => {
    expect(gcraTurn({ ...limit, tat: 0, last: NOW * 1000 })).toBe(NOW * 1000 + SECOND);
  });

  it('keeps one interval between two of them, and finds room, while others draw on the bucket', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000_000 }),
        fc.integer({ min: 1, max: 8 }),
        // How many come by themselves before each, and how much later than its turn it asks.
        fc.array(fc.tuple(fc.nat(3), fc.nat(2_000)), { minLength: 2, maxLength: 30 }),
        (emissionIntervalUs, burst, waiting) => {
          const common = { emissionIntervalUs, burst };
          let [last, tat, now] = [0, 0, NOW * 1000];
          for (const [others, late] of waiting) {
            for (let n = 0; n < others; n++)
              if (gcraAllowAt({ ...common, tat }) <= now) tat = gcraSpendAt({ ...common, tat }, now);
            const turn = Math.max(now, gcraTurn({ ...common, tat, last }));
            expect(gcraAllowAt({ ...common, tat })).toBeLessThanOrEqual(turn);
            if (last > 0) expect(turn - last).toBeGreaterThanOrEqual(emissionIntervalUs);
            tat = gcraSpendAt({ ...common, tat }, turn);
            last = turn;
            now = turn + late;
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });
});

describe('a bucket whose rule was replaced', () => {
  const HOUR = 3600 * SECOND;
  const nowUs = NOW * 1000;
  it.each([
    // One an hour and a burst of ten, all of it taken a second ago: drawn on for ten hours.
    ['a faster rule frees at once what the old one held for hours', 60_000, 4, 10 * HOUR, -SECOND, 60_000],
    ['where it was taken just now, after one interval', 60_000, 4, 10 * HOUR, 0, 60_000],
    ['with a smaller burst as well', HOUR, 1, 10 * HOUR, -SECOND, HOUR],
    ['a slower rule counts the last hand-over in full', HOUR, 1, 0, -SECOND, HOUR],
    ['and only that', HOUR, 3, 0, -SECOND, -HOUR],
    ['a rule that did not change changes nothing', SECOND, 5, 3 * SECOND, -SECOND, -1],
    ['nor does any where nobody wrote down when it was drawn on', SECOND, 1, HOUR, null, HOUR],
  ])('%s', (_name, emissionIntervalUs, burst, owes, drawn, admits) => {
    const spent = drawn === null ? 0 : nowUs + drawn;
    const tat = gcraTatInForce({ emissionIntervalUs, burst, tat: nowUs + owes, spent });
    if (drawn === null) expect(tat).toBe(nowUs + owes);
    else if (admits === -1) expect(tat).toBe(nowUs + owes);
    else expect(gcraAllowAt({ emissionIntervalUs, burst, tat }) - spent).toBe(admits);
  });

  interface Drawn {
    tat: number;
    spent: number;
    last: number;
  }
  const anyRule = fc.record({ emissionIntervalUs: fc.integer({ min: 1, max: 5_000_000 }), burst: fc.integer({ min: 1, max: 6 }) }); // prettier-ignore
  /** Microseconds to the next who asks; and whether that one has waited, and takes a turn up to a second ahead. */
  const anyAsks = fc.array(fc.tuple(fc.nat(3_000_000), fc.boolean()), { minLength: 1, maxLength: 40 });
  type Rule = { readonly emissionIntervalUs: number; readonly burst: number };

  /** What several processes make of one bucket, each by the state that the one before left: the instants of hand-overs. */
  function play(rule: Rule, bucket: Drawn, from: number, asks: readonly (readonly [number, boolean])[]): number[] {
    const taken: number[] = [];
    let now = from;
    for (const [gap, hasWaited] of asks) {
      now += gap;
      const tat = gcraTatInForce({ ...rule, ...bucket });
      const turn = hasWaited ? gcraTurn({ ...rule, tat, last: bucket.last }) : gcraAllowAt({ ...rule, tat });
      const at = Math.max(now, turn);
      if (at > now + (hasWaited ? SECOND : 0)) continue;
      bucket.tat = gcraSpendAt({ ...rule, tat }, at);
      bucket.spent = Math.max(bucket.spent, at);
      if (hasWaited) bucket.last = at;
      taken.push(at);
    }
    return taken;
  }

  it('is read as it is as long as the rule stays, whoever draws, in turn or not', () => {
    fc.assert(
      fc.property(anyRule, anyAsks, (rule, asks) => {
        const bucket: Drawn = { tat: 0, spent: 0, last: 0 };
        for (const ask of asks) {
          play(rule, bucket, Math.max(nowUs, bucket.spent), [ask]);
          expect(gcraTatInForce({ ...rule, ...bucket })).toBe(bucket.tat);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('lets out what the new rule lets out, the last hand-over under the old one included, and nobody waits for longer than an interval', () => {
    let replaced = 0;
    fc.assert(
      fc.property(anyRule, anyAsks, anyRule, anyAsks, (before, asksBefore, after, asks) => {
        const bucket: Drawn = { tat: 0, spent: 0, last: 0 };
        play(before, bucket, nowUs, asksBefore);
        const { spent, tat } = bucket;
        if (spent === 0) return;
        if (gcraTatInForce({ ...after, tat, spent }) !== tat) replaced++;
        const tatNow = gcraTatInForce({ ...after, tat, spent });
        expect(gcraAllowAt({ ...after, tat: tatNow })).toBeLessThanOrEqual(spent + after.emissionIntervalUs);
        const handedOver = [spent, ...play(after, bucket, spent, asks)];
        for (const [i, from] of handedOver.entries()) {
          for (let n = 1; n < 6; n++) {
            const inWindow = handedOver.slice(i).filter((at) => at < from + n * after.emissionIntervalUs).length;
            expect(inWindow).toBeLessThanOrEqual(after.burst + n - 1);
          }
        }
      }),
      { numRuns: runs(200) },
    );
    expect(replaced).toBeGreaterThanOrEqual(metAtLeast(50));
  });
});
