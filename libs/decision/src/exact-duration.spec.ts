import { describe, expect, it } from '@jest/globals';
import { exactDurationMs } from './exact-duration.js';

describe('exactDurationMs', () => {
  it.each([
    ['P1D', 86_400_000],
    ['P7D', 7 * 86_400_000],
    ['P1W', 7 * 86_400_000],
    ['PT24H', 86_400_000],
    ['P1DT12H', 129_600_000],
    ['PT1H30M5S', 5_405_000],
    ['PT90M', 5_400_000],
    ['PT1S', 1_000],
    ['P0DT1S', 1_000],
  ])('%s is %d ms long', (iso, length) => {
    expect(exactDurationMs(iso)).toBe(length);
  });

  it.each([
    ['P1M', 'a month has no one length'],
    ['P1Y', 'nor has a year'],
    ['P1M2D', 'nor has what contains one'],
    ['P1W1D', 'ISO 8601 keeps weeks alone'],
    ['PT0S', 'nothing is no window'],
    ['P', 'nothing is given'],
    ['PT', 'nothing follows the T'],
    ['P1DT', 'nothing follows the T'],
    ['-P1D', 'it runs backwards'],
    ['P-1D', 'it runs backwards'],
    ['PT0.5S', 'it is no whole number'],
    ['PT1,5H', 'it is no whole number'],
    ['p1d', 'letters are capitals'],
    [' P1D', 'nothing stands around it'],
    ['P1D\n', 'nothing stands around it'],
    ['P999999999999D', 'it is longer than any system remembers'],
    ['7', 'it is no duration'],
    ['', 'it is empty'],
  ])('%j is refused: %s', (iso) => {
    expect(exactDurationMs(iso)).toBeNull();
  });
});
