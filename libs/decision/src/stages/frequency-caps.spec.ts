import { describe, expect, it } from '@jest/globals';
import { CannotDecide } from '../cannot-decide.js';
import { decide } from '../decide.js';
import type { CheckDetail } from '../decision.js';
import type { Facts, FrequencyChoice } from '../facts.js';
import type { CapRule } from '../policy.js';
import { capUse, ms, someCap, someFacts, somePolicy, someQuietHours } from '../testing/some-facts.js';
import { testReference } from '../testing/test-reference.js';

const NOON = ms('2025-06-02T12:00:00+02:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function decideUnder(facts: Facts, caps: CapRule[], now = NOON) {
  return decide(facts, somePolicy({ caps }), now, testReference);
}

/** The cap checks: rule, how it ends and the figures. */
function checksOf(facts: Facts, caps: CapRule[], now = NOON): ({ is: string } & CheckDetail)[] {
  return decideUnder(facts, caps, now)
    .checks.filter(({ check }) => check === 'frequency_cap')
    .map((check) => ({ is: check.passes ? 'pass' : `${check.kind} ${check.until}`, ...check.detail }));
}

const sent = (...ago: number[]) => ago.map((ms) => capUse(NOON - ms));

describe('a cap by the calendar', () => {
  const daily = someCap({ id: 'daily', limit: 1, window: { unit: 'day', zone: 'contact' } });
  const midnight = ms('2025-06-03T00:00:00+02:00');

  it('is free again when the next day begins where the contact is', () => {
    const facts = someFacts({ capUses: sent(11 * HOUR) });

    expect(checksOf(facts, [daily])).toEqual([
      {
        is: `defer ${midnight}`,
        rule: 'daily',
        scope: 'any',
        usage: 1,
        limit: 1,
        window: 'day',
        nextFreeAt: midnight,
        zone: 'Europe/Berlin',
      },
    ]);
    expect(checksOf(facts, [daily], midnight - 1)).toMatchObject([{ is: `defer ${midnight}`, usage: 1 }]);
    expect(checksOf(facts, [daily], midnight)).toMatchObject([{ is: 'pass', usage: 0, nextFreeAt: midnight }]);
  });

  it('does not count what left a minute before midnight', () => {
    expect(checksOf(someFacts({ capUses: sent(12 * HOUR + 1) }), [daily])).toMatchObject([{ is: 'pass', usage: 0 }]);
    expect(checksOf(someFacts({ capUses: sent(12 * HOUR) }), [daily])).toMatchObject([{ usage: 1 }]);
  });

  it('follows the clock of the brand where it says so', () => {
    const facts = someFacts({ contact: { zone: 'America/New_York' }, capUses: sent(11 * HOUR) });
    const byBrand = someCap({ ...daily, window: { unit: 'day', zone: 'brand' } });

    // Eleven hours ago it was still yesterday in New York.
    expect(checksOf(facts, [daily])).toMatchObject([{ is: 'pass', zone: 'America/New_York' }]);
    expect(checksOf(facts, [byBrand])).toMatchObject([{ is: `defer ${midnight}`, zone: 'Europe/Berlin' }]);
  });

  it('takes the week from the day it names', () => {
    const weekly = (weekStart?: 1 | 7) =>
      someCap({
        limit: 1,
        window: { unit: 'week', zone: 'contact', ...(weekStart === undefined ? {} : { weekStart }) },
      });
    const onSunday = someFacts({ capUses: sent(DAY) });

    expect(checksOf(onSunday, [weekly()])).toMatchObject([{ is: 'pass', usage: 0 }]);
    expect(checksOf(onSunday, [weekly(1)])).toMatchObject([{ is: 'pass', usage: 0 }]);
    expect(checksOf(onSunday, [weekly(7)])).toMatchObject([{ usage: 1, nextFreeAt: ms('2025-06-08T00:00+02:00') }]);
  });

  it('needs a brand that has a clock, when it is the clock of the brand', () => {
    const byBrand = someCap({ window: { unit: 'day', zone: 'brand' } });

    expect(() => decideUnder(someFacts({ brand: { zone: 'Foo/Bar' } }), [byBrand])).toThrow('unknown_brand_zone');
    expect(decideUnder(someFacts({ brand: { zone: 'Foo/Bar' } }), [daily]).outcome).toBe('pass');
  });
});

describe('a cap for a segment', () => {
  const vip = someCap({ id: 'vip', scope: 'segment', segment: 'vip', limit: 1 });
  const inSegments = (segments: string[] | undefined, used: string[] | undefined) =>
    someFacts({
      contact: segments === undefined ? {} : { segments },
      capUses: [capUse(NOON - DAY, used === undefined ? {} : { segments: used })],
    });

  it.each([
    ['binds a member, and counts what members got', ['vip'], ['vip', 'new'], ['defer']],
    ['does not count what the contact got before', ['vip'], ['new'], ['pass']],
    ['does not bind others, whatever they got', ['new'], ['vip'], []],
    ['counts what was not written down', ['vip'], undefined, ['defer']],
    ['binds whose segments are not known', undefined, ['vip'], ['defer']],
  ])('%s', (_sentence, now, then, expected) => {
    expect(checksOf(inSegments(now, then), [vip]).flatMap(({ is, rule }) => (rule ? [is.split(' ')[0]] : []))).toEqual(
      expected,
    );
  });

  it('names it', () => {
    expect(checksOf(inSegments(['vip'], ['vip']), [vip])).toMatchObject([{ scope: 'segment', segment: 'vip' }]);
  });
});

describe('a digest', () => {
  it('holds, and says that the message may go with others', () => {
    const digest = someCap({ limit: 1, action: 'digest' });

    expect(checksOf(someFacts({ capUses: sent(DAY) }), [digest])).toMatchObject([
      { is: `defer ${NOON + 6 * DAY}`, digest: true },
    ]);
    expect(checksOf(someFacts(), [digest])).toMatchObject([{ is: 'pass', digest: true }]);
  });
});

describe('a cap that holds no longer than so', () => {
  const patient = (maxDefer: string, action: 'defer' | 'digest' = 'defer') => someCap({ limit: 1, action, maxDefer });
  const accepted = (ago: number, change: Partial<Facts['message']> = {}) =>
    someFacts({ message: { acceptedAt: NOON - ago, ...change }, capUses: sent(6 * DAY) });

  it.each([
    ['holds up to that instant', 'PT24H', 0, `defer ${NOON + DAY}`],
    ['does not hold a millisecond longer', 'PT24H', 1, `drop ${NOON + DAY}`],
    ['counts from the acceptance, not from now', 'P2D', DAY + 1, `drop ${NOON + DAY}`],
  ])('%s', (_sentence, maxDefer, ago, is) => {
    expect(checksOf(accepted(ago), [patient(maxDefer)])).toMatchObject([{ is }]);
    expect(checksOf(accepted(ago), [patient(maxDefer, 'digest')])).toMatchObject([{ is }]);
  });

  it('ends the message at once, and says when it could have left', () => {
    expect(decideUnder(accepted(1), [patient('PT24H')])).toMatchObject({
      outcome: 'drop',
      reason: 'frequency_cap',
      strikesAt: NOON,
      notBefore: NOON + DAY,
      primary: { detail: { holdsUntil: NOON - 1 + DAY } },
    });
  });

  it('fails alike until there is room, and not then', () => {
    for (const at of [NOON, NOON + HOUR, NOON + DAY - 1]) {
      expect(checksOf(accepted(1), [patient('PT24H')], at)).toMatchObject([{ is: `drop ${NOON + DAY}` }]);
    }
    expect(checksOf(accepted(1), [patient('PT24H')], NOON + DAY)).toMatchObject([{ is: 'pass' }]);
  });

  it('is no reason to end a message that has to wait for something else until there is room', () => {
    const later = accepted(1, { sendAt: NOON + 2 * DAY });

    expect(decideUnder(later, [patient('PT24H')])).toMatchObject({ outcome: 'defer', until: NOON + 2 * DAY });
  });

  it('holds a message nobody knows the acceptance of until there is room', () => {
    const facts = someFacts({ capUses: sent(6 * DAY) });

    expect(checksOf(facts, [patient('PT1S')])).toMatchObject([{ is: `defer ${NOON + DAY}` }]);
  });
});

describe('headroom', () => {
  const steps = someCap({ limit: 4, headroom: [{ below: 7, keep: 1 }, { below: 4, keep: 3 }] }); // prettier-ignore
  const withPriority = (priority: number | undefined, used: number) =>
    someFacts({
      message: priority === undefined ? {} : { priority },
      capUses: Array.from({ length: used }, (_, i) => capUse(NOON - i * HOUR)),
    });

  it.each([
    ['what matters most sees the whole limit', 7, 4],
    ['and so does all above', 9, 4],
    ['a step keeps places from what is below it', 6, 3],
    ['a message without a priority has 5', undefined, 3],
    ['of two steps the one that keeps more counts', 3, 1],
    ['down to the least', 0, 1],
  ])('%s', (_sentence, priority, effectiveLimit) => {
    expect(checksOf(withPriority(priority, effectiveLimit - 1), [steps])).toMatchObject([
      { is: 'pass', effectiveLimit },
    ]);
    expect(checksOf(withPriority(priority, effectiveLimit), [steps])).toMatchObject([
      { usage: effectiveLimit, limit: 4, effectiveLimit, nextFreeAt: NOON - (effectiveLimit - 1) * HOUR + 7 * DAY },
    ]);
  });

  it('keeps from a priority that is no number what it keeps from the least', () => {
    expect(checksOf(withPriority(NaN, 1), [steps])).toMatchObject([{ effectiveLimit: 1 }]);
  });

  it('leaves nothing where it keeps everything, and never less', () => {
    const keeps = (keep: number) => someCap({ limit: 2, headroom: [{ below: 9, keep }] });

    expect(checksOf(someFacts(), [keeps(2)])).toMatchObject([{ is: 'drop null', effectiveLimit: 0, nextFreeAt: null }]);
    expect(checksOf(someFacts(), [keeps(3)])).toMatchObject([{ is: 'drop null', effectiveLimit: 0, nextFreeAt: null }]);
  });
});

describe("the contact's own choice", () => {
  const choice = (change: Partial<FrequencyChoice> = {}): FrequencyChoice => ({
    limit: 1,
    window: 'P7D',
    channel: null,
    topic: null,
    ...change,
  });
  const choosing = (frequency: FrequencyChoice[], change: Parameters<typeof someFacts>[0] = {}) =>
    someFacts({ ...change, contact: { frequency } });

  it('comes before the caps of the policy, and the stricter of both counts', () => {
    const facts = (limit: number) => choosing([choice({ limit })], { capUses: sent(DAY, 2 * DAY) });
    const rules = (limit: number) =>
      checksOf(facts(limit), [someCap({ limit: 2 })]).map(({ rule, is }) => `${rule} ${is}`);

    expect(rules(3)).toEqual(['contact pass', `weekly defer ${NOON + 5 * DAY}`]);
    expect(rules(1)).toEqual([`contact defer ${NOON + 6 * DAY}`, `weekly defer ${NOON + 5 * DAY}`]);
    expect(decideUnder(facts(1), [someCap({ limit: 2 })])).toMatchObject({ outcome: 'defer', until: NOON + 6 * DAY });
  });

  it('binds without any rule of the brand, and is reported with its figures', () => {
    expect(checksOf(choosing([choice()], { capUses: sent(DAY) }), [])).toEqual([
      {
        is: `defer ${NOON + 6 * DAY}`,
        rule: 'contact',
        scope: 'any',
        usage: 1,
        limit: 1,
        window: 'P7D',
        nextFreeAt: NOON + 6 * DAY,
      },
    ]);
  });

  it('of none never lets anything commercial through', () => {
    const none = choosing([choice({ limit: 0 })]);

    expect(checksOf(none, [])).toMatchObject([{ is: 'drop null', nextFreeAt: null }]);
    expect(decideUnder(none, [])).toMatchObject({ outcome: 'drop', reason: 'frequency_cap', notBefore: null });
  });

  it('neither binds nor counts what the contact asked for', () => {
    const transactional = choosing([choice({ limit: 0 })], { message: { class: 'transactional' } });
    const used = choosing([choice()], { capUses: [capUse(NOON - DAY, { class: 'transactional' })] });

    expect(decideUnder(transactional, []).outcome).toBe('pass');
    expect(checksOf(used, [])).toMatchObject([{ is: 'pass', usage: 0 }]);
  });

  it.each<[string, Partial<FrequencyChoice>, { scope: string; usage: number }[]]>([
    ['about everything', {}, [{ scope: 'any', usage: 4 }]],
    ['about this channel', { channel: 'email' }, [{ scope: 'channel', usage: 2 }]],
    ['about another one', { channel: 'sms' }, []],
    ['about this topic', { topic: 'newsletter' }, [{ scope: 'topic', usage: 2 }]],
    ['about another one', { topic: 'events' }, []],
    ['about this topic on this channel', { channel: 'email', topic: 'newsletter' }, [{ scope: 'topic', usage: 1 }]],
  ])('%s', (_sentence, change, expected) => {
    const capUses = (['email', 'sms'] as const).flatMap((channel) =>
      ['newsletter', 'events'].map((topic) => capUse(NOON - DAY, { channel, topic })),
    );

    expect(
      checksOf(choosing([choice({ limit: 9, ...change })], { capUses }), []).filter(({ rule }) => rule),
    ).toMatchObject(expected);
  });

  it('all count where there are several', () => {
    const facts = choosing([choice({ limit: 2 }), choice({ window: 'P1D' })], { capUses: sent(HOUR) });

    expect(checksOf(facts, []).map(({ is }) => is)).toEqual(['pass', `defer ${NOON + 23 * HOUR}`]);
  });

  it.each<[string, Partial<FrequencyChoice>]>([
    ['a month', { window: 'P1M' }],
    ['half a message', { limit: 0.5 }],
    ['less than none', { limit: -1 }],
  ])('lets nothing through when a door let %s in', (_sentence, change) => {
    expect(() => decideUnder(choosing([choice(change)]), [])).toThrow(CannotDecide);
  });
});

describe('an override', () => {
  const override = { caps: true as const, actor: 'ops@brand', reason: 'recall' };
  const caps = [someCap({ limit: 1 }), someCap({ id: 'never', limit: 0 }), someCap({ id: 'free', limit: 9 })];

  it('lets a message past full caps, which report what they would have said', () => {
    const facts = someFacts({ message: { override }, capUses: sent(DAY) });

    expect(decideUnder(facts, caps).outcome).toBe('pass');
    expect(checksOf(facts, caps)).toMatchObject([
      { is: 'pass', usage: 1, limit: 1, nextFreeAt: NOON + 6 * DAY, overridden: true },
      { is: 'pass', usage: 1, limit: 0, nextFreeAt: null, overridden: true },
      { is: 'pass', usage: 1, limit: 9, nextFreeAt: NOON, overridden: true },
    ]);
  });

  it('never lifts what the contact chose', () => {
    const frequency = [{ limit: 1, window: 'P7D', channel: null, topic: null }];
    const facts = someFacts({ message: { override }, contact: { frequency }, capUses: sent(DAY) });

    expect(checksOf(facts, caps).map(({ rule, is }) => `${rule} ${is}`)).toEqual([
      `contact defer ${NOON + 6 * DAY}`,
      'weekly pass',
      'never pass',
      'free pass',
    ]);
    expect(checksOf(facts, [])[0]).not.toHaveProperty('overridden');
  });

  it('lifts caps and nothing else', () => {
    const night = ms('2025-06-02T23:00:00+02:00');
    const policy = somePolicy({ caps, quietHours: [someQuietHours()] });

    expect(decide(someFacts({ message: { override } }), policy, night, testReference)).toMatchObject({
      outcome: 'defer',
      reason: 'quiet_hours',
    });
  });

  it.each([
    ['a name', { ...override, actor: '' }],
    ['a reason', { ...override, reason: '' }],
  ])('lifts nothing without %s', (_sentence, nameless) => {
    const facts = someFacts({ message: { override: nameless }, capUses: sent(DAY) });

    expect(checksOf(facts, [someCap({ limit: 1 })])[0]).toMatchObject({ is: `defer ${NOON + 6 * DAY}` });
  });
});

it.each<[string, Partial<CapRule>]>([
  ['a rolling month', { window: 'P1M' }],
  ['a calendar year', { window: JSON.parse('{"unit":"year","zone":"contact"}') as never }],
  ['a calendar of nobody', { window: JSON.parse('{"unit":"day","zone":"moon"}') as never }],
  ['a week that starts on no day', { window: JSON.parse('{"unit":"week","zone":"brand","weekStart":0}') as never }],
  ['a segment without a name', { scope: 'segment' }],
  ['a maxDefer of a month', { maxDefer: 'P1M' }],
])('nothing leaves under a stored policy with %s', (_sentence, cap) => {
  expect(() => decideUnder(someFacts(), [someCap(cap)])).toThrow('unusable_policy');
});
