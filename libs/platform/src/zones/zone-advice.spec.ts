import { describe, expect, it } from '@jest/globals';
import { zoneAdvice } from './index.js';

describe('a zone somebody typed', () => {
  it.each([
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'Etc/UTC',
    'Etc/GMT',
    'Etc/GMT+0',
    'EST5EDT',
    'UTC',
    'Europe/Kiev',
    'US/Eastern',
    'Asia/Calcutta',
  ])('%s is fine, old names of a place included', (name) => {
    expect(zoneAdvice(name)).toBeNull();
  });

  it.each([
    ['EST', 'is an offset, which knows no summer time'],
    ['HST', 'is an offset, which knows no summer time'],
    ['Etc/GMT+5', 'is an offset, which knows no summer time'],
    ['Etc/GMT-14', 'is an offset, which knows no summer time'],
    ['GMT-5', 'is an offset, which knows no summer time'],
    ['+02:00', 'is an offset, which knows no summer time'],
    ['UTC+2', 'is an offset, which knows no summer time'],
    ['PST', 'is an abbreviation that stands for several zones or none'],
    ['W. Europe Standard Time', 'is not a name of the IANA database'],
    ['Foo/Bar', 'is not in the IANA database'],
    ['', 'is not in the IANA database'],
    ['__proto__', 'is not in the IANA database'],
  ])('%j is refused: it %s', (name, why) => {
    expect(zoneAdvice(name)).toContain(why);
    expect(zoneAdvice(name)).toMatch(/write the name of a place, such as Europe\/Berlin/);
  });

  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    ['America/New York', 'America/New_York'],
    [' Asia/Tokyo ', 'Asia/Tokyo'],
  ])('%j is refused with the name that is meant', (name, meant) => {
    expect(zoneAdvice(name)).toBe(`is not written as in the IANA database; write ${meant}`);
  });
});
