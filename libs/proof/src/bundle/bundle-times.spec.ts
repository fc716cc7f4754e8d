import { describe, expect, it } from '@jest/globals';
import { boundsOf, checkTime } from './bundle-times.js';

describe('the time that an entry says', () => {
  const at = (seconds: number): number => Date.UTC(2026, 0, 1) + seconds * 1_000;
  const HOUR = 3_600;
  it.each<[string, number, number | null, number | null, string]>([
    ['nobody saw', 0, null, null, ''],
    ['between them', 5, 0, 10, ''],
    ['five seconds after it was seen', 15, 0, 10, ''],
    ['more than that after it was seen', 16, 0, 10, 'seen it already'],
    ['an hour and five seconds before it was seen to be missing', -HOUR - 5, 0, 10, ''],
    ['more than that before it was seen to be missing', -HOUR - 6, 0, 10, 'back-dated'],
    ['more than that, and nobody saw it since', -HOUR - 6, 0, null, 'back-dated'],
    ['true, though it was seen to be missing two hours after it was seen', 5, 2 * HOUR, 10, ''],
    ['back-dated even then', 10 - HOUR - 6, 2 * HOUR, 10, 'back-dated'],
  ])('is %s', (_name, said, notBefore, notAfter, problem) => {
    const bounds = {
      notBefore: notBefore === null ? null : at(notBefore),
      notAfter: notAfter === null ? null : at(notAfter),
    };
    const check = checkTime(new Date(at(said)).toISOString(), bounds);
    expect(check.holds ? '' : check.problem).toContain(problem);
    expect(check.holds).toBe(problem === '');
  });

  it('is bounded by the last look without it and the first look with it', () => {
    const seen = [
      { size: 3, first: 1, last: 2 },
      { size: 5, first: 3, last: 5 },
      { size: 6, first: 7, last: 8 },
      { size: 9, first: 6, last: 9 },
    ];
    expect(boundsOf(5, seen)).toEqual({ notBefore: 5, notAfter: 6 });
    expect(boundsOf(9, seen)).toEqual({ notBefore: 9, notAfter: null });
    expect(boundsOf(0, seen)).toEqual({ notBefore: null, notAfter: 1 });
  });
});
