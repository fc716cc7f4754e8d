import { describe, expect, it } from '@jest/globals';
import { type PartLimits, paceAfter, partSize, UNKNOWN_PACE } from './part-size.js';

const LIMITS: PartLimits = { goalMs: 500, longestMs: 10_000, first: 20, least: 5, most: 500 };

/** Sizes of parts, one after the other, where each takes `fixed` and `each` for every message. */
function sizes(parts: number, fixed: number, each: number, limits = LIMITS, pace = UNKNOWN_PACE): number[] {
  const taken: number[] = [];
  for (let i = 0; i < parts; i++) {
    const size = partSize(pace, limits);
    taken.push(size);
    pace = paceAfter(pace, size, fixed + each * size);
  }
  return taken;
}

describe('parts', () => {
  it('begin small, and have as many messages as meet the goal', () => {
    const taken = sizes(12, 20, 2);
    expect(taken[0]).toBe(20);
    expect(taken.at(-1)).toBe(240); // (500 - 20) / 2
  });

  it('are as large as may be where everything is fast', () => {
    expect(sizes(12, 5, 0.3).at(-1)).toBe(500);
  });

  it('are small for a provider that takes its time for each message', () => {
    expect(sizes(12, 0, 400).at(-1)).toBe(5);
  });

  it('take twice the time of the smallest where that alone misses the goal', () => {
    expect(sizes(20, 600, 4).at(-1)).toBe(150); // 600 / 4: 1,200 ms in all, where one message takes 604
  });

  it('are not single messages for a provider that is far away and takes fifty at once', () => {
    let pace = UNKNOWN_PACE;
    let [sent, tookMs] = [0, 0];
    while (sent < 500) {
      const size = Math.min(partSize(pace, { ...LIMITS, longestMs: 2_000 }), 500 - sent);
      const ms = 1_000 * Math.ceil(size / 50);
      pace = paceAfter(pace, size, ms);
      [sent, tookMs] = [sent + size, tookMs + ms];
    }
    expect(tookMs).toBeLessThanOrEqual(25_000); // at five at a time it is 96,000
  });

  it('never take longer than is allowed for that', () => {
    expect(sizes(20, 600, 4, { ...LIMITS, longestMs: 1_000 }).at(-1)).toBe(100); // (1,000 - 600) / 4
    expect(sizes(20, 3_000, 4, { ...LIMITS, longestMs: 2_000 }).at(-1)).toBe(5);
  });

  it('do not collapse when a machine becomes busy, and recover when it is idle again', () => {
    let pace = UNKNOWN_PACE;
    const run = (parts: number, fixed: number, each: number): number => {
      for (let i = 0; i < parts; i++) {
        const size = partSize(pace, LIMITS);
        pace = paceAfter(pace, size, fixed + each * size);
      }
      return partSize(pace, LIMITS);
    };
    expect(run(10, 40, 0.5)).toBe(500);
    expect(run(10, 800, 6)).toBeGreaterThanOrEqual(120);
    expect(run(10, 40, 0.5)).toBe(500);
  });

  it('grow by what one message took where sizes were alike, and not without end by one that was slow', () => {
    const alike = paceAfter(paceAfter(UNKNOWN_PACE, 100, 400), 100, 400);
    expect(partSize(alike, LIMITS)).toBe(125);
    const odd = paceAfter(paceAfter(UNKNOWN_PACE, 100, 200), 20, 900);
    expect(partSize(odd, LIMITS)).toBeLessThanOrEqual(300);
  });
});
