import { describe, expect, it } from '@jest/globals';
import { FixedOffsetZone, IANAZone } from 'luxon';
import { instantsOf, lastDays, stretchesOf } from './days.js';

const BERLIN = IANAZone.create('Europe/Berlin');
const iso = (at: number): string => new Date(at).toISOString();

describe('the days of a period', () => {
  it.each([
    ['one day', '2026-11-26', '2026-11-26', '2026-11-25T23:00:00.000Z', '2026-11-26T23:00:00.000Z'],
    ['a day of 23 hours', '2026-03-29', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['a year', '2026-01-01', '2026-12-31', '2025-12-31T23:00:00.000Z', '2026-12-31T23:00:00.000Z'],
  ])('%s', (_what, from, to, first, end) => {
    const period = instantsOf({ from, to }, BERLIN);
    expect([iso(period?.from ?? 0), iso(period?.to ?? 0)]).toEqual([first, end]);
  });

  it.each([
    ['2026-02-30', '2026-03-01'],
    ['2026-03-02', '2026-03-01'],
    ['2000-01-01', '2026-01-01'],
    ['x', '2026-01-01'],
  ])('%s to %s are none', (from, to) => expect(instantsOf({ from, to }, BERLIN)).toBeNull());

  it('end today where the reader is', () => {
    const at = Date.UTC(2026, 10, 26, 23, 30);
    expect(lastDays(30, BERLIN, at)).toEqual({ from: '2026-10-29', to: '2026-11-27' });
    expect(lastDays(1, FixedOffsetZone.utcInstance, at)).toEqual({ from: '2026-11-26', to: '2026-11-26' });
  });

  it.each([
    ['month', ['2026-10-14T22:00:00.000Z', '2026-10-31T23:00:00.000Z', '2026-11-26T23:00:00.000Z']],
    ['week', ['2026-10-14T22:00:00.000Z', '2026-10-18T22:00:00.000Z', '2026-10-25T23:00:00.000Z']],
  ] as const)('are cut into each %s, the first and last to what is in the period', (stretch, wanted) => {
    const bounds = stretchesOf({ from: '2026-10-15', to: '2026-11-26' }, stretch, BERLIN).map(iso);
    expect(bounds.slice(0, wanted.length)).toEqual(wanted);
    expect(bounds.at(-1)).toBe('2026-11-26T23:00:00.000Z');
  });
});
