import { describe, expect, it } from '@jest/globals';
import type { JurisdictionRule, QuietHoursRule } from './policy.js';
import { policyProblems } from './policy-problems.js';
import { policyWarnings } from './policy-warnings.js';
import { night, pack } from './testing/some-packs.js';
import { ms, somePolicy, someQuietHours } from './testing/some-facts.js';
import { someWarmUp } from './testing/some-warm-ups.js';

const NOW = ms('2026-12-10T12:00:00Z');
const DAYTIME = [{ days: [1, 2, 3, 4, 5, 6, 7] as const, start: '08:00', end: '21:00' }];
const packs = [pack('de', [night]), pack('us', [{ ...night, windows: DAYTIME }], { countries: ['US'] })];
const policy = (quietHours: readonly QuietHoursRule[], jurisdiction: JurisdictionRule = { packs: 'contact' }) => ({
  ...somePolicy({ quietHours }),
  jurisdiction,
});
const dates = (...ranges: readonly [string, string][]) =>
  someQuietHours({ dates: ranges.map(([from, to]) => ({ from, to })) });

describe('whoever publishes a policy hears', () => {
  it.each([
    [['1999-12-24', '1999-12-26'], true],
    [['2026-12-07', '2026-12-08'], true],
    [['2026-12-08', '2026-12-09'], false],
    [['2026-12-24', '2026-12-26'], false],
  ] as const)('whether the quiet dates %j are over everywhere: %s', ([from, to], over) => {
    expect(policyWarnings(policy([dates([from, to])]), NOW)).toEqual(
      over ? [`quietHours[0].dates[0] "${from} to ${to}" are over: leave them out`] : [],
    );
  });

  it.each([
    ['2000-01-01', true],
    ['2026-12-06', true],
    ['2026-12-07', false],
    ['2027-01-01', false],
  ])('whether a warm-up of three days from %s is over: %s', (startsOn, over) => {
    const warmUps = [someWarmUp({ startsOn, ceilings: [1, 2, 3] })];
    expect(policyWarnings({ ...policy([]), warmUps }, NOW)).toEqual(
      over ? [`warmUps[0] began on ${startsOn} and is over: leave it out, or give it a first day that is to come`] : [],
    );
  });

  it.each([
    ['2027-12-11', false],
    ['2027-12-12', true],
    ['2099-01-01', true],
  ])('that nothing leaves for years where a warm-up begins on %s: %s', (startsOn, far) => {
    const said = `warmUps[0] begins on ${startsOn}: nothing leaves by what it warms up before`;
    expect(policyWarnings({ ...policy([]), warmUps: [someWarmUp({ startsOn })] }, NOW)).toEqual(far ? [said] : []);
  });

  it('of the places where the law leaves nothing beside the brand’s own hours', () => {
    const said = (problem: string, id: string) => `quietHours leave no minute of the week for commercial messages on email ${problem}the pack ${id} applies: contacts there get none`; // prettier-ignore
    const daytime = someQuietHours({ windows: DAYTIME, channels: ['email'] });
    expect(policyWarnings(policy([daytime]), NOW, { packs })).toEqual([said('where ', 'de')]);
    expect(policyWarnings(policy([{ ...daytime, when: { countries: ['US'] } }]), NOW, { packs })).toEqual([]);
    expect(policyWarnings(policy([daytime], { packs: 'none', reason: 'r', actor: 'a' }), NOW, { packs })).toEqual([]);
  });

  it('of places of which several packs together leave nothing, each of which leaves something', () => {
    const sundays = { ...night, windows: [{ days: [7] as const, start: '00:00', end: '24:00' }] };
    const federal = pack('us', [night], { countries: ['PR', 'US'] });
    const utah = pack('us-ut', [sundays], { countries: ['US'], region: 'US-UT' });
    const other = pack('us-nv', [{ ...sundays, to: '2027-01-01' }], { countries: ['US'], region: 'US-NV' });
    const weekdays = someQuietHours({ windows: [{ days: [1, 2, 3, 4, 5, 6], start: '08:00', end: '21:00' }], channels: ['email'] }); // prettier-ignore
    const said = (quietHours: QuietHoursRule, jurisdiction?: JurisdictionRule) => policyWarnings(policy([quietHours], jurisdiction), NOW, { packs: [federal, utah, other] }); // prettier-ignore
    expect(said(weekdays)).toEqual([
      'quietHours leave no minute of the week for commercial messages on email where the packs us, us-ut apply: contacts there get none',
    ]);
    expect(said({ ...weekdays, unless: { regions: ['US-UT'] } })).toHaveLength(1);
    expect(said({ ...weekdays, when: { countries: ['PR'] } })).toEqual([]);
    const overrides = [{ pack: 'us-ut', rule: 'night', reason: 'counsel', actor: 'dpo' }];
    expect(said(weekdays, { packs: 'contact', overrides })).toEqual([]);
    // Every country of a pack is a place, not only the first.
    const inAll = someQuietHours({ windows: DAYTIME, channels: ['email'], when: { countries: ['US'] } });
    expect(said(inAll)).toContainEqual(expect.stringContaining('where the pack us applies'));
  });
});

describe('a policy that lets nothing pass', () => {
  const always: JurisdictionRule = { packs: { always: ['de'] } };
  const daytime = someQuietHours({ windows: DAYTIME, channels: ['email'] });

  it('beside a pack that it applies to everybody is refused', () => {
    expect(policyProblems(policy([daytime], always), { packs })).toEqual([
      'quietHours leave no minute of the week for commercial messages on email beside the packs de; change the hours, or override the rule of the pack with a reason',
    ]);
    expect(policyProblems(policy([], { packs: { always: ['de', 'us'] } }), { packs })).toHaveLength(1);
  });

  it('is none where the rule of the pack is overridden, ends, or leaves an hour', () => {
    const overrides = [{ pack: 'de', rule: 'night', reason: 'counsel', actor: 'dpo' }];
    expect(policyProblems(policy([daytime], { ...always, overrides }), { packs })).toEqual([]);
    const ending = [pack('de', [{ ...night, to: '2027-01-01' }])];
    expect(policyProblems(policy([daytime], always), { packs: ending })).toEqual([]);
    const shorter = someQuietHours({ windows: [{ days: DAYTIME[0]!.days, start: '09:00', end: '21:00' }] });
    expect(policyProblems(policy([shorter], always), { packs })).toEqual([]);
  });
});
