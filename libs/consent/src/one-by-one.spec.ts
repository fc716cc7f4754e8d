import { describe, expect, it } from '@jest/globals';
import { oneByOne } from './one-by-one.js';

describe('one by one', () => {
  const pages = (all: readonly number[], size: number) => async (after: number | null) =>
    all.filter((one) => after === null || one > after).slice(0, size);

  it.each([0, 1, 2, 3, 4, 7])('%d things in pages of two are all done, once', async (count) => {
    const done: number[] = [];
    const all = Array.from({ length: count }, (_, i) => i);
    expect(await oneByOne(pages(all, 2), async (one) => done.push(one) * 0 + 1)).toBe(count);
    expect(done).toEqual(all);
  });

  it('leaves the others alone when some fail, also a whole page, and tells of them', async () => {
    const done: number[] = [];
    const work = async (one: number): Promise<number> => {
      if (one < 3) throw new Error(`no ${one}`);
      return done.push(one);
    };
    const failed = oneByOne(pages([0, 1, 2, 3, 4], 2), work);
    await expect(failed).rejects.toMatchObject({
      message: '3 of 5 could not be done',
      errors: [new Error('no 0'), new Error('no 1'), new Error('no 2')],
    });
    expect(done).toEqual([3, 4]);
  });

  it('stops between two things when it is told to', async () => {
    const stop = new AbortController();
    const done: number[] = [];
    await oneByOne(
      pages([1, 2, 3], 2),
      async (one) => {
        done.push(one);
        stop.abort();
        return 1;
      },
      stop.signal,
    );
    expect(done).toEqual([1]);
  });
});
