import { describe, expect, it } from '@jest/globals';
import { audiencesProblems, holidayProblems } from './audience-problems.js';
import type { Audience } from './policy.js';
import { someQuietHours } from './testing/some-facts.js';

/** Without tables: what the shape of a code alone says. */
const problemsOf = (when: Audience, unless?: Audience): string[] =>
  audiencesProblems(someQuietHours({ when, ...(unless === undefined ? {} : { unless }) }));

describe('whom a rule is about', () => {
  it.each<[keyof Audience, string[]]>([
    ['countries', ['US', 'DE']],
    ['regions', ['US-TX', 'DE-BY', 'FR-971', 'GB-E']],
    ['phonePrefixes', ['+1', '+1212', '+491234567890123']],
    ['segments', ['vip', ' with space ']],
  ])('%s may be %p', (list, codes) => {
    expect(problemsOf({ [list]: codes })).toEqual([]);
  });

  it.each<[keyof Audience, string, string]>([
    ['countries', 'USA', 'is not a country (ISO 3166-1, such as US)'],
    ['countries', 'us', 'is not a country (ISO 3166-1, such as US)'],
    ['countries', 'U', 'is not a country (ISO 3166-1, such as US)'],
    ['countries', ' US', 'is not a country (ISO 3166-1, such as US)'],
    ['countries', 'US ', 'is not a country (ISO 3166-1, such as US)'],
    ['regions', 'XUS-TX', 'is not a region (ISO 3166-2, such as US-TX)'],
    ['regions', 'US-TEXA', 'is not a region (ISO 3166-2, such as US-TX)'],
    ['regions', 'US-', 'is not a region (ISO 3166-2, such as US-TX)'],
    ['regions', 'US-tx', 'is not a region (ISO 3166-2, such as US-TX)'],
    ['phonePrefixes', '49', 'is not the beginning of a number (E.164, such as +1212)'],
    ['phonePrefixes', '+0', 'is not the beginning of a number (E.164, such as +1212)'],
    ['phonePrefixes', '0+49', 'is not the beginning of a number (E.164, such as +1212)'],
    ['phonePrefixes', '+49x', 'is not the beginning of a number (E.164, such as +1212)'],
    ['phonePrefixes', '+1234567890123456', 'is not the beginning of a number (E.164, such as +1212)'],
    ['segments', ' ', 'is not a segment'],
    ['segments', '', 'is not a segment'],
  ])('%s may not be "%s"', (list, code, problem) => {
    expect(problemsOf({ [list]: [code] })).toEqual([`when.${list}[0] "${code}" ${problem}`]);
  });

  it.each<[string, Audience, Audience, boolean]>([
    ['the same region', { regions: ['US-TX'] }, { regions: ['US-TX', 'US-CA'] }, true],
    ['another region', { regions: ['US-TX'] }, { regions: ['US-CA'] }, false],
    ['one region of two', { regions: ['US-TX', 'US-CA'] }, { regions: ['US-CA'] }, false],
    ['a region of the country', { countries: ['US'] }, { regions: ['US-TX'] }, false],
    ['the country of the region', { regions: ['US-TX'] }, { countries: ['US'] }, true],
    ['another country than that of the region', { regions: ['US-TX'] }, { countries: ['DE'] }, false],
    ['a shorter beginning', { phonePrefixes: ['+1212'] }, { phonePrefixes: ['+49', '+1'] }, true],
    ['a longer beginning', { phonePrefixes: ['+1'] }, { phonePrefixes: ['+1212'] }, false],
    ['an end of it', { phonePrefixes: ['+4912'] }, { phonePrefixes: ['+12'] }, false],
    ['the same segment', { segments: ['vip'] }, { segments: ['new', 'vip'] }, true],
    ['another segment', { segments: ['vip'] }, { segments: ['new'] }, false],
    ['something else', { segments: ['vip'] }, { countries: ['US'] }, false],
    ['the country that the region is', { regions: ['US-PR'] }, { countries: ['PR'] }, true],
    ['another territory', { regions: ['US-PR'] }, { countries: ['GU'] }, false],
  ])('an exception for %s frees everybody or not', (_what, when, unless, frees) => {
    expect(problemsOf(when, unless).length).toBe(frees ? 1 : 0);
  });
});

describe('countries and regions together', () => {
  it.each<[readonly string[], readonly string[], string[]]>([
    [['US'], ['US-TX', 'US-PR'], []],
    [['PR'], ['US-PR'], []],
    [['PR', 'US'], ['US-PR'], []],
    [['RE', 'FR'], ['FR-974', 'FR-75C'], []],
    [['PR'], ['US-TX'], ['when.regions[0] "US-TX" is not in any of when.countries: nobody fits both', 'when.countries[0] "PR" has none of when.regions: nobody fits both']], // prettier-ignore
    [['PR', 'GU'], ['US-PR'], ['when.countries[1] "GU" has none of when.regions: nobody fits both']],
  ])('%j and %j: %j', (countries, regions, expected) => {
    expect(problemsOf({ countries, regions })).toEqual(expected);
  });
});

describe('holidays', () => {
  const source = { hasTable: (country: string) => country === 'US', isHoliday: () => false };
  const when = { countries: ['US', 'AQ'], regions: ['AQ-1'] };

  it('cannot be kept where there is no table of them', () => {
    expect(holidayProblems(someQuietHours({ holidays: true, when }), source as never)).toEqual([
      'holidays cannot be kept for when.countries[1] "AQ": there is no table of those of AQ',
      'holidays cannot be kept for when.regions[0] "AQ-1": there is no table of those of AQ',
    ]);
  });

  it.each([
    ['a rule that keeps none', { holidays: false, when }, source],
    ['a rule about everybody', { holidays: true }, source],
    ['a source that does not say what it has', { holidays: true, when }, { isHoliday: () => false }],
  ])('are no matter of %s', (_what, rule, tables) => {
    expect(holidayProblems(someQuietHours(rule), tables as never)).toEqual([]);
  });
});
