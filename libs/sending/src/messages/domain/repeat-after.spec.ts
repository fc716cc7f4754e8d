import { expect, it } from '@jest/globals';
import { repeatAfterMs } from './repeat-after.js';

it.each<[string, number, number, number]>([
  ['in a queue that is short, as soon as it may be', 200, 0, 30_000],
  ['in a long one, once its turn has come and gone', 90_000, 1_000, 180_000],
  ['in a very long one after ten minutes all the same, because it may be lost', 3_600_000, 1_000, 600_000],
  ['as in a short one when nothing was taken up for a minute: the queue may be empty', 90_000, 60_001, 30_000],
  ['as in a short one when the clocks of two machines differ', -90_000, 1_000, 30_000],
])('a wake-up is repeated %s', (_when, stoodMs, seenMsAgo, after) => {
  expect(repeatAfterMs(30_000, [{ stoodMs, msAgo: seenMsAgo }])).toBe(after);
});

it.each<[string, [number, number][], number]>([
  ['as soon as it may be where nothing was ever taken up', [], 30_000],
  ['by its own lane where those before it are quick', [[3, 0], [90_000, 1_000]], 180_000], // prettier-ignore
  ['by the lane before where that is slow, because it stands no shorter itself', [[70_000, 1_000], [3, 1_000]], 140_000], // prettier-ignore
  ['by what was seen in the last minute alone', [[70_000, 60_001], [40_000, 1_000]], 80_000], // prettier-ignore
])('a wake-up is repeated %s', (_when, seen, after) => {
  expect(
    repeatAfterMs(
      30_000,
      seen.map(([stoodMs, msAgo]) => ({ stoodMs, msAgo })),
    ),
  ).toBe(after);
});
