import { describe, expect, it } from '@jest/globals';
import { policyProblems } from '#lib/decision';
import { NO_LAW } from '../../../../test/support/no-law.js';
import { plainIssues } from '#lib/platform';
import { reference } from '../reference.js';
import { PolicyBody, problemPointer } from './policy-body.js';

const CAP = {
  id: 'weekly',
  scope: 'any',
  limit: 3,
  window: 'P7D',
  action: 'defer',
  classes: { bound: ['commercial'], counted: ['commercial'] },
};
const RATE = { id: 'pace', scope: 'channel', permits: 10, interval: 'PT1S', burst: 1 };
const WARM_UP = {
  id: 'new-domain',
  scope: 'sending_domain',
  key: 'news.example',
  startsOn: '2026-11-21',
  ceilings: [50, 100, 200],
  halt: { bounced: 0.02, complained: 0.001, atLeast: 100, lookBackDays: 7 },
  channels: ['email'],
};
const calendar = { unit: 'week', zone: 'contact', weekStart: 7 };

describe('PolicyBody', () => {
  it.each([
    ['a calendar window', { caps: [{ ...CAP, window: calendar }] }],
    ['a calendar window without a week', { caps: [{ ...CAP, window: { unit: 'month', zone: 'brand' } }] }],
    ['a segment', { caps: [{ ...CAP, scope: 'segment', segment: 'vip' }] }],
    ['a digest with an end', { caps: [{ ...CAP, action: 'digest', maxDefer: 'P2D' }] }],
    ['headroom', { caps: [{ ...CAP, headroom: [{ below: 5, keep: 1 }] }] }],
    ['a limit of none and a limit of one', { caps: [{ ...CAP, limit: 0 }, { ...CAP, id: 'one', limit: 1, scope: 'topic' }] }], // prettier-ignore
    ['rates by domain', { rates: [{ ...RATE, scope: 'sending_domain' }, { ...RATE, id: 'to', scope: 'mailbox_domain' }] }], // prettier-ignore
    ['a warm-up', { warmUps: [WARM_UP] }],
    ['the law where the contact is', { jurisdiction: { packs: 'contact' } }],
    ['a law for everybody', { jurisdiction: { packs: { always: ['de'] } } }],
  ])('takes %s as it is, and it makes sense', (_name, given) => {
    const body = PolicyBody.parse({ jurisdiction: NO_LAW, ...given });

    expect(body).toEqual({ caps: [], quietHours: [], rates: [], jurisdiction: NO_LAW, ...given });
    expect(policyProblems({ ...body, key: 'standard', version: 1 }, reference)).toEqual([]);
  });

  it('leaves no trace of what is not there, so that what was published before has the hash it had', () => {
    expect(Object.keys(PolicyBody.parse({ caps: [CAP], jurisdiction: NO_LAW }))).toEqual([
      'caps',
      'quietHours',
      'rates',
      'jurisdiction',
    ]);
  });

  it.each([
    ['no limit', { caps: [{ ...CAP, limit: undefined }] }],
    ['a blank limit', { caps: [{ ...CAP, limit: null }] }],
    ['a negative limit', { caps: [{ ...CAP, limit: -1 }] }],
    ['half a message', { caps: [{ ...CAP, limit: 0.5 }] }],
    ['a limit in words', { caps: [{ ...CAP, limit: '3' }] }],
    ['a calendar year', { caps: [{ ...CAP, window: { unit: 'year', zone: 'contact' } }] }],
    ['a calendar in a zone', { caps: [{ ...CAP, window: { unit: 'day', zone: 'Europe/Berlin' } }] }],
    ['a calendar without a zone', { caps: [{ ...CAP, window: { unit: 'day' } }] }],
    ['a week that starts on no day', { caps: [{ ...CAP, window: { ...calendar, weekStart: 0 } }] }],
    ['a segment without a name', { caps: [{ ...CAP, scope: 'segment', segment: '' }] }],
    ['an action nobody knows', { caps: [{ ...CAP, action: 'queue' }] }],
    ['a priority that does not exist', { caps: [{ ...CAP, headroom: [{ below: 10, keep: 1 }] }] }],
    ['a rate by nothing', { rates: [{ ...RATE, scope: 'recipient' }] }],
    ['a warm-up from a day that does not exist', { warmUps: [{ ...WARM_UP, startsOn: '2026-02-30' }] }],
    ['a warm-up by percentages', { warmUps: [{ ...WARM_UP, halt: { ...WARM_UP.halt, bounced: 2 } }] }],
    ['a member nobody knows', { warmUps: [{ ...WARM_UP, speed: 1 }] }],
  ])('refuses %s', (_name, given) => {
    expect(PolicyBody.safeParse({ jurisdiction: NO_LAW, ...given }).success).toBe(false);
  });

  it('wants to hear which laws apply, and says how to say it', () => {
    expect(PolicyBody.safeParse({}).error?.issues).toMatchObject([
      { path: ['jurisdiction'], message: expect.stringMatching(/^is missing: say which laws apply, .*"none"/) },
    ]);
  });
});

describe('where a problem is', () => {
  it.each([
    ['caps[0].window "P1M" is not an exact duration', '/caps/0/window'],
    ['quietHours[2].when.regions[1] "ZZ" is not a region', '/quietHours/2/when/regions/1'],
    ['quietHours leave no minute of the week', '/quietHours'],
    ['warmUps[1].halt.atLeast is more than', '/warmUps/1/halt/atLeast'],
    ['jurisdiction.packs.always[0]: there is no pack "x"', '/jurisdiction/packs/always/0'],
    ['jurisdiction.overrides[3].rule: pack "de" has no rule "x"', '/jurisdiction/overrides/3/rule'],
    ['the id "caps" is used for more than one rule', ''],
  ])('%s', (problem, pointer) => {
    expect(problemPointer(problem)).toBe(pointer);
  });
});

/** A policy with every member that one can have, and every choice in it. */
const WHOLE = {
  caps: [
    { ...CAP, window: calendar, channels: ['email'], maxDefer: 'P2D', headroom: [{ below: 5, keep: 1 }] },
    { ...CAP, id: 'vips', scope: 'segment', segment: 'vip' },
  ],
  quietHours: [
    {
      id: 'night',
      channels: ['email'],
      classes: ['commercial'],
      windows: [{ days: [1, 7], start: '21:00', end: '08:00' }],
      dates: [{ from: '2026-12-24', to: '2026-12-26' }],
      holidays: true,
      when: { countries: ['US'], regions: ['US-TX'], phonePrefixes: ['+1212'], segments: ['vip'] },
      unless: { regions: ['US-TX'] },
      action: 'defer',
    },
  ],
  rates: [{ ...RATE, channels: ['sms'] }],
  warmUps: [WARM_UP],
  jurisdiction: { packs: { always: ['de'] }, overrides: [{ pack: 'de', rule: 'r', reason: 'so', actor: 'me' }] },
};

/** The policy with each value in it, one at a time, replaced by `wrong`. */
function* replaced(value: unknown, wrong: unknown): Generator<readonly [string, unknown]> {
  yield ['', wrong];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    for (const [place, changed] of replaced(member, wrong)) {
      const copy = Array.isArray(value) ? value.with(Number(name), changed) : { ...value, [name]: changed };
      yield [`/${name}${place}`, copy];
    }
  }
}

describe('what is wrong with a policy', () => {
  it('is a policy that is right', () => {
    expect(PolicyBody.safeParse(WHOLE).success).toBe(true);
  });

  it.each([5, 8, -1, 0.5, 'x', '', null, true, [], {}, { unit: 'year' }, [9]])(
    'is said where it is, with what may stand there, when %j stands anywhere',
    (wrong) => {
      let found = 0;
      for (const [place, policy] of replaced(WHOLE, wrong)) {
        for (const issue of PolicyBody.safeParse(policy).error?.issues.flatMap(plainIssues) ?? []) {
          found++;
          expect([place, issue.message]).toEqual([place, expect.not.stringMatching(/^Invalid (input|key in record)$/)]);
          expect(`/${issue.path.map(String).join('/')}`.startsWith(place)).toBe(true);
        }
      }
      expect(found).toBeGreaterThan(50);
    },
  );

  it('of the first day of a week is which days there are', () => {
    const body = { ...WHOLE, caps: [{ ...CAP, window: { ...calendar, weekStart: 8 } }] };
    expect(PolicyBody.safeParse(body).error?.issues.flatMap(plainIssues)).toMatchObject([
      { path: ['caps', 0, 'window', 'weekStart'], message: 'Invalid option: expected one of 1|2|3|4|5|6|7' },
    ]);
  });
});
