import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { parsePosixRule, type LocalType } from './posix-rule.js';
import { TzdbZone } from './tzdb-zone.js';

const ms = (iso: string): number => Date.parse(iso);
const type = (seconds: number, abbreviation: string): LocalType => ({ seconds, isDst: false, abbreviation });
const LMT = type(3208, 'LMT');
const CET = type(3600, 'CET');
const CEST = type(7200, 'CEST');

/** A town with local mean time until 1893, one odd summer in 1980, and the European rule since 2020. */
const history = {
  initial: LMT,
  times: [ms('1893-03-31T23:06:32Z'), ms('1980-04-06T01:00Z'), ms('1980-09-28T01:00Z'), ms('2020-03-29T01:00Z')].map(
    (at) => at / 1000,
  ),
  types: [CET, CEST, CET, CEST],
  rule: parsePosixRule('CET-1CEST,M3.5.0,M10.5.0/3'),
};
const town = new TzdbZone('Europe/Town', history);
const nowhere = new TzdbZone('Etc/Nowhere', {
  initial: type(0, 'UTC'),
  times: [],
  types: [],
  rule: parsePosixRule('UTC0'),
});

describe('a zone of the database', () => {
  it.each([
    ['before the first transition', '1800-01-01T00:00:00Z', 3208 / 60, 'LMT'],
    ['a millisecond before a transition', '1980-04-06T00:59:59.999Z', 60, 'CET'],
    ['at a transition', '1980-04-06T01:00:00Z', 120, 'CEST'],
    ['between transitions', '2000-07-01T00:00:00Z', 60, 'CET'],
    ['at the last transition', '2020-03-29T01:00:00Z', 120, 'CEST'],
    ['after the last transition, by the rule', '2020-10-25T01:00:00Z', 60, 'CET'],
    ['far in the future', '2500-07-01T00:00:00Z', 120, 'CEST'],
  ])('answers %s', (_name, instant, minutes, abbreviation) => {
    expect(town.offset(ms(instant))).toBe(minutes);
    expect(town.offsetName(ms(instant))).toBe(abbreviation);
  });

  it('answers the same in whatever order it is asked', () => {
    const instants = Array.from({ length: 3000 }, (_, index) => ms('1979-01-01T00:00Z') + index * 6 * 86_400_000);
    const shuffled = instants.map((_, index) => instants[(index * 1571) % instants.length] ?? NaN);
    const inOrder = new Map(instants.map((instant) => [instant, town.offset(instant)]));
    const fresh = (instant: number): number => new TzdbZone('Europe/Town', history).offset(instant);

    expect(new Set(shuffled).size).toBe(3000);
    expect(shuffled.map((instant) => town.offset(instant))).toEqual(shuffled.map((instant) => inOrder.get(instant)));
    expect(shuffled.map((instant) => town.offset(instant))).toEqual(shuffled.map(fresh));
  });

  it('has no answer for what is not a date', () => {
    expect(town.offset(NaN)).toBeNaN();
    expect(town.offset(Infinity)).toBeNaN();
    expect(town.offset(8.64e15 + 1)).toBeNaN();
    expect(town.offsetName(NaN)).toBe('');
    expect(town.offset(8.64e15)).toBe(60);
    expect(town.offset(-8.64e15)).toBe(3208 / 60);
  });

  it('serves luxon in both directions', () => {
    const night = DateTime.fromISO('2026-03-28T22:00:00', { zone: town });
    expect(night.toISO()).toBe('2026-03-28T22:00:00.000+01:00');
    expect(night.plus({ days: 1 }).toUTC().toISO()).toBe('2026-03-29T20:00:00.000Z');
    expect(night.plus({ hours: 24 }).toISO()).toBe('2026-03-29T23:00:00.000+02:00');
    expect(night.zoneName).toBe('Europe/Town');
    expect(night.toFormat('ZZZZ ZZ Z ZZZ')).toBe('CET +01:00 +1 +0100');
    expect(night.toLocaleString(DateTime.DATETIME_FULL, { locale: 'en-GB' })).toBe('28 March 2026 at 22:00 CET');
    expect(night.set({ month: 7 }).isInDST).toBe(true);
    expect(night.isInDST).toBe(false);
  });

  it('is equal to a zone of the same name and data only', () => {
    expect(town.equals(new TzdbZone('Europe/Town', history))).toBe(true);
    expect(town.equals(new TzdbZone('Europe/Ville', history))).toBe(false);
    expect(town.equals(new TzdbZone('Europe/Town', { ...history }))).toBe(false);
    expect(town.equals(DateTime.utc().zone)).toBe(false);
  });

  it('knows whether its clocks ever change', () => {
    expect(town.isUniversal).toBe(false);
    expect(nowhere.isUniversal).toBe(true);
    expect(nowhere.offset(0)).toBe(0);
    expect(nowhere.isValid).toBe(true);
    expect(nowhere.type).toBe('tzdb');
  });
});
