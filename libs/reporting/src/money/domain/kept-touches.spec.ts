import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { convertingPaths, type Remainder } from '#lib/attribution';
import { runs } from '../../../../../test/support/runs.js';
import { EndedAccounts } from './ended-accounts.js';
import { EPOCH_2000, FLAGS, KEPT_LOOKBACK_DAYS, KeptTouches, lastPath, TOUCH_BYTES } from './kept-touches.js';

const HOUR = 3_600_000;
const ACCOUNT = '0b7e1f6a-0000-4000-8000-000000000001';
const CONTACTS = ['a', 'b', 'c'];
/** Names by their ids; the second and third are of one message, the fourth of another, the fifth of none. */
const NAMES = ['', 'one', 'one', 'two', 'visit'];
const SENDS = [null, 'x', 'x', 'y', null];
const AS_NUMBERS = Uint32Array.of(0, 1, 1, 3, 0);
const EACH = Uint32Array.of(0, 1, 2, 3, 4);
const FIRST = { channel: EACH, campaign: EACH, topic: EACH, content: EACH };

const touch = fc.record({
  hours: fc.oneof(fc.nat(60), fc.nat(24 * 120)),
  place: fc.nat(2),
  name: fc.integer({ min: 1, max: 4 }),
  cameBack: fc.nat(9).map((one) => one === 0),
});

it('says of a path that is kept which touches stay where the same message to several people is one', () => {
  let different = 0;
  fc.assert(
    fc.property(fc.array(touch, { minLength: 1, maxLength: 14 }), (touches) => {
      const packed = Buffer.alloc(TOUCH_BYTES * touches.length);
      touches
        .toSorted((a, b) => a.hours - b.hours)
        .forEach(({ hours, place, name, cameBack }, i) => {
          packed.writeBigInt64BE(BigInt(hours * HOUR * 1000), TOUCH_BYTES * i);
          packed.writeInt32BE(place, TOUCH_BYTES * i + 8);
          packed.writeUInt32BE((name << FLAGS) | Number(cameBack), TOUCH_BYTES * i + 12);
        });
      const asOf = EPOCH_2000 + 24 * 200 * HOUR;
      const log = new KeptTouches(NAMES, SENDS);
      log.add(ACCOUNT, CONTACTS, packed);
      for (const collapseSend of [true, false]) {
        const remainder: Remainder = { cycles: [], unconverted: [] };
        const options = {
          lookbackDays: KEPT_LOOKBACK_DAYS,
          unit: 'account',
          reset: false,
          collapseSend,
          asOf,
        } as const;
        expect([...convertingPaths(log, [], options, remainder)]).toEqual([]);
        const expected = (remainder.unconverted ?? []).map((one) =>
          Array.from(one.touches, (index) => NAMES.indexOf(log.nameOf(index))),
        );

        const path = lastPath(packed, FIRST, AS_NUMBERS);
        if (path === null) {
          expect(expected).toEqual([]);
          continue;
        }
        const { channel: names } = path.names;
        const part = (bytes: Buffer): Buffer => {
          const length = Buffer.alloc(4);
          length.writeUInt32BE(bytes.length);
          return Buffer.concat([length, bytes]);
        };
        const lastAt = Buffer.alloc(8);
        lastAt.writeBigInt64BE(BigInt(path.lastAt - EPOCH_2000) * 1000n);
        const id = Buffer.from(ACCOUNT.replaceAll('-', ''), 'hex');
        const row = Buffer.concat([id, lastAt, part(names), ...(collapseSend ? [part(path.apart)] : [])]);
        const ended = EndedAccounts.none(collapseSend).with([], [row, row]);
        const { over, open } = ended.in({ from: 0, to: asOf }, asOf, []);
        expect(open).toBe(0);
        // The first of the names that are alike stands for them.
        expect(over.map((one) => Array.from(one.path, (name) => NAMES.indexOf(NAMES[name] ?? '')))).toEqual(expected);
        if (path.apart.length > 0) different++;
      }
    }),
    { numRuns: runs(300) },
  );
  expect(different).toBeGreaterThan(0);
});
