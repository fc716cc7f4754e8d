import { describe, expect, it } from '@jest/globals';
import { parsePosixRule, spanUnderRule } from './posix-rule.js';

const at = (iso: string): number => Date.parse(iso) / 1000;
const shown = (rule: string, iso: string): string => {
  const { seconds, abbreviation } = spanUnderRule(parsePosixRule(rule), at(iso)).type;
  return `${seconds / 3600} ${abbreviation}`;
};

describe('a POSIX rule', () => {
  it.each([
    ['a zone without daylight saving time is always the same', '<+03>-3', '2026-07-01T00:00Z', '3 +03'],
    ['half an hour and seconds count', '<-0930>9:30:36', '2026-07-01T00:00Z', '-9.51 -0930'],
    ['the second before summer time', 'CET-1CEST,M3.5.0,M10.5.0/3', '2026-03-29T00:59:59Z', '1 CET'],
    ['the second of summer time', 'CET-1CEST,M3.5.0,M10.5.0/3', '2026-03-29T01:00:00Z', '2 CEST'],
    ['the last second of summer time', 'CET-1CEST,M3.5.0,M10.5.0/3', '2026-10-25T00:59:59Z', '2 CEST'],
    ['the second after summer time', 'CET-1CEST,M3.5.0,M10.5.0/3', '2026-10-25T01:00:00Z', '1 CET'],
    ['summer in the south spans the new year', 'AEST-10AEDT,M10.1.0,M4.1.0/3', '2026-01-01T00:00Z', '11 AEDT'],
    ['winter in the south', 'AEST-10AEDT,M10.1.0,M4.1.0/3', '2026-07-01T00:00Z', '10 AEST'],
    ['Lord Howe moves by half an hour', '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0', '2026-12-01T00:00Z', '11 +11'],
    ['Irish winter is the exception, not the rule', 'IST-1GMT0,M10.5.0,M3.5.0/1', '2026-01-01T00:00Z', '0 GMT'],
    ['Irish summer is standard time', 'IST-1GMT0,M10.5.0,M3.5.0/1', '2026-07-01T00:00Z', '1 IST'],
    ['Nuuk changes on the eve, at -1 o’clock', '<-02>2<-01>,M3.5.0/-1,M10.5.0/0', '2026-03-29T01:00:00Z', '-1 -01'],
    ['Nuuk, one second earlier', '<-02>2<-01>,M3.5.0/-1,M10.5.0/0', '2026-03-29T00:59:59Z', '-2 -02'],
    ['Gaza changes 50 hours after a Thursday', 'EET-2EEST,M3.4.4/50,M10.4.4/50', '2087-03-29T00:00:00Z', '3 EEST'],
    ['Gaza, one second earlier', 'EET-2EEST,M3.4.4/50,M10.4.4/50', '2087-03-28T23:59:59Z', '2 EET'],
    ['J60 is 1 March in a leap year', 'AAA0BBB,J60/0,J300/0', '2028-02-29T23:59:59Z', '0 AAA'],
    ['J60 is 1 March in any year', 'AAA0BBB,J60/0,J300/0', '2027-03-01T00:00:00Z', '1 BBB'],
    ['59 counted from zero is 29 February in a leap year', 'AAA0BBB,59/0,300/0', '2028-02-29T00:00:00Z', '1 BBB'],
    ['59 counted from zero is 1 March otherwise', 'AAA0BBB,59/0,300/0', '2027-02-28T23:59:59Z', '0 AAA'],
    ['365 counted from zero is 31 December of a leap year', 'AAA0BBB,180/0,365/0', '2028-12-31T00:00:00Z', '0 AAA'],
    ['2100 is no leap year', 'AAA0BBB,59/0,300/0', '2100-03-01T00:00:00Z', '1 BBB'],
    ['minutes and seconds of a change', 'AAA0BBB,M3.1.1/1:02:03,J300', '2027-03-01T01:02:03Z', '1 BBB'],
    ['a change without a time is at two', 'AAA0BBB,M3.1.1,J300', '2027-03-01T01:59:59Z', '0 AAA'],
    ['daylight saving time can last for ever', 'XXX3EDT4,0/0,J365/23', '2027-01-01T02:59:59Z', '-4 EDT'],
    ['daylight saving time that lasts for ever has no gap', 'XXX3EDT4,0/0,J365/23', '2027-01-01T03:00:00Z', '-4 EDT'],
  ])('%s', (_name, rule, instant, expected) => {
    expect(shown(rule, instant)).toBe(expected);
  });

  it('tells how long its answer holds', () => {
    const { from, until } = spanUnderRule(parsePosixRule('CET-1CEST,M3.5.0,M10.5.0/3'), at('2026-12-31T00:00Z'));
    expect(from).toBe(at('2026-10-25T01:00Z'));
    expect(until).toBe(at('2027-03-28T01:00Z'));
  });

  it('gives an hour more in daylight saving time unless the rule says otherwise', () => {
    expect(parsePosixRule('EST5EDT,M3.2.0,M11.1.0').daylight?.type).toEqual({
      seconds: -4 * 3600,
      isDst: true,
      abbreviation: 'EDT',
    });
    expect(parsePosixRule('EST5EDT3,M3.2.0,M11.1.0').daylight?.type.seconds).toBe(-3 * 3600);
  });

  it.each([
    [''],
    ['CET'],
    ['CE-1'],
    ['CET-1CEST'],
    ['CET-25'],
    ['CET-1:60'],
    ['CET-1CEST,M3.5.0'],
    ['CET-1CEST,M13.5.0,M10.5.0'],
    ['CET-1CEST,M3.6.0,M10.5.0'],
    ['CET-1CEST,M3.0.0,M10.5.0'],
    ['CET-1CEST,M3.5.7,M10.5.0'],
    ['CET-1CEST,J0,M10.5.0'],
    ['CET-1CEST,J366,M10.5.0'],
    ['CET-1CEST,366,M10.5.0'],
    ['CET-1CEST,M3.5.0/168,M10.5.0'],
    ['CET-1CEST,M3.5.0,M10.5.0/3 '],
    [':Europe/Berlin'],
  ])('refuses %j', (text) => {
    expect(() => parsePosixRule(text)).toThrow(RangeError);
  });
});
