import { expect, it } from '@jest/globals';
import { repeatAfterMs } from './repeat-after.js';

it.each<[string, number, number, number]>([
  ['in a queue that is short, as soon as it may be', 200, 0, 30_000],
  ['in a long one, once its turn has come and gone', 90_000, 1_000, 180_000],
  ['in a very long one after ten minutes all the same, because it may be lost', 3_600_000, 1_000, 600_000],
  ['as in a short one when nothing was taken up for a minute: the queue may be empty', 90_000, 60_001, 30_000],
  ['as in a short one when the clocks of two machines differ', -90_000, 1_000, 30_000],
])('a wake-up is repeated %s', (_when, stoodMs, seenMsAgo, after) => {
  expect(repeatAfterMs(30_000, stoodMs, seenMsAgo)).toBe(after);
});
