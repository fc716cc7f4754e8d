import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { lineGroupsOf, linesOf } from './lines.js';

async function lines(chunks: readonly (string | Buffer)[], maxBytes = 100): Promise<string[]> {
  const all: string[] = [];
  for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), maxBytes)) {
    all.push(line.kind === 'line' ? line.text : line.kind);
  }
  return all;
}

describe('the lines of a stream', () => {
  it('are the same however the bytes arrive', async () => {
    const bytes = Buffer.from('eins\r\nzwei\n\ndrei ä€\nvier');
    const expected = ['eins', 'zwei', '', 'drei ä€', 'vier'];
    expect(await lines([bytes])).toEqual(expected);
    expect(await lines([...bytes].map((byte) => Buffer.from([byte])))).toEqual(expected);
  });

  it('come together when they ended in one piece of it', async () => {
    const groups: number[] = [];
    const pieces = ['eins\nzwei\ndr', 'ei', '\nvier\n', 'fünf'].map((piece) => Buffer.from(piece));
    for await (const group of lineGroupsOf(Readable.from(pieces), 100)) groups.push(group.length);
    expect(groups).toEqual([2, 2, 1]);
  });

  it('begin behind a byte order mark, also when it comes in pieces, and only the first does', async () => {
    const mark = '\ufeff';
    const bytes = Buffer.from(`${mark}eins\n${mark}zwei\n`);
    expect(await lines([bytes])).toEqual(['eins', `${mark}zwei`]);
    expect(await lines([...bytes].map((byte) => Buffer.from([byte])))).toEqual(['eins', `${mark}zwei`]);
    expect(await lines([`${mark}\neins`])).toEqual(['', 'eins']);
  });

  it('say when one is not UTF-8, and go on behind it', async () => {
    const latin1 = Buffer.from('{"name":"Jürgen"}', 'latin1');
    expect(await lines(['a\n', latin1, '\nb'])).toEqual(['a', 'not_utf8', 'b']);
  });

  it('say when one was too long, keep none of it, and go on behind it', async () => {
    expect(await lines(['a\n', 'x'.repeat(60), 'x'.repeat(60), 'x\nb\n'])).toEqual(['a', 'too_long', 'b']);
    expect(await lines(['x'.repeat(100), '\n', 'x'.repeat(101)])).toEqual(['x'.repeat(100), 'too_long']);
  });

  it('hold no more than one line of an endless one', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().rss;
    async function* endless(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 300; i++) yield Promise.resolve(chunk);
    }
    const seen: string[] = [];
    for await (const line of linesOf(Readable.from(endless()), 1000)) seen.push(line.kind);
    expect(seen).toEqual(['too_long']);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });
});
