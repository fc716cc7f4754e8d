import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { EngagementScores } from './engagement-score.js';
import { CAME_BACK, EPOCH_2000, FLAGS, REPLY, TOUCH_BYTES, VISIT } from './kept-touches.js';
import { touchesIn } from './packed-counts.js';

interface Touch {
  readonly hours: number;
  readonly place: number;
  readonly flags: number;
}

const HOUR = 3_600_000;
const at = ({ hours }: Touch): number => EPOCH_2000 + hours * HOUR;
const touches = (flags: readonly number[]) =>
  fc
    .array(fc.record({ hours: fc.nat(40), place: fc.nat(3), flags: fc.constantFrom(...flags) }), { maxLength: 20 })
    .map((some) => some.toSorted((a, b) => a.hours - b.hours));
const period = fc
  .tuple(fc.nat(40), fc.nat(40))
  .map(([a, b]) => ({ from: EPOCH_2000 + Math.min(a, b) * HOUR, to: EPOCH_2000 + Math.max(a, b) * HOUR }));

function packed(some: readonly Touch[]): Buffer {
  const bytes = Buffer.alloc(TOUCH_BYTES * some.length);
  for (const [i, { hours, place, flags }] of some.entries()) {
    bytes.writeBigInt64BE(BigInt(hours * HOUR * 1000), TOUCH_BYTES * i);
    bytes.writeInt32BE(place, TOUCH_BYTES * i + 8);
    bytes.writeUInt32BE((7 << FLAGS) | flags, TOUCH_BYTES * i + 12);
  }
  return bytes;
}

it('counts what an account had to do with us in a period, one touch after the other', () => {
  fc.assert(
    fc.property(touches([0, CAME_BACK, VISIT]), period, (some, { from, to }) => {
      const own = some.filter((one) => one.flags !== CAME_BACK && at(one) >= from && at(one) < to);
      const [last] = own.slice(-1);
      const contacts = new Set(own.map(({ place }) => place)).size;
      const expected = last === undefined ? null : { touches: own.length, contacts, lastAt: at(last) };
      expect(touchesIn(packed(some), { from, to })).toEqual(expected);
    }),
    { numRuns: runs(300) },
  );
});

it('gives points for what is kept as for each touch by itself, to the bit', () => {
  const points = fc.constantFrom(0, 1, 3, 0.1, 2 ** 52);
  const rule = fc.record({
    points: fc.record({ delivered: points, visited: points, clicked: points, replied: points }),
    fadeDays: fc.constantFrom(null, 2),
  });
  fc.assert(
    fc.property(
      touches([0, CAME_BACK, VISIT]),
      touches([0, REPLY, VISIT]),
      period,
      rule,
      (sent, done, within, points) => {
        const [one, all] = [1, 2].map(() => new EngagementScores(within, EPOCH_2000 + 30 * HOUR, points));
        for (const touch of sent)
          if (touch.flags !== CAME_BACK) one?.add('a', touch.flags === VISIT ? 'visited' : 'delivered', at(touch));
        for (const touch of done)
          if (touch.flags !== VISIT) one?.add('a', touch.flags === REPLY ? 'replied' : 'clicked', at(touch));
        all?.addKept('b', { delivered: Buffer.alloc(0), engaged: Buffer.alloc(0) });
        all?.addKept('a', { delivered: packed(sent), engaged: packed(done) });
        expect(all?.of('a')).toEqual(one?.of('a'));
      },
    ),
    { numRuns: runs(300) },
  );
});
