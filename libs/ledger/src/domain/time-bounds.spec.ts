import { describe, expect, it } from '@jest/globals';
import { TimeBounds } from './time-bounds.js';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 0, 1, 12);

/** What is wrong with an entry of this time between two looks of a witness, at noon and an hour later. */
function wrong(at: number): string | null {
  const bounds = new TimeBounds({ lateMs: 10 * MINUTE, skewMs: 5_000 });
  bounds.entry(0, NOON - MINUTE);
  bounds.checkpoint([NOON]);
  return bounds.entry(1, at) ?? bounds.checkpoint([NOON + 60 * MINUTE]);
}

describe('an entry between two looks of a witness', () => {
  it.each<[string, number, boolean]>([
    ['in between holds', NOON + 30 * MINUTE, true],
    ['that waited for its position holds', NOON - 10 * MINUTE, true],
    ['that waited longer than anything may does not', NOON - 10 * MINUTE - 5_001, false],
    ['from just when it was seen holds', NOON + 60 * MINUTE + 5_000, true],
    ['from after it was seen does not', NOON + 60 * MINUTE + 5_001, false],
  ])('%s', (_name, at, holds) => {
    expect(wrong(at) === null).toBe(holds);
  });

  it('is held against the first that saw it, and the last that did not', () => {
    const bounds = new TimeBounds({ lateMs: 0, skewMs: 0 });
    expect(bounds.checkpoint([NOON, NOON + MINUTE])).toBeNull();
    expect(bounds.entry(0, NOON)).toContain('entry 0 says');
    expect(bounds.entry(1, NOON + 3 * MINUTE)).toBeNull();
    expect(bounds.entry(2, NOON + 2 * MINUTE)).toBeNull();
    expect(bounds.checkpoint([])).toBeNull();
    expect(bounds.checkpoint([NOON + 4 * MINUTE, NOON + 2 * MINUTE])).toContain('entry 1');
  });
});
