import { describe, expect, it } from '@jest/globals';
import { clockAhead, inDatabaseTime } from './database-time.js';

describe('the time of a kept wish', () => {
  it.each([
    ['clocks that agree but for the way there and back', 1_000, 1_080, 1_300, 0],
    ['a center that is ten minutes slow', 1_000_000, 1_000_020, 1_600_010, 600_000],
    ['a center that is ten minutes fast', 1_600_000, 1_600_020, 1_000_010, -600_000],
  ])('%s', (_name, before, after, database, ahead) => {
    expect(clockAhead({ before, after }, database)).toBe(ahead);
  });

  it('is told by the database, and is never in its future', () => {
    expect(inDatabaseTime(1_000, 0, 5_000)).toBe(1_000);
    expect(inDatabaseTime(1_000, 3_000, 5_000)).toBe(4_000);
    expect(inDatabaseTime(9_000, -3_000, 8_000)).toBe(6_000);
    expect(inDatabaseTime(9_000, 0, 8_000)).toBe(8_000);
  });
});
