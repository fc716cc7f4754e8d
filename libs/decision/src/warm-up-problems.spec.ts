import { describe, expect, it } from '@jest/globals';
import type { WarmUpRule } from './policy.js';
import { LAST_DAY } from './quiet-hours.js';
import { someWarmUp } from './testing/some-warm-ups.js';
import { warmUpProblems } from './warm-up-problems.js';

const HALT = someWarmUp().halt;
const halt = (change: Partial<WarmUpRule['halt']>): Partial<WarmUpRule> => ({ halt: { ...HALT, ...change } });
const SHARE = 'must be a share above 0 and up to 1';

describe('what makes no sense in a warm-up', () => {
  it.each<[string, Partial<WarmUpRule>]>([
    ['a usual one', {}],
    ['one of a named sender', { key: ' smtp ' }],
    ['the last day there is', { startsOn: LAST_DAY }],
    ['one day of one message, halted by one', { ceilings: [1], ...halt({ atLeast: 1, lookBackDays: 1 }) }],
    ['all of them bounced', halt({ bounced: 1, complained: 1 })],
    ['as many as the last day lets out', { ...halt({ atLeast: 40, lookBackDays: 1 }) }],
    ['a domain on mail among others', { scope: 'sending_domain', channels: ['sms', 'email'] }],
    ['a domain on every channel', { scope: 'sending_domain' }],
    ['an account of another channel', { scope: 'provider', channels: ['sms'] }],
  ])('is nothing in %s', (_what, change) => expect(warmUpProblems(someWarmUp(change))).toEqual([]));

  it.each<[string, Partial<WarmUpRule>, string[]]>([
    ['a blank key', { key: ' ' }, ['key is blank: leave it out, or name what is warmed up']],
    ['an empty one', { key: '' }, ['key is blank: leave it out, or name what is warmed up']],
    ['a day after the last', { startsOn: '9999-12-31' }, ['startsOn "9999-12-31" is too far away to ever begin']],
    ['a day that there is not', { startsOn: '2026-02-30' }, ['startsOn "2026-02-30" is not a date such as 2026-11-21']],
    ['a ceiling of none', { ceilings: [0, 20, 40] }, ['ceilings[0] must be a whole number, 1 or more']],
    ['half a message', { ceilings: [10, 20.5, 40] }, ['ceilings[1] must be a whole number, 1 or more']],
    ['ceilings that fall', { ceilings: [10, 20, 19] }, ['ceilings[2] is lower than that of the day before']],
    ['a share of none', halt({ bounced: 0 }), [`halt.bounced ${SHARE}`]],
    ['a share above all', halt({ complained: 1.001 }), [`halt.complained ${SHARE}`]],
    ['a halt that nothing reaches', halt({ atLeast: 41, lookBackDays: 1 }), ['halt.atLeast is more than the ceilings let out in lookBackDays: the warm-up would never halt']], // prettier-ignore
    ['a halt by none', halt({ atLeast: 0 }), ['halt.atLeast must be a whole number, 1 or more']],
    ['a look back on no day', halt({ lookBackDays: 0 }), ['halt.lookBackDays must be a whole number, 1 or more']],
    ['half a day', halt({ lookBackDays: 0.5 }), ['halt.lookBackDays must be a whole number, 1 or more']],
    ['a domain on a channel without', { scope: 'sending_domain', channels: ['sms'] }, ['channels leave out email: no other channel has a sending domain']], // prettier-ignore
  ])('is %s', (_what, change, problems) => expect(warmUpProblems(someWarmUp(change))).toEqual(problems));

  it('is a list without ceilings, and one without channels, once each', () => {
    expect(warmUpProblems(someWarmUp({ ceilings: [] }))).toEqual([
      'ceilings is empty: the warm-up would be over before it begins',
    ]);
    expect(warmUpProblems(someWarmUp({ scope: 'sending_domain', channels: [] }))).toHaveLength(1);
  });
});
