import { describe, expect, it } from '@jest/globals';
import { crc32 as crcOfZlib } from 'node:zlib';
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
});
