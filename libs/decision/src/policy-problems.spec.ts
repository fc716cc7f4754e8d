import { describe, expect, it } from '@jest/globals';
import type { Policy, QuietWindow, Weekday } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { someCap, somePolicy, someQuietHours, someRate } from './testing/some-facts.js';
import { someWarmUp } from './testing/some-warm-ups.js';

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
      somePolicy({ caps: [someCap({ id: 'x' }), someCap({ id: '', scope: 'topic' })], rates: [someRate({ id: 'x' })] }),
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

describe('a rule that does nothing', () => {
  it.each<[string, Policy, string[]]>([
    [
      'a cap of five a day beside three a week',
      somePolicy({ caps: [someCap(), someCap({ id: 'daily', limit: 5, window: 'P1D' })] }),
      ['caps[1].limit is never reached: the rule "weekly" allows no more in a window that is as long'],
    ],
    [
      'the same cap twice',
      somePolicy({ caps: [someCap(), someCap({ id: 'again', classes: { bound: ['commercial'], counted: ['commercial'] } })] }), // prettier-ignore
      ['caps[1].limit is never reached: the rule "weekly" allows no more in a window that is as long'],
    ],
    ['three a day before three a week', somePolicy({ caps: [someCap({ id: 'd', window: 'P1D' }), someCap()] }), ['caps[0].limit is never reached: the rule "weekly" allows no more in a window that is as long']], // prettier-ignore
    ['five a week before three', somePolicy({ caps: [someCap({ id: 'five', limit: 5 }), someCap()] }), ['caps[0].limit is never reached: the rule "weekly" allows no more in a window that is as long']], // prettier-ignore
    ['three a day after three a week', somePolicy({ caps: [someCap(), someCap({ id: 'd', window: 'P1D' })] }), ['caps[1].limit is never reached: the rule "weekly" allows no more in a window that is as long']], // prettier-ignore
    ['the same channels in another order', somePolicy({ caps: [someCap({ channels: ['sms', 'email'] }), someCap({ id: 'again', channels: ['email', 'sms'] })] }), ['caps[1].limit is never reached: the rule "weekly" allows no more in a window that is as long']], // prettier-ignore
    ['the same for another segment', somePolicy({ caps: [someCap({ scope: 'segment', segment: 'vip' }), someCap({ id: 'new', scope: 'segment', segment: 'new' })] }), []], // prettier-ignore
    ['the same that holds for less long', somePolicy({ caps: [someCap({ maxDefer: 'P2D' }), someCap({ id: 'less', maxDefer: 'P1D' })] }), []], // prettier-ignore
    ['the same that keeps some for what matters more', somePolicy({ caps: [someCap({ headroom: [{ below: 3, keep: 1 }] }), someCap({ id: 'plain' })] }), []], // prettier-ignore
    ['the same that counts other classes', somePolicy({ caps: [someCap(), someCap({ id: 'all', classes: { bound: ['commercial'], counted: ['commercial', 'transactional'] } })] }), []], // prettier-ignore
    ['two a day beside three a week', somePolicy({ caps: [someCap(), someCap({ id: 'd', limit: 2, window: 'P1D' })] }), []], // prettier-ignore
    ['the looser one on another channel', somePolicy({ caps: [someCap({ channels: ['sms'] }), someCap({ id: 'd', limit: 5, window: 'P1D' })] }), []], // prettier-ignore
    ['the looser one that drops', somePolicy({ caps: [someCap(), someCap({ id: 'd', limit: 5, window: 'P1D', action: 'drop' })] }), []], // prettier-ignore
    ['a limit that no contact reaches', somePolicy({ caps: [someCap({ limit: 10_001 })] }), ['caps[0].limit is more than 10000: no contact ever gets so many']], // prettier-ignore
    ['a window of years', somePolicy({ caps: [someCap({ window: 'P367D' })] }), ['caps[0].window "P367D" is longer than 366 days']], // prettier-ignore
    ['a window of a year', somePolicy({ caps: [someCap({ window: 'P366D', limit: 10_000 })] }), []],
    [
      'a rate by domain on a channel without domains',
      somePolicy({ rates: [someRate({ scope: 'sending_domain', channels: ['email', 'sms'] })] }),
      ['rates[0].channels[1] "sms" has no sending_domain: the rule would not bind it'],
    ],
    [
      'the same by domain of the mailbox',
      somePolicy({ rates: [someRate({ scope: 'mailbox_domain', channels: ['push'] })] }),
      ['rates[0].channels[0] "push" has no mailbox_domain: the rule would not bind it'],
    ],
    ['a rate by channel on such a channel', somePolicy({ rates: [someRate({ channels: ['sms'] })] }), []],
    [
      'a burst of more than a day',
      somePolicy({ rates: [someRate({ permits: 10, interval: 'PT1M', burst: 14_401 })] }),
      ['rates[0].burst 14401 is more than the rate lets through in an interval and in a day: it would limit nothing'],
    ],
    ['a burst of a day', somePolicy({ rates: [someRate({ permits: 10, interval: 'PT1M', burst: 14_400 })] }), []],
    ['a burst of an interval of two days', somePolicy({ rates: [someRate({ permits: 10, interval: 'P2D', burst: 10 })] }), []], // prettier-ignore
    [
      'a warm-up that can never halt',
      { ...somePolicy(), warmUps: [someWarmUp({ halt: { bounced: 0.02, complained: 0.003, atLeast: 61, lookBackDays: 2 } })] }, // prettier-ignore
      ['warmUps[0].halt.atLeast is more than the ceilings let out in lookBackDays: the warm-up would never halt'],
    ],
    [
      'a warm-up that halts on its last day at the earliest',
      { ...somePolicy(), warmUps: [someWarmUp({ halt: { bounced: 0.02, complained: 0.003, atLeast: 60, lookBackDays: 2 } })] }, // prettier-ignore
      [],
    ],
  ])('%s', (_name, policy, problems) => {
    expect(policyProblems(policy)).toEqual(problems);
  });
});
