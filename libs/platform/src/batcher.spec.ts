import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Batcher } from './batcher.js';

describe('a batcher', () => {
  it('lets what arrives while it is busy leave together', async () => {
    const batches: number[] = [];
    const batcher = new Batcher<number, number>(
      async (items) => {
        batches.push(items.length);
        await sleep(20);
        return items.map((n) => n * 2);
      },
      { size: 100, lanes: 1 },
    );
    const first = batcher.add(1);
    await sleep(5);
    const rest = Promise.all([2, 3, 4].map((n) => batcher.add(n)));
    expect([await first, ...(await rest)]).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([1, 3]);
  });

  it('lets what has a lower rank leave first, and else what came first', async () => {
    const batches: string[][] = [];
    const batcher = new Batcher<string, string>(
      async (items) => {
        batches.push([...items]);
        await sleep(20);
        return items;
      },
      { size: 2, lanes: 1 },
    );
    const first = batcher.add('a', 5);
    await sleep(5);
    await Promise.all([first, ...['b', 'c', 'd'].map((item) => batcher.add(item, 5)), batcher.add('e', 2), batcher.add('f', 2)]); // prettier-ignore
    expect(batches).toEqual([['a'], ['e', 'f'], ['b', 'c'], ['d']]);
  });

  it('keeps a batch under its weight, and takes a heavier item by itself', async () => {
    const batches: string[][] = [];
    const batcher = new Batcher<string, string>(
      (items) => {
        batches.push([...items]);
        return Promise.resolve(items);
      },
      { size: 4, lanes: 1, weigh: (item) => item.length },
    );
    await Promise.all(['aa', 'bb', 'c', 'dddddd', 'e'].map((item) => batcher.add(item)));
    expect(batches).toEqual([['aa', 'bb'], ['c'], ['dddddd'], ['e']]);
  });

  it('tries the items of a failed batch one by one, so that a bad one fails alone', async () => {
    const batcher = new Batcher<number, number>(
      (items) => (items.includes(13) ? Promise.reject(new Error('thirteen')) : Promise.resolve(items)),
      { size: 10, lanes: 1 },
    );
    const answers = await Promise.allSettled([1, 13, 2].map((n) => batcher.add(n)));
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('tells all items of what is the fault of none, and tries nothing again', async () => {
    let runs = 0;
    const batcher = new Batcher<number, number>(() => Promise.reject(new Error(`away ${++runs}`)), {
      size: 10,
      lanes: 1,
      blames: () => false,
    });
    const answers = await Promise.allSettled([1, 2, 3].map((n) => batcher.add(n)));
    expect(answers).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason: new Error('away 1') })));
  });

  it('is drained when nothing waits or runs', async () => {
    const done: number[] = [];
    const batcher = new Batcher<number, number>(
      async (items) => {
        await sleep(10);
        done.push(...items);
        return items;
      },
      { size: 2, lanes: 1 },
    );
    for (const n of [1, 2, 3, 4, 5]) void batcher.add(n);
    await batcher.drained();
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });
});
