import { describe, expect, it } from '@jest/globals';
import { crc32 as crcOfZlib } from 'node:zlib';
import { Malformed } from '../malformed.js';
import { crc32, readZip, writeZip } from './zip.js';

describe('archives', () => {
  it('have the checksum of ISO 3309', () => {
    // The check value that every catalogue of checksums gives for it.
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32(Buffer.alloc(0))).toBe(0);
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 167 + 13) & 0xff));
    for (let length = 0; length <= bytes.length; length++) {
      const some = bytes.subarray(0, length);
      expect(crc32(some)).toBe(crcOfZlib(some));
    }
  });

  it('hold what was put in, in the order of the names', () => {
    const files = new Map([
      ['b/2.txt', Buffer.from('two')],
      ['a.txt', Buffer.from('')],
      ['b/10.txt', Buffer.from([0, 255])],
    ]);
    const read = readZip(writeZip(files));
    expect([...read.keys()]).toEqual([...files.keys()].sort());
    for (const [name, bytes] of files) expect(read.get(name)).toEqual(bytes);
    expect(writeZip(new Map([...files].reverse()))).toEqual(writeZip(files));
  });

  it('are read out of the middle of other memory, and refused where one byte is another, missing or too many', () => {
    const bytes = writeZip(
      new Map([
        ['a.txt', Buffer.from('one')],
        ['b.txt', Buffer.from('two')],
      ]),
    );
    const around = Buffer.concat([Buffer.alloc(7, 1), bytes, Buffer.alloc(9, 2)]);
    expect([...readZip(around.subarray(7, 7 + bytes.length)).keys()]).toEqual(['a.txt', 'b.txt']);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(() => readZip(changed)).toThrow(Malformed);
      expect(() => readZip(bytes.subarray(0, at))).toThrow(Malformed);
    }
    expect(() => readZip(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(Malformed);
  });
});
