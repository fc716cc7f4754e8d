import { describe, expect, it } from '@jest/globals';
import { afterTry, type EventAnswer } from './retry-plan.js';

const answer = (status: number | null, retryAfterMs: number | null = null): EventAnswer => ({
  status,
  code: String(status),
  retryAfterMs,
});

describe('an event that was tried', () => {
  it.each<[string, EventAnswer, number, string]>([
    ['is delivered by 200', answer(200), 1, 'delivered'],
    ['is delivered by 204, also at the last try', answer(204), 9, 'delivered'],
    ['comes again after 500', answer(500), 1, 'again'],
    ['comes again after a redirect, which is not followed', answer(301), 1, 'again'],
    ['comes again after 404: whoever deploys may be slow', answer(404), 1, 'again'],
    ['comes again when nobody answered', answer(null), 8, 'again'],
    ['is given up after the ninth try', answer(null), 9, 'failed'],
    ['ends its endpoint by 410, at the first try', answer(410), 1, 'gone'],
    ['ends its endpoint by 410, at the last try', answer(410), 9, 'gone'],
  ])('%s', (_name, said, attempts, kind) => {
    expect(afterTry(said, attempts, 0.5).kind).toBe(kind);
  });

  it('is tried for some 40 hours, and luck moves that by 15 percent at most', () => {
    const hours = (luck: number): number => {
      let sum = 0;
      for (let attempts = 1; ; attempts++) {
        const outcome = afterTry(answer(503), attempts, luck);
        if (outcome.kind !== 'again') return sum / 3_600_000;
        sum += outcome.afterMs;
      }
    };
    expect(hours(0.5)).toBeCloseTo(39.58, 1);
    expect(hours(0)).toBeCloseTo(0.85 * 39.58, 1);
    expect(hours(0.999_999)).toBeCloseTo(1.15 * 39.58, 1);
  });

  it('comes no sooner than its receiver asked, and at most a day later', () => {
    expect(afterTry(answer(429, 60_000), 1, 0.5)).toEqual({ kind: 'again', afterMs: 60_000 });
    expect(afterTry(answer(429, 1_000), 1, 0.5)).toEqual({ kind: 'again', afterMs: 5_000 });
    expect(afterTry(answer(503, 9e9), 1, 0.5)).toEqual({ kind: 'again', afterMs: 86_400_000 });
  });
});
