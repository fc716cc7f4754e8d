import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { evenly } from './evenly.js';

describe('an answer that takes whole steps of time', () => {
  const STEP = 60;
  const took = async (work: () => Promise<unknown>): Promise<number> => {
    const begun = performance.now();
    await evenly(work, STEP).catch(() => undefined);
    return performance.now() - begun;
  };

  // A timer may come a millisecond early; that it never comes late is for no program to promise.
  it('takes one when there was nothing to do, and when it failed', async () => {
    expect(await took(() => Promise.resolve())).toBeGreaterThan(STEP - 2);
    expect(await took(() => Promise.reject(new Error('no')))).toBeGreaterThan(STEP - 2);
  });

  it('takes two when the work took longer than one', async () => {
    expect(await took(() => sleep(STEP + 5))).toBeGreaterThan(2 * STEP - 2);
  });

  it('is the answer, or the error', async () => {
    expect(await evenly(() => Promise.resolve(1), 1)).toBe(1);
    await expect(evenly(() => Promise.reject(new Error('no')), 1)).rejects.toThrow('no');
  });
});
