import { describe, expect, it } from '@jest/globals';
import type { Audience, QuietHoursRule, QuietWindow, Weekday } from './policy.js';
import { ownHoursProblems, quietHoursProblems } from './quiet-hours-problems.js';
import { someQuietHours } from './testing/some-facts.js';
import { someHolidays, somePlaces } from './testing/some-places.js';

const DAILY: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const daily = (start: string, end: string): QuietWindow => ({ days: DAILY, start, end });
const problemsOf = (...rules: Partial<QuietHoursRule>[]) => quietHoursProblems(rules.map(someQuietHours), somePlaces);

describe('hours that contacts choose themselves', () => {
  const ALL = 'windows leave no minute of the week; whoever wants nothing at all withdraws or pauses';
  const DAYS = 'windows[0].days must name ISO weekdays, 1 for Monday to 7 for Sunday';
  const days = (...list: number[]): QuietWindow[] => [{ days: list as Weekday[], start: '21:00', end: '08:00' }];

  it.each<[string, QuietWindow[], string[]]>([
    ['a night', [daily('21:00', '08:00')], []],
    ['none', [], []],
    ['all but a minute', [daily('08:00', '07:59')], []],
    ['a whole week', [daily('00:00', '24:00')], [ALL]],
    ['two halves of every day', [daily('07:00', '19:00'), daily('19:00', '07:00')], [ALL]],
    ['no day', days(), [DAYS]],
    ['day 0', days(0), [DAYS]],
    ['day 8', days(8), [DAYS]],
    ['day 8 beside others', days(1, 8), [DAYS]],
    ['half a day', days(1.5), [DAYS]],
    ['a day twice', days(1, 1), ['windows[0].days names a day twice']],
    ['no clock', [daily('21:00', '25:00')], ['windows[0] "21:00-25:00" must be HH:MM to another HH:MM; a whole day is 00:00 to 24:00']], // prettier-ignore
    ['a whole week and a fault', [daily('00:00', '24:00'), ...days(0)], [DAYS.replace('[0]', '[1]')]],
  ])('%s', (_name, windows, problems) => {
    expect(ownHoursProblems(windows)).toEqual(problems);
  });
});

describe('rules for members of segments', () => {
  const [am, pm] = [[daily('00:00', '12:00')], [daily('12:00', '24:00')]];
  const silent = expect.stringContaining('quietHours leave no minute of the week for commercial messages on email');
  const only = (segment: string) => ({ segments: [segment] });

  it.each<[string, Partial<QuietHoursRule>[], unknown]>([
    ['are silent for whoever is in both', [{ windows: am, when: only('a') }, { windows: pm, when: only('b') }], expect.arrayContaining([silent])], // prettier-ignore
    ['are silent for whoever is in none', [{ windows: am, unless: only('a') }, { windows: pm, unless: only('b') }], expect.arrayContaining([silent])], // prettier-ignore
    ['are silent for whoever is in one and not in the other', [{ windows: am, when: only('a') }, { windows: pm, unless: only('b') }], expect.arrayContaining([silent])], // prettier-ignore
    ['are silent for nobody who is in it and not in it', [{ windows: am, when: only('a') }, { windows: pm, unless: only('a') }], []], // prettier-ignore
  ])('%s', (_name, rules, problems) => {
    expect(problemsOf(...rules)).toEqual(problems);
  });
});

describe('dates', () => {
  it.each([
    ['2026-02-29', '2026-03-01'],
    ['2026-12-26', '2026-12-24'],
    ['2026-1-1', '2026-01-02'],
    ['tomorrow', '2026-01-02'],
  ])('%s to %s are refused', (from, to) => {
    expect(problemsOf({ dates: [{ from, to }] })).toEqual([
      `quietHours[0].dates[0] "${from} to ${to}" must be two dates such as 2026-12-24, the first not after the second`,
    ]);
  });

  it('and holidays are a rule without windows', () => {
    expect(problemsOf({ windows: [], dates: [{ from: '2028-02-29', to: '2028-02-29' }] })).toEqual([]);
    expect(problemsOf({ windows: [], holidays: true })).toEqual([]);
    expect(problemsOf({ windows: [], dates: [], holidays: false })).toEqual([
      'quietHours[0].windows is empty, and there are no dates or holidays: the rule would never be quiet',
    ]);
  });

  it.each([
    ['a month', [['2026-08-01', '2026-08-31']], 0],
    ['forty days and the night before', [['2026-08-01', '2026-09-08']], 0],
    ['a day more', [['2026-08-01', '2026-09-10']], 2],
    [
      'two ranges that touch',
      [
        ['2026-08-01', '2026-08-31'],
        ['2026-09-01', '2026-09-30'],
      ],
      2,
    ],
    [
      'ranges that the weekend joins',
      [
        ['2026-08-01', '2026-08-28'],
        ['2026-08-31', '2026-09-25'],
      ],
      2,
    ],
    [
      'ranges with a morning between',
      [
        ['2026-08-01', '2026-08-27'],
        ['2026-08-29', '2026-09-25'],
      ],
      0,
    ],
  ] as const)('a hold has to end: %s', (_sentence, ranges, count) => {
    const rule = {
      windows: [daily('21:00', '08:00'), { days: [6, 7] as Weekday[], start: '00:00', end: '24:00' }],
      dates: ranges.map(([from, to]) => ({ from, to })),
    };
    const problems = problemsOf(rule);

    expect(problems).toHaveLength(count);
    for (const problem of problems) {
      expect(problem).toMatch(
        /^quietHours leave more than 40 quiet days on end \(2026-08-01 to .*\) for commercial messages on (email|sms)$/,
      );
    }
  });

  it('count together with what other rules keep quiet', () => {
    const august = { id: 'august', windows: [], dates: [{ from: '2026-08-01', to: '2026-08-31' }] };
    const september = { id: 'september', windows: [], dates: [{ from: '2026-09-01', to: '2026-09-30' }] };

    expect(problemsOf(august, september)).toHaveLength(2);
    expect(problemsOf(august, { ...september, channels: ['push'] })).toEqual([]);
  });
});

describe('audiences', () => {
  it.each<[Audience, string[]]>([
    [{ countries: ['US'], regions: ['US-TX'], phonePrefixes: ['+1212'], segments: ['vip'] }, []],
    [{}, [' names nobody; leave it out']],
    [{ countries: [] }, ['.countries is empty: nobody is known to fit it']],
    [{ segments: [''] }, ['.segments[0] "" is not a segment']],
    [
      { countries: ['us', 'ZZ'] },
      ['us', 'ZZ'].map((code, i) => `.countries[${i}] "${code}" is not a country (ISO 3166-1, such as US)`),
    ],
    [
      { regions: ['US-TX', 'TX', 'US-ZZ', 'ZZ-TX', 'DE-BY'] },
      ['TX', 'US-ZZ', 'ZZ-TX'].map(
        (code, i) => `.regions[${i + 1}] "${code}" is not a region (ISO 3166-2, such as US-TX)`,
      ),
    ],
    [
      { phonePrefixes: ['1212', '+1 212', '+999'] },
      ['1212', '+1 212', '+999'].map(
        (code, i) => `.phonePrefixes[${i}] "${code}" is not the beginning of a number (E.164, such as +1212)`,
      ),
    ],
  ])('%j', (audience, problems) => {
    expect(problemsOf({ when: audience })).toEqual(problems.map((problem) => `quietHours[0].when${problem}`));
    expect(problemsOf({ unless: audience })).toEqual(problems.map((problem) => `quietHours[0].unless${problem}`));
  });

  it('are judged by their form alone where no tables are given', () => {
    const rule = someQuietHours({ when: { countries: ['ZZ'], regions: ['ZZ-TX'], phonePrefixes: ['+999'] } });

    expect(quietHoursProblems([rule])).toEqual([]);
    expect(quietHoursProblems([someQuietHours({ when: { regions: ['Texas'] } })])).toHaveLength(1);
  });
});

it('the name of the contact’s own hours is taken', () => {
  expect(problemsOf({ id: 'contact' })).toEqual([
    'quietHours[0].id "contact" stands for the hours that contacts choose themselves',
  ]);
});

describe('a rule that binds nobody', () => {
  it.each<[string, Pick<QuietHoursRule, 'when' | 'unless'>, string | null]>([
    ['a region of another country', { when: { countries: ['US'], regions: ['US-TX', 'DE-BY'] } }, 'when.regions[1] "DE-BY" is not in any of when.countries: nobody fits both'], // prettier-ignore
    ['a country without one of its regions', { when: { countries: ['US', 'DE'], regions: ['US-TX'] } }, 'when.countries[1] "DE" has none of when.regions: nobody fits both'], // prettier-ignore
    ['the same in an exception', { unless: { countries: ['US'], regions: ['US-TX', 'DE-BY'] } }, 'unless.regions[1] "DE-BY" is not in any of unless.countries: nobody fits both'], // prettier-ignore
    ['a code that is there twice', { when: { countries: ['US', 'US'] } }, 'when.countries[1] "US" is there twice'],
    ['an exception for all whom it names', { when: { countries: ['US'] }, unless: { countries: ['US'] } }, 'unless frees'], // prettier-ignore
    ['an exception for more than it names', { when: { countries: ['US'] }, unless: { countries: ['US', 'DE'] } }, 'unless frees'], // prettier-ignore
    ['an exception for the country of its regions', { when: { regions: ['US-TX'] }, unless: { countries: ['US'] } }, 'unless frees'], // prettier-ignore
    ['an exception for the same beginning of a number', { when: { phonePrefixes: ['+1212'] }, unless: { phonePrefixes: ['+1212'] } }, 'unless frees'], // prettier-ignore
    ['an exception for the same segment', { when: { segments: ['vip'], countries: ['US'] }, unless: { segments: ['vip', 'new'] } }, 'unless frees'], // prettier-ignore
    ['an exception for some of them', { when: { countries: ['US', 'DE'] }, unless: { countries: ['US'] } }, null],
    ['an exception for one region', { when: { countries: ['US'] }, unless: { regions: ['US-TX'] } }, null],
    ['an exception for some in that segment', { when: { segments: ['vip'] }, unless: { segments: ['vip'], countries: ['US'] } }, null], // prettier-ignore
    ['an exception for a longer number', { when: { phonePrefixes: ['+1'] }, unless: { phonePrefixes: ['+1212'] } }, null], // prettier-ignore
    ['an exception for everybody elsewhere', { unless: { countries: ['US'] } }, null],
  ])('%s', (_name, audience, problem) => {
    const places = { ...somePlaces, ofPhone: () => ({ country: 'US', regions: null, zones: null }) };
    const problems = quietHoursProblems([someQuietHours(audience)], places);
    expect(problems).toEqual(problem === null ? [] : [expect.stringContaining(`quietHours[0].${problem}`)]);
  });

  it('is one about holidays of which there is no table', () => {
    const of = (when: Audience) =>
      quietHoursProblems([someQuietHours({ holidays: true, when })], undefined, someHolidays);
    expect(of({ countries: ['DE', 'JP'] })).toEqual([
      'quietHours[0].holidays cannot be kept for when.countries[1] "JP": there is no table of those of JP',
    ]);
    expect(of({ regions: ['JP-13'] })).toEqual([
      'quietHours[0].holidays cannot be kept for when.regions[0] "JP-13": there is no table of those of JP',
    ]);
    expect(of({ countries: ['DE'], regions: ['DE-BY'] })).toEqual([]);
    expect(quietHoursProblems([someQuietHours({ when: { countries: ['JP'] } })], undefined, someHolidays)).toEqual([]);
  });

  it('is no list that says something twice', () => {
    const window = { days: [1, 1] as Weekday[], start: '21:00', end: '08:00' };
    expect(problemsOf({ channels: ['sms', 'sms'], classes: ['commercial', 'commercial'], windows: [window] })).toEqual([
      'quietHours[0].channels names a channel twice',
      'quietHours[0].classes names a class twice',
      'quietHours[0].windows[0].days names a day twice',
    ]);
  });
});

describe('rules that leave no minute of the week together', () => {
  const morning = { id: 'morning', windows: [daily('00:00', '12:00')] };
  const evening = { id: 'evening', windows: [daily('12:00', '24:00')] };
  const silenced = ['email', 'sms'].map(
    (channel) => `quietHours leave no minute of the week for commercial messages on ${channel}`,
  );

  it.each<[string, Partial<QuietHoursRule>, Partial<QuietHoursRule>, string[]]>([
    ['for everybody', {}, {}, silenced],
    [
      'for two countries: a contact of unknown country is bound by both',
      { when: { countries: ['US'] } },
      { when: { countries: ['DE'] } },
      silenced,
    ],
    ['for all but one country: of the others and the unknown', { unless: { countries: ['US'] } }, {}, silenced],
    [
      'one for members of a segment and one for all others',
      { when: { segments: ['owls'] } },
      { unless: { segments: ['owls'] } },
      [],
    ],
    [
      'for members of two segments: somebody is in both',
      { when: { segments: ['owls'] } },
      { when: { segments: ['larks'] } },
      silenced,
    ],
    ['on different channels', { channels: ['email'] }, { channels: ['sms'] }, []],
  ])('%s', (_sentence, first, second, problems) => {
    expect(problemsOf({ ...morning, ...first }, { ...evening, ...second })).toEqual(problems);
  });

  it('are refused rather than tried out where segments are many', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

    expect(problemsOf({ ...morning, when: { segments: many } }, { ...evening, unless: { segments: many } })).toEqual(
      silenced,
    );
  });
});
