import { describe, expect, it } from '@jest/globals';
import { Spool } from './spool.js';

const LINE = 1024;
const line = (n: number): string => `${n} ${'é'.repeat((LINE - 8) / 2)}\n`;

async function readAll(spool: Spool): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of spool) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('what waits for a reader', () => {
  it.each([10, 5_000])(
    'is read in its order and whole, of %i lines, also when nobody read before its end',
    async (lines) => {
      const spool = new Spool();
      for (let n = 0; n < lines; n++) await spool.write(line(n));
      spool.finish();
      expect(await readAll(spool)).toBe(Array.from({ length: lines }, (_, n) => line(n)).join(''));
      await spool.close();
    },
  );

  it('is read in its order by whoever reads meanwhile, now and then', async () => {
    const spool = new Spool();
    const seen: Buffer[] = [];
    const reading = (async () => {
      for await (const part of spool) {
        seen.push(part);
        if (seen.length % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    for (let n = 0; n < 4_000; n++) {
      await spool.write(line(n));
      if (n % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    spool.finish();
    await reading;
    expect(Buffer.concat(seen).toString()).toBe(Array.from({ length: 4_000 }, (_, n) => line(n)).join(''));
    await spool.close();
  });

  it('takes a little memory, however much it is', async () => {
    const spool = new Spool();
    const before = process.memoryUsage().arrayBuffers;
    const text = 'x'.repeat(256 * 1024);
    for (let n = 0; n < 800; n++) await spool.write(text);
    // 200 MB were written; of what is used and gone some waits for the collector.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
    spool.finish();
    let bytes = 0;
    for await (const part of spool) bytes += part.length;
    expect(bytes).toBe(800 * text.length);
    await spool.close();
  });

  it('ends with the fault of whoever wrote, after what came before it', async () => {
    const spool = new Spool();
    await spool.write('one\n');
    spool.finish(new Error('broken off'));
    const seen: string[] = [];
    const reading = (async () => {
      for await (const part of spool) seen.push(part.toString());
    })();
    await expect(reading).rejects.toThrow('broken off');
    expect(seen).toEqual(['one\n']);
    await spool.close();
  });
});
