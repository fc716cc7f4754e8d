import { describe, expect, it } from '@jest/globals';
import { ms } from '../testing/some-facts.js';
import { testZones } from '../testing/test-zones.js';
import {
  beginOfTerm,
  calendarMonths,
  clipToTerm,
  earlier,
  endOfPermission,
  endOfTerm,
  isInForce,
  parseDate,
  termOf,
} from './term.js';

function zone(name: string) {
  const rules = testZones.zone(name);
  if (rules === null) throw new Error(`no zone ${name}`);
  return rules;
}
const BERLIN = zone('Europe/Berlin');
const TOKYO = zone('Asia/Tokyo');
const HONOLULU = zone('Pacific/Honolulu');
const KIRITIMATI = zone('Pacific/Kiritimati');
const HOUR = 3_600_000;

describe('the dates on which a rule is in force', () => {
  it('begin and end at midnight on the clock of the contact, wherever that is', () => {
    const june = termOf({ from: '2026-06-01', to: '2026-06-30' });
    for (const [rules, offset] of [
      [BERLIN, '+02:00'],
      [TOKYO, '+09:00'],
      [HONOLULU, '-10:00'],
      [KIRITIMATI, '+14:00'],
    ] as const) {
      const inForce = (local: string) => isInForce(june, [rules], ms(`${local}${offset}`));
      expect([inForce('2026-05-31T23:59:59.999'), inForce('2026-06-01T00:00:00')]).toEqual([false, true]);
      expect([inForce('2026-06-30T23:59:59.999'), inForce('2026-07-01T00:00:00')]).toEqual([true, false]);
    }
  });

  it('are the same whether an instant is near the midnight or far from it', () => {
    const day = termOf({ from: '2026-06-01', to: '2026-06-01' });
    const midnight = ms('2026-06-01T00:00:00Z');
    for (let hours = -60; hours <= 60; hours++) {
      for (const minutes of [-1, 0, 1]) {
        const at = midnight + hours * HOUR + minutes * 60_000;
        const local = new Date(at + 9 * HOUR).toISOString().slice(0, 10);
        expect([at, isInForce(day, [TOKYO], at)]).toEqual([at, local === '2026-06-01']);
      }
    }
  });

  it('on several clocks last from the first midnight to the last', () => {
    const term = termOf({ from: '2026-06-01', to: '2026-06-02' });
    const zones = [BERLIN, TOKYO, HONOLULU];
    expect(beginOfTerm(term, zones)).toBe(ms('2026-06-01T00:00:00+09:00'));
    expect(endOfTerm(term, zones)).toBe(ms('2026-06-03T00:00:00-10:00'));
    expect(isInForce(term, zones, ms('2026-06-02T23:59:59-10:00'))).toBe(true);
    expect(isInForce(term, zones, ms('2026-06-03T00:00:00-10:00'))).toBe(false);
  });

  it('may be open on either side', () => {
    const always = termOf({ from: null, to: null });
    expect(isInForce(always, [BERLIN], 0)).toBe(true);
    expect([beginOfTerm(always, [BERLIN]), endOfTerm(always, [BERLIN])]).toEqual([-Infinity, null]);
    expect(isInForce(termOf({ from: '2026-06-01', to: null }), [BERLIN], ms('2036-01-01T00:00:00Z'))).toBe(true);
    expect(isInForce(termOf({ from: '2026-06-01', to: null }), [BERLIN], ms('2016-01-01T00:00:00Z'))).toBe(false);
    expect(isInForce(termOf({ from: null, to: '2026-06-01' }), [BERLIN], ms('2036-01-01T00:00:00Z'))).toBe(false);
    expect(isInForce(termOf({ from: null, to: '2026-06-01' }), [BERLIN], ms('2016-01-01T00:00:00Z'))).toBe(true);
  });

  it('cut off what would hold for longer', () => {
    const term = termOf({ from: null, to: '2026-06-01' });
    const end = ms('2026-06-02T00:00:00+02:00');
    expect(clipToTerm(end + 1, term, [BERLIN])).toBe(end);
    expect(clipToTerm(end - 1, term, [BERLIN])).toBe(end - 1);
    expect(clipToTerm(null, term, [BERLIN])).toBe(end);
    expect(clipToTerm(7, undefined, [BERLIN])).toBe(7);
    expect([earlier(null, null), earlier(3, null), earlier(null, 4), earlier(3, 4), earlier(4, 3)]).toEqual([null, 3, 4, 3, 3]); // prettier-ignore
  });

  it('of no calendar are refused', () => {
    expect(() => termOf({ from: '2026-02-30', to: null })).toThrow('2026-02-30 is not a date');
    expect(() => termOf({ from: null, to: 'tomorrow' })).toThrow('tomorrow is not a date');
  });
});

describe('parseDate', () => {
  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '26-01-01', '2026-1-1', '2026-01-01T00:00', ' 2026-01-01', ''])(
    'refuses %j',
    (date) => expect(parseDate(date)).toBeNull(),
  );
  it('reads a date', () => expect(parseDate('2028-02-29')).toBe(Date.UTC(2028, 1, 29)));
});

describe('calendarMonths', () => {
  it.each([
    ['P6M', 6],
    ['P2Y', 24],
    ['P1Y6M', 18],
    ['P0M', null],
    ['P', null],
    ['P6D', null],
    ['PT6M', null],
    ['P6M1Y', null],
    ['6M', null],
    ['P6MX', null],
    ['P1000Y', null],
  ])('%s is %j months', (iso, months) => expect(calendarMonths(iso)).toBe(months));
});

describe('how long a permission lasts', () => {
  it.each([
    ['2025-08-31T12:00:00+02:00', 'P6M', '2026-03-01T00:00:00+01:00'],
    ['2025-08-28T12:00:00+02:00', 'P6M', '2026-03-01T00:00:00+01:00'],
    ['2025-08-27T12:00:00+02:00', 'P6M', '2026-02-28T00:00:00+01:00'],
    ['2024-02-29T12:00:00+01:00', 'P1Y', '2025-03-01T00:00:00+01:00'],
    ['2025-12-15T00:00:00+01:00', 'P1M', '2026-01-16T00:00:00+01:00'],
    ['2025-12-15T23:59:59+01:00', 'P2Y', '2027-12-16T00:00:00+01:00'],
  ])('from %s for %s to %s', (from, lasts, to) => {
    expect(endOfPermission(ms(from), lasts, [BERLIN])).toBe(ms(to));
  });

  it('is the shortest of several clocks, and unknown for a length in days', () => {
    const at = ms('2026-01-10T12:00:00Z');
    expect(endOfPermission(at, 'P1M', [HONOLULU, TOKYO, BERLIN])).toBe(ms('2026-02-11T00:00:00+09:00'));
    expect(endOfPermission(at, 'P30D', [BERLIN])).toBeNull();
  });
});
