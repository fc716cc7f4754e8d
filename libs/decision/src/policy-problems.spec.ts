import { describe, expect, it } from '@jest/globals';
import type { Policy, QuietWindow, Weekday } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { someCap, somePolicy, someQuietHours, someRate } from './testing/some-facts.js';

const DAILY: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const daily = (start: string, end: string): QuietWindow => ({ days: DAILY, start, end });
const quiet = (...windows: QuietWindow[]) => somePolicy({ quietHours: [someQuietHours({ windows })] });

describe('policyProblems', () => {
  it.each<[string, Policy]>([
    ['a policy without rules', somePolicy()],
    ['a limit of none', somePolicy({ caps: [someCap({ limit: 0 })] })],
    ['rules of every kind', somePolicy({ caps: [someCap()], quietHours: [someQuietHours()], rates: [someRate()] })],
    ['a quiet Sunday', quiet({ days: [7], start: '00:00', end: '24:00' })],
    ['a week with one free minute', quiet(daily('00:01', '00:00'))],
    ['one permit for every microsecond', somePolicy({ rates: [someRate({ permits: 1_000_000 })] })],
    [
      'rules that silence different classes',
      somePolicy({
        quietHours: [
          someQuietHours({ id: 'day', windows: [daily('06:00', '18:00')] }),
          someQuietHours({ id: 'night', windows: [daily('18:00', '06:00')], classes: ['transactional'] }),
        ],
      }),
    ],
  ])('has nothing against %s', (_name, policy) => {
    expect(policyProblems(policy)).toEqual([]);
  });

  it.each<[Policy, string[]]>([
    [somePolicy({ caps: [someCap({ limit: -1 })] }), ['caps[0].limit must be a whole number, 0 or more']],
    [somePolicy({ caps: [someCap({ limit: 2.5 })] }), ['caps[0].limit must be a whole number, 0 or more']],
    [
      somePolicy({ caps: [someCap(), someCap({ id: 'monthly', window: 'P1M' })] }),
      [
        'caps[1].window "P1M" is not an exact ISO 8601 duration such as P7D or PT24H; months and years have no one length',
      ],
    ],
    [
      somePolicy({ caps: [someCap({ classes: { bound: [], counted: [] } })] }),
      [
        'caps[0].classes.bound is empty: the rule would bind nothing',
        'caps[0].classes.counted is empty: the rule would count nothing',
      ],
    ],
    [somePolicy({ caps: [someCap({ channels: [] })] }), ['caps[0].channels is empty: the rule would bind nothing']],
    [
      somePolicy({ quietHours: [someQuietHours({ channels: [], classes: [], windows: [] })] }),
      [
        'quietHours[0].channels is empty: the rule would bind nothing',
        'quietHours[0].classes is empty: the rule would bind nothing',
        'quietHours[0].windows is empty, and there are no dates or holidays: the rule would never be quiet',
      ],
    ],
    [
      quiet({ days: [], start: '21:00', end: '08:00' }),
      ['quietHours[0].windows[0].days must name ISO weekdays, 1 for Monday to 7 for Sunday'],
    ],
    [
      quiet(daily('21:00', '08:00'), daily('12:00', '12:00')),
      ['quietHours[0].windows[1] "12:00-12:00" must be HH:MM to another HH:MM; a whole day is 00:00 to 24:00'],
    ],
    [
      somePolicy({ rates: [someRate({ permits: 0, burst: 0.5, interval: 'soon', channels: [] })] }),
      [
        'rates[0].permits must be a whole number, 1 or more',
        'rates[0].burst must be a whole number, 1 or more',
        'rates[0].interval "soon" is not an exact ISO 8601 duration such as P7D or PT24H; months and years have no one length',
        'rates[0].channels is empty: the rule would bind nothing',
      ],
    ],
    [somePolicy({ rates: [someRate({ permits: 1_000_001 })] }), ['rates[0].permits are more than one per microsecond']],
    [
      somePolicy({ caps: [someCap({ id: 'x' }), someCap({ id: '' })], rates: [someRate({ id: 'x' })] }),
      ['a rule has an empty id', 'the id "x" is used for more than one rule'],
    ],
    [
      somePolicy({
        quietHours: [
          someQuietHours({ id: 'day', windows: [daily('06:00', '18:00')], channels: ['sms', 'push'] }),
          someQuietHours({ id: 'night', windows: [daily('18:00', '06:00')], channels: ['sms', 'email'] }),
        ],
      }),
      ['quietHours leave no minute of the week for commercial messages on sms'],
    ],
  ])('%#: says what makes no sense, and where', (policy, problems) => {
    expect(policyProblems(policy)).toEqual(problems);
  });

  it('names a weekday that does not exist', () => {
    const windows = JSON.parse('[{"days":[0,8,1.5],"start":"21:00","end":"08:00"}]') as QuietWindow[];

    expect(policyProblems(quiet(...windows))).toEqual([
      'quietHours[0].windows[0].days must name ISO weekdays, 1 for Monday to 7 for Sunday',
    ]);
  });
});
