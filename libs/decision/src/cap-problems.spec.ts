import { describe, expect, it } from '@jest/globals';
import { frequencyChoiceProblems } from './cap-problems.js';
import type { CapRule, Policy, WarmUpRule } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { someCap, somePolicy, someRate } from './testing/some-facts.js';
import { someWarmUp } from './testing/some-warm-ups.js';

const NOT_EXACT = 'is not an exact ISO 8601 duration such as P7D or PT24H; months and years have no one length';
const problemsOf = (cap: Partial<CapRule>) => policyProblems(somePolicy({ caps: [someCap(cap)] }));
const warmUpProblemsOf = (warmUp: Partial<WarmUpRule>) =>
  policyProblems({ ...somePolicy(), warmUps: [someWarmUp(warmUp)] });
/** As it came from a door or from storage, where anything may stand. */
const asRead = <T>(json: string) => JSON.parse(json) as T;

describe('a cap makes sense', () => {
  it.each<[string, Partial<CapRule>]>([
    ['with a limit of none', { limit: 0 }],
    ['with a limit of one', { limit: 1 }],
    ['by the day of the contact', { window: { unit: 'day', zone: 'contact' } }],
    ['by the week of the brand, from Sunday', { window: { unit: 'week', zone: 'brand', weekStart: 7 } }],
    ['by the month', { window: { unit: 'month', zone: 'contact' } }],
    ['for a segment', { scope: 'segment', segment: 'vip' }],
    ['as a digest that is held two days at most', { action: 'digest', maxDefer: 'P2D' }],
    [
      'with steps that keep more from lower priorities',
      {
        headroom: [
          { below: 3, keep: 2 },
          { below: 6, keep: 1 },
        ],
      },
    ],
  ])('%s', (_name, cap) => {
    expect(problemsOf(cap)).toEqual([]);
  });
});

describe('a cap makes no sense', () => {
  it.each<[string, Partial<CapRule>, string[]]>([
    ['with a blank limit', asRead('{"limit":null}'), ['limit must be a whole number, 0 or more']],
    ['with a negative one', { limit: -1 }, ['limit must be a whole number, 0 or more']],
    ['with half a message', { limit: 0.5 }, ['limit must be a whole number, 0 or more']],
    ['with a limit that is text', asRead('{"limit":"3"}'), ['limit must be a whole number, 0 or more']],
    ['with a rolling month', { window: 'P1M' }, [`window "P1M" ${NOT_EXACT}`]],
    ['with no length', { window: 'PT0S' }, [`window "PT0S" ${NOT_EXACT}`]],
    ['by the year', { window: asRead('{"unit":"year","zone":"contact"}') }, ['window.unit must be day, week or month']],
    [
      'on the clock of nobody',
      { window: asRead('{"unit":"day","zone":"UTC"}') },
      ['window.zone must be contact or brand'],
    ],
    [
      'by a day that starts on Tuesday',
      { window: { unit: 'day', zone: 'contact', weekStart: 2 } },
      ['window.weekStart means nothing for a day'],
    ],
    [
      'by a week that starts on no day',
      { window: asRead('{"unit":"week","zone":"contact","weekStart":0}') },
      ['window.weekStart must be an ISO weekday, 1 for Monday to 7 for Sunday'],
    ],
    ['for a segment without a name', { scope: 'segment' }, ['segment must name the segment the cap is about']],
    ['for a blank segment', { scope: 'segment', segment: ' ' }, ['segment must name the segment the cap is about']],
    ['with a segment that nothing asks for', { segment: 'vip' }, ['segment means nothing with the scope any']],
    ['held for a month', { maxDefer: 'P1M' }, [`maxDefer "P1M" ${NOT_EXACT}`]],
    [
      'that drops and holds',
      { action: 'drop', maxDefer: 'P1D' },
      ['maxDefer means nothing where the action is drop: nothing is held'],
    ],
    [
      'that never lets through and holds',
      { limit: 0, maxDefer: 'P1D' },
      ['maxDefer means nothing where the limit is 0: nothing is held'],
    ],
    ['with no steps', { headroom: [] }, ['headroom is empty: leave it out']],
    [
      'that keeps more than there is',
      { limit: 2, headroom: [{ below: 5, keep: 3 }] },
      ['headroom[0].keep leaves nothing of the limit: no message of a priority below 5 could ever leave; keep less'],
    ],
    [
      'that keeps nothing, or parts of a message',
      {
        headroom: [
          { below: 3, keep: 0.5 },
          { below: 5, keep: 0 },
        ],
      },
      ['headroom[0].keep must be a whole number, 1 or more', 'headroom[1].keep must be a whole number, 1 or more'],
    ],
    [
      'with priorities that do not exist',
      {
        headroom: [
          { below: 0, keep: 2 },
          { below: 10, keep: 1 },
        ],
      },
      ['headroom[0].below must be a priority from 1 to 9', 'headroom[1].below must be a priority from 1 to 9'],
    ],
    [
      'with a step twice',
      {
        headroom: [
          { below: 5, keep: 1 },
          { below: 5, keep: 2 },
        ],
      },
      ['headroom names a priority twice'],
    ],
    [
      'with a step that another one makes pointless',
      {
        headroom: [
          { below: 3, keep: 1 },
          { below: 5, keep: 1 },
        ],
      },
      ['headroom[0] never counts: the step below 5 keeps as much or more'],
    ],
    [
      'that names things twice',
      {
        channels: ['sms', 'sms'],
        classes: { bound: ['commercial', 'commercial'], counted: ['commercial', 'commercial'] },
      },
      ['classes.bound names a class twice', 'classes.counted names a class twice', 'channels names a channel twice'],
    ],
    [
      'under the name of the contact',
      { id: 'contact' },
      ['id "contact" is what decisions call the contact\'s own choice; give the rule another one'],
    ],
  ])('%s', (_name, cap, problems) => {
    expect(problemsOf(cap)).toEqual(problems.map((problem) => `caps[0].${problem}`));
  });
});

describe('a warm-up makes no sense', () => {
  const halt = { bounced: 0.02, complained: 0.003, atLeast: 50, lookBackDays: 7 };

  it.each<[string, Partial<WarmUpRule>, string[]]>([
    [
      'from a day that does not exist',
      { startsOn: '2025-02-29' },
      ['startsOn "2025-02-29" is not a date such as 2026-11-21'],
    ],
    ['without a day', { ceilings: [] }, ['ceilings is empty: the warm-up would be over before it begins']],
    [
      'with a day of none',
      { ceilings: [10, 0] },
      ['ceilings[1] must be a whole number, 1 or more', 'ceilings[1] is lower than that of the day before'],
    ],
    ['that cools down', { ceilings: [10, 20, 15] }, ['ceilings[2] is lower than that of the day before']],
    [
      'with shares that are percentages, or none',
      { halt: { ...halt, bounced: 2, complained: 0 } },
      ['halt.bounced must be a share above 0 and up to 1', 'halt.complained must be a share above 0 and up to 1'],
    ],
    [
      'that judges by nothing',
      { halt: { ...halt, atLeast: 0, lookBackDays: 0.5 } },
      ['halt.atLeast must be a whole number, 1 or more', 'halt.lookBackDays must be a whole number, 1 or more'],
    ],
    ['of a blank domain', { key: '' }, ['key is blank: leave it out, or name what is warmed up']],
    ['on no channel', { channels: [] }, ['channels is empty: the rule would bind nothing']],
    [
      'of a sending domain that sends no mail',
      { scope: 'sending_domain', channels: ['sms'] },
      ['channels leave out email: no other channel has a sending domain'],
    ],
  ])('%s', (_name, warmUp, problems) => {
    expect(warmUpProblemsOf(warmUp)).toEqual(problems.map((problem) => `warmUps[0].${problem}`));
  });

  it('and otherwise it does', () => {
    expect(warmUpProblemsOf({})).toEqual([]);
    expect(
      warmUpProblemsOf({ scope: 'sending_domain', key: 'news.example', channels: ['email'], ceilings: [25, 25] }),
    ).toEqual([]);
  });

  it('under the id of another rule', () => {
    const policy: Policy = {
      ...somePolicy({ rates: [someRate({ id: 'new' })] }),
      warmUps: [someWarmUp({ id: 'new' })],
    };

    expect(policyProblems(policy)).toEqual(['the id "new" is used for more than one rule']);
  });
});

describe("a contact's choice", () => {
  const choice = { limit: 2, window: 'P7D', channel: null, topic: null };

  it('is a whole number in a time that has one length', () => {
    expect(frequencyChoiceProblems(choice)).toEqual([]);
    expect(frequencyChoiceProblems({ ...choice, limit: 0 })).toEqual([]);
    expect(frequencyChoiceProblems({ ...choice, limit: -1, window: 'P1M' })).toEqual([
      'limit must be a whole number, 0 or more',
      `window "P1M" ${NOT_EXACT}`,
    ]);
  });
});
