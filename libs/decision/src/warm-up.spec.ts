import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayOf } from './calendar.js';
import { decide } from './decide.js';
import type { Facts, WarmUpState } from './facts.js';
import type { Policy, WarmUpRule } from './policy.js';
import { ms, someFacts, somePolicy } from './testing/some-facts.js';
import { someWarmUp, someWarmUpState } from './testing/some-warm-ups.js';
import { testReference } from './testing/test-reference.js';
import { testZone } from './testing/test-zones.js';
import { warmUpsToCount } from './warm-up.js';
import { runs } from '../../../test/support/runs.js';

/** Noon of the first day; the second begins at MIDNIGHT. */
const NOON = ms('2025-06-02T12:00:00+02:00');
const MIDNIGHT = ms('2025-06-03T00:00:00+02:00');
const DAY = 86_400_000;

const policyOf = (...warmUps: WarmUpRule[]): Policy => ({ ...somePolicy(), warmUps });
const factsOf = (warmUps: WarmUpState[] | undefined, change: Parameters<typeof someFacts>[0] = {}): Facts => ({
  ...someFacts(change),
  ...(warmUps === undefined ? {} : { warmUps }),
});
const judge = (facts: Facts, policy: Policy, now = NOON) => decide(facts, policy, now, testReference);
const checksOf = (facts: Facts, policy: Policy, now = NOON) =>
  judge(facts, policy, now).checks.filter(({ check }) => check === 'warm_up');
/** Until when a state holds a message; null when it does not. */
const heldUntil = (state: Partial<WarmUpState>, rule: Partial<WarmUpRule> = {}, now = NOON) => {
  const decision = judge(factsOf([someWarmUpState(state)]), policyOf(someWarmUp(rule)), now);
  return decision.outcome === 'defer' ? decision.until : null;
};

describe('the ceiling of the day', () => {
  it.each([
    ['nine of ten leave room', '2025-06-02', 9, NOON, null],
    ['ten of ten do not, until the next day begins', '2025-06-02', 10, NOON, MIDNIGHT],
    ['nor do more', '2025-06-02', 11, NOON, MIDNIGHT],
    ['up to the last millisecond of the day', '2025-06-02', 10, MIDNIGHT - 1, MIDNIGHT],
    ['the next day has room for as many as it allows', '2025-06-03', 19, MIDNIGHT, null],
    ['and no more', '2025-06-03', 20, MIDNIGHT, MIDNIGHT + DAY],
    ['what was sent the day before does not count', '2025-06-02', 10, MIDNIGHT, null],
    ['what a clock that is ahead has counted does', '2025-06-03', 10, NOON, MIDNIGHT],
    ['on both days, if it fills both', '2025-06-03', 20, NOON, MIDNIGHT + DAY],
    ['the last day has its ceiling', '2025-06-04', 40, NOON + 2 * DAY, MIDNIGHT + 2 * DAY],
    ['after it there is none', '2025-06-05', 1_000_000, NOON + 3 * DAY, null],
    ['before the first day nothing leaves', '2025-05-30', 0, NOON - 3 * DAY, MIDNIGHT - DAY],
  ])('%s', (_sentence, day, sent, now, until) => {
    expect(heldUntil({ day, sent }, {}, now)).toBe(until);
  });

  it('says at once on which day there is room again', () => {
    const [check] = checksOf(factsOf([someWarmUpState({ day: '2025-06-03', sent: 20 })]), policyOf(someWarmUp()));

    expect(check).toMatchObject({ passes: false, until: MIDNIGHT + DAY });
  });

  it('counts a figure that is no number as too many', () => {
    expect(heldUntil({ sent: NaN })).toBe(MIDNIGHT);
  });

  it('ends with the day of the brand, not with that of the contact', () => {
    const facts = factsOf([someWarmUpState({ sent: 10 })], {
      contact: { zone: 'Pacific/Auckland' },
      brand: { zone: 'America/New_York' },
    });

    expect(judge(facts, policyOf(someWarmUp()))).toMatchObject({ until: ms('2025-06-03T00:00:00-04:00') });
  });

  it('ends at the leap where there is no midnight', () => {
    const facts = factsOf([someWarmUpState({ day: '2025-09-06', sent: 10 })], { brand: { zone: 'America/Santiago' } });
    const policy = policyOf(someWarmUp({ startsOn: '2025-09-06' }));

    expect(judge(facts, policy, ms('2025-09-06T12:00-04:00'))).toMatchObject({ until: ms('2025-09-07T01:00-03:00') });
  });
});

describe('a warm-up that is ill received', () => {
  const recent = (sent: number, bounced: number, complained: number) => ({ recent: { sent, bounced, complained } });

  it.each([
    ['goes on below the thresholds', recent(1000, 19, 2), null],
    ['halts at the one for bounces', recent(1000, 20, 0), MIDNIGHT],
    ['halts at the one for complaints', recent(1000, 0, 3), MIDNIGHT],
    ['goes on while there is too little to judge by', recent(49, 49, 49), null],
    ['halts as soon as there is enough', recent(50, 1, 0), MIDNIGHT],
    ['halts on figures that are no numbers', recent(1000, NaN, 0), MIDNIGHT],
    ['and on counts that are no numbers', recent(NaN, 0, 0), MIDNIGHT],
  ])('%s', (_sentence, state, until) => {
    expect(heldUntil(state)).toBe(until);
  });

  it('says that it halted and why', () => {
    const [check] = checksOf(factsOf([someWarmUpState({ sent: 4, ...recent(1000, 25, 4) })]), policyOf(someWarmUp()));

    expect(check).toEqual({
      check: 'warm_up',
      passes: false,
      kind: 'defer',
      reason: 'warm_up',
      until: MIDNIGHT,
      detail: {
        rule: 'new-account',
        scope: 'provider',
        key: 'smtp',
        day: 1,
        sent: 4,
        ceiling: 10,
        halted: true,
        haltedBy: 'complained',
        recentSent: 1000,
        recentBounced: 25,
        recentComplained: 4,
        nextFreeAt: MIDNIGHT,
      },
    });
  });

  it('is asked anew on the next day, and halts anew', () => {
    const ill = recent(1000, 25, 0);

    expect(heldUntil({ day: '2025-06-02', ...ill }, {}, MIDNIGHT)).toBeNull();
    expect(heldUntil({ day: '2025-06-03', ...ill }, {}, MIDNIGHT)).toBe(MIDNIGHT + DAY);
  });

  it('is over after its last day all the same', () => {
    expect(heldUntil({ day: '2025-06-05', ...recent(1000, 500, 500) }, {}, NOON + 3 * DAY)).toBeNull();
  });
});

describe('whom a warm-up binds', () => {
  const full = someWarmUpState({ sent: 10 });
  const from = (provider: string | null, sending_domain: string | null = null) => ({
    message: { route: { provider, sending_domain } },
  });

  it.each<[string, Partial<WarmUpRule>, Parameters<typeof someFacts>[0], WarmUpState[], string]>([
    ['every class', {}, { message: { class: 'transactional' } }, [full], 'defer'],
    ['not another channel', { channels: ['sms'] }, {}, [], 'pass'],
    [
      'not an SMS, where it is about a sending domain',
      { scope: 'sending_domain' },
      { message: { channel: 'sms' } },
      [],
      'pass',
    ],
    ['whom it names', { key: 'smtp' }, from('smtp'), [full], 'defer'],
    ['nobody else', { key: 'smtp' }, from('relay'), [full], 'pass'],
    ['no message that reaches nobody', {}, from(null), [], 'pass'],
    ['the domain it is about', { scope: 'sending_domain' }, from('smtp', 'smtp'), [full], 'defer'],
    ['not by the state of another one', {}, from('relay'), [full, someWarmUpState({ key: 'relay' })], 'pass'],
    ['whoever it may be, where the facts do not say', { key: 'smtp' }, {}, [full], 'defer'],
  ])('%s', (_sentence, rule, change, states, outcome) => {
    expect(judge(factsOf(states, change), policyOf(someWarmUp(rule))).outcome).toBe(outcome);
  });

  it('reports every warm-up of the policy, in its order', () => {
    const policy = policyOf(someWarmUp(), someWarmUp({ id: 'domain', scope: 'sending_domain', ceilings: [5] }));
    const states = [someWarmUpState({ rule: 'domain', key: 'news.example', sent: 2 }), full];

    expect(checksOf(factsOf(states), policy).map(({ passes, detail }) => ({ passes, ...detail }))).toMatchObject([
      { passes: false, rule: 'new-account', key: 'smtp', sent: 10, ceiling: 10, nextFreeAt: MIDNIGHT },
      { passes: true, rule: 'domain', key: 'news.example', sent: 2, ceiling: 5, nextFreeAt: NOON },
    ]);
  });

  it('is reported where the policy knows warm-ups, and not where it was written before there were any', () => {
    expect(checksOf(factsOf(undefined), policyOf())).toEqual([{ check: 'warm_up', passes: true, detail: {} }]);
    expect(checksOf(factsOf(undefined), somePolicy())).toEqual([]);
  });
});

describe('what nobody counted', () => {
  it.each<[string, WarmUpState[] | undefined, Partial<WarmUpRule>]>([
    ['no counts at all', undefined, {}],
    ['none for the rule', [], {}],
    ['one for another rule', [someWarmUpState({ rule: 'old' })], {}],
    ['one for another provider', [someWarmUpState({ key: 'relay' })], { key: 'smtp' }],
    ['one of no day', [someWarmUpState({ day: 'today' })], {}],
  ])('lets nothing through: %s', (_sentence, states, rule) => {
    expect(() => judge(factsOf(states), policyOf(someWarmUp(rule)))).toThrow('unsettled: warm-up new-account');
  });

  it('is not asked for once the warm-up is over', () => {
    expect(judge(factsOf(undefined), policyOf(someWarmUp()), NOON + 3 * DAY).outcome).toBe('pass');
  });

  it('cannot be told without a first day or a clock to tell days by', () => {
    expect(() => judge(factsOf([someWarmUpState()]), policyOf(someWarmUp({ startsOn: 'soon' })))).toThrow(
      'unusable_policy',
    );
    expect(() => judge(factsOf([someWarmUpState()], { brand: { zone: 'Foo/Bar' } }), policyOf(someWarmUp()))).toThrow(
      'unknown_brand_zone',
    );
  });
});

describe('warmUpsToCount', () => {
  const berlin = testZone('Europe/Berlin');
  const route = { channel: 'email' as const, provider: 'smtp', sending_domain: 'news.example' };

  it('names what to count since when, on the days of the brand', () => {
    const policy = policyOf(someWarmUp(), someWarmUp({ id: 'domain', scope: 'sending_domain' }));

    expect(warmUpsToCount(policy, route, berlin, NOON)).toEqual([
      {
        rule: 'new-account',
        key: 'smtp',
        day: '2025-06-02',
        since: MIDNIGHT - DAY,
        recentSince: MIDNIGHT - 7 * DAY,
      },
      {
        rule: 'domain',
        key: 'news.example',
        day: '2025-06-02',
        since: MIDNIGHT - DAY,
        recentSince: MIDNIGHT - 7 * DAY,
      },
    ]);
  });

  it.each<[string, Partial<WarmUpRule>, number, string[]]>([
    ['one that is still to begin', {}, NOON - 30 * DAY, ['smtp']],
    ['one on its last day', {}, MIDNIGHT + 2 * DAY - 1, ['smtp']],
    ['none that is over', {}, MIDNIGHT + 2 * DAY, []],
    ['none on another channel', { channels: ['sms'] }, NOON, []],
    ['none of another provider', { key: 'relay' }, NOON, []],
  ])('names %s', (_sentence, rule, now, keys) => {
    expect(warmUpsToCount(policyOf(someWarmUp(rule)), route, berlin, now).map(({ key }) => key)).toEqual(keys);
  });

  it('names none for a message that reaches nobody, and none without a rule', () => {
    const nowhere = { ...route, provider: null };

    expect(warmUpsToCount(policyOf(someWarmUp()), nowhere, berlin, NOON)).toEqual([]);
    expect(warmUpsToCount(somePolicy(), route, berlin, NOON)).toEqual([]);
  });

  it('names all that a decision asks for', () => {
    const days = fc.integer({ min: -3, max: 6 });
    fc.assert(
      fc.property(
        fc.integer({ min: -2 * DAY, max: 5 * DAY }),
        fc.array(
          fc.record({
            scope: fc.constantFrom('provider' as const, 'sending_domain' as const),
            offset: days,
            key: fc.constantFrom(undefined, 'smtp', 'relay'),
          }),
          { maxLength: 3 },
        ),
        (away, rules) => {
          const now = NOON + away;
          const warmUps = rules.map(({ scope, offset, key }, i) =>
            someWarmUp({
              id: `rule-${i}`,
              scope,
              startsOn: new Date(((dayOf('2025-06-02') ?? NaN) + offset) * DAY).toISOString().slice(0, 10),
              ...(key === undefined ? {} : { key }),
            }),
          );
          const states = warmUpsToCount(policyOf(...warmUps), route, berlin, now).map(({ rule, key, day }) =>
            someWarmUpState({ rule, key, day }),
          );
          const { provider, sending_domain } = route;
          const facts = factsOf(states, { message: { route: { provider, sending_domain } } });

          expect(() => judge(facts, policyOf(...warmUps), now)).not.toThrow();
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
