import { describe, expect, it } from '@jest/globals';
import { retryAfterMs } from './http-outcome.js';

const NOW = Date.parse('2026-11-26T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['soon', null],
    ['0', 0],
    [' 120 ', 120_000],
    ['172800', 172_800_000],
    ['Sat, 28 Nov 2026 12:00:00 GMT', 172_800_000],
    ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', Date.parse('9999-12-31T23:59:59Z') - NOW],
  ])('%j is read in full: %s ms', (value, ms) => {
    expect(retryAfterMs(value, NOW)).toBe(ms);
  });
});
