import { describe, expect, it } from '@jest/globals';
import { LinesRead } from './lines-read.js';

describe('how far a file is done', () => {
  const file = Buffer.from('0123456\n'.repeat(1000));
  it.each([64, 1000, 8000])('follows the rows that are done, and not what was read ahead, in chunks of %i', (size) => {
    const read = new LinesRead();
    for (let at = 0; at < file.length; at += size) read.add(file.subarray(at, at + size));
    for (const line of [1, 10, 499, 500, 999, 1000])
      expect(Math.abs(read.bytesUpTo(line) - line * 8)).toBeLessThanOrEqual(8);
    expect(read.bytesUpTo(1000)).toBe(8000);
  });

  it('is all of it after a last line without an end, and nothing before a line', () => {
    const read = new LinesRead();
    read.add(Buffer.from('one\ntwo'));
    expect([read.bytesUpTo(0), read.bytesUpTo(2)]).toEqual([0, 7]);
  });
});
