import { describe, expect, it } from '@jest/globals';
import { endsInARow, restartDelayMs } from './restart-delay.js';

describe('starting again what has ended', () => {
  it('waits longer each time, and gives up after the fifth', () => {
    expect([1, 2, 3, 4, 5, 6].map(restartDelayMs)).toEqual([250, 500, 1_000, 2_000, 4_000, null]);
  });

  it('counts from one again when it had run for more than a minute', () => {
    expect([endsInARow(4, 60_000), endsInARow(4, 60_001)]).toEqual([5, 1]);
  });
});
