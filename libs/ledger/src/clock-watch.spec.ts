import { describe, expect, it } from '@jest/globals';
import { ClockWatch } from './clock-watch.js';

describe('the watch on clocks', () => {
  /** What a watch says where the machine's clock and the database's, by the same clock, show these milliseconds. */
  async function said(...looks: readonly (readonly [asked: number, database: number, answered: number])[]) {
    let reads: number[] = [];
    const watch = new ClockWatch(() => reads.shift() ?? NaN);
    const problems: string[] = [];
    for (const [asked, database, answered] of looks) {
      reads = [asked, answered];
      await watch
        .look(async () => database)
        .then(
          () => problems.push(''),
          (error: Error) => problems.push(error.message),
        );
    }
    return problems;
  }

  it.each([
    ['the same', 0, 0, 0, ''],
    ['within the time that asking took, however long', 0, 4_000, 5_000, ''],
    ['a second after the answer', 0, 2_000, 1_000, ''],
    ['a second before the question', 1_000, 0, 2_000, ''],
    ['more than a second after the answer', 0, 2_001, 1_000, 'ahead of'],
    ['more than a second before the question', 1_001, 0, 2_000, 'behind'],
  ])('the database says %s', async (_name, asked, database, answered, word) => {
    const [problem = ''] = await said([asked, database, answered]);
    expect(problem === '' ? '' : problem).toContain(word);
    expect(problem === '').toBe(word === '');
  });

  it('waits until what was said too early has come, for ten minutes at most', async () => {
    const waits = expect.stringContaining('is waited for');
    const apart = expect.stringContaining('ahead of');
    expect(await said([0, 10_000, 0], [9_000, 9_000, 9_000], [10_000, 10_000, 10_000])).toEqual([apart, waits, '']);
    expect(await said([0, 7_200_000, 0], [599_999, 599_999, 599_999], [600_000, 600_000, 600_000])).toEqual([
      ...[apart, waits, ''],
    ]);
  });

  it('waits likewise for what is entered already, where another process has seen the clock ahead', async () => {
    let now = 0;
    const watch = new ClockWatch(() => now);
    const isWaiting = async (): Promise<boolean> =>
      watch
        .look(async () => now)
        .then(
          () => false,
          () => true,
        );
    watch.remember(null);
    watch.remember(-1);
    expect(await isWaiting()).toBe(false);
    // More than is waited for: it is wrong whatever is done.
    watch.remember(600_001);
    expect(await isWaiting()).toBe(false);
    watch.remember(300_000);
    watch.remember(200_000);
    expect(await isWaiting()).toBe(true);
    now = 299_999;
    expect(await isWaiting()).toBe(true);
    now = 300_000;
    expect(await isWaiting()).toBe(false);
  });
});
