import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { ordered } from './unordered-touches.js';

interface Touch {
  readonly at: bigint;
  readonly what: number;
  readonly message: string;
  readonly rest: string;
}

function bytesOf({ at, what, message, rest }: Touch): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigInt64BE(at);
  head.writeUInt32BE(what, 12);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(rest));
  return Buffer.concat([head, Buffer.from(message.repeat(16), 'hex'), length, Buffer.from(rest)]);
}

/** As PostgreSQL would put them in order. */
function byAll(a: Touch, b: Touch): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.message !== b.message) return a.message < b.message ? -1 : 1;
  return Buffer.compare(Buffer.from(a.rest), Buffer.from(b.rest));
}

const packed = (touches: readonly Touch[]): string =>
  Buffer.concat(touches.map((one) => bytesOf(one).subarray(0, 16))).toString('hex');

describe('touches of an account', () => {
  it('come out oldest first, whatever order they came in and however many there are', () => {
    const touch = fc.record({
      at: fc.constantFrom(-4_294_967_297n, -1n, 0n, 1n, 4_294_967_295n, 4_294_967_296n, 800_000_000_000_000n),
      what: fc.constantFrom(0, 1, 2, 6),
      message: fc.constantFrom('00', '7f', 'ff'),
      rest: fc.constantFrom('', 'a', 'clicked é', 'clicked f'),
    });
    // Longer than what is moved to its place one by one; no two are alike in all that orders them.
    const many = fc.uniqueArray(touch, {
      maxLength: 70,
      size: 'max',
      selector: ({ at, message, rest }) => `${at} ${message} ${rest}`,
    });
    fc.assert(
      fc.property(many, (touches) => {
        const found = ordered(Buffer.concat(touches.map(bytesOf)));
        const sorted = touches.toSorted(byAll);
        const isVisit = ({ what }: Touch): boolean => (what & 2) !== 0;
        expect(found.delivered.toString('hex')).toBe(packed(sorted.filter((one) => one.rest === '' || isVisit(one))));
        expect(found.engaged.toString('hex')).toBe(packed(sorted.filter((one) => one.rest !== '' || isVisit(one))));
      }),
      { numRuns: runs(100) },
    );
  });
});
