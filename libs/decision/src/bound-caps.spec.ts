import { describe, expect, it } from '@jest/globals';
import { boundCaps, CONTACTS_CHOICE, inOrder } from './bound-caps.js';
import type { Facts } from './facts.js';
import type { CapRule } from './policy.js';
import { capUse, ms, someCap, someFacts, somePolicy } from './testing/some-facts.js';
import { testReference } from './testing/test-reference.js';
import { testZones } from './testing/test-zones.js';

const NOON = ms('2025-11-23T12:00:00+01:00');
const DAY = 86_400_000;
const LOS_ANGELES = ['America/Los_Angeles'].flatMap((name) => testZones.zone(name) ?? []);
const lifted = { caps: true as const, actor: 'key 1', reason: 'recall' };

const bind = (cap: CapRule, message: Partial<Facts['message']> = {}) =>
  boundCaps(someFacts({ message }), somePolicy({ caps: [cap] }), LOS_ANGELES, testReference.zones)[0];

describe('a cap bound to a message', () => {
  it('is the same object for every message where nothing of it depends on one', () => {
    const cap = someCap();
    expect(bind(cap)).toBe(bind(cap, { priority: 9 }));
    expect(bind(cap)).toMatchObject({ limit: 3, holdsUntil: null, isLifted: false, remarks: null, term: undefined });
  });

  it('holds a message so long and no longer, counted from when it was accepted', () => {
    const cap = someCap({ maxDefer: 'P1D' });
    expect(bind(cap, { acceptedAt: NOON })).toMatchObject({
      holdsUntil: NOON + DAY,
      remarks: { holdsUntil: NOON + DAY },
    });
    expect(bind(cap)).toMatchObject({ holdsUntil: null, remarks: null });
    expect(bind(someCap(), { acceptedAt: NOON, priority: 1 })?.holdsUntil).toBeNull();
  });

  it('keeps places free for what matters more', () => {
    const cap = someCap({ headroom: [{ below: 5, keep: 1 }] });
    expect(bind(cap, { priority: 4 })).toMatchObject({ limit: 2, remarks: { effectiveLimit: 2 } });
    expect(bind(cap, { priority: 5 })).toMatchObject({ limit: 3, remarks: { effectiveLimit: 3 } });
    expect(bind(cap)?.limit).toBe(3);
  });

  it('says what it is about, as far as it is not plain', () => {
    const facts = { message: { override: lifted } };
    expect(bind(someCap({ scope: 'segment', segment: 'vip' }))?.remarks).toEqual({ segment: 'vip' });
    expect(bind(someCap({ action: 'digest' }))?.remarks).toEqual({ digest: true });
    expect(bind(someCap(), facts.message)?.remarks).toEqual({ overridden: true });
    expect(bind(someCap({ scope: 'segment', segment: 'vip', action: 'digest' }), facts.message)?.remarks).toEqual({
      segment: 'vip',
      digest: true,
      overridden: true,
    });
  });

  it('is lifted by a name and a reason, and by nothing less', () => {
    const isLifted = (change: Partial<typeof lifted>) =>
      bind(someCap(), { override: { ...lifted, ...change } })?.isLifted;
    expect([isLifted({}), isLifted({ actor: '' }), isLifted({ reason: '' })]).toEqual([true, false, false]);
  });

  it('of the calendar is on the clock it names', () => {
    const zones = (zone: 'brand' | 'contact') => {
      const window = bind(someCap({ window: { unit: 'day', zone } }))?.window;
      return window?.kind === 'calendar' ? window.zones.map(({ name }) => name) : null;
    };
    expect([zones('brand'), zones('contact')]).toEqual([['Europe/Berlin'], ['America/Los_Angeles']]);
  });

  it.each<[Partial<CapRule>, string]>([
    [{ scope: 'segment', segment: '' }, 'unusable_policy: cap weekly names no segment'],
    [{ scope: 'segment' }, 'unusable_policy: cap weekly names no segment'],
    [{ maxDefer: 'P1M' }, 'unusable_policy: cap weekly has the maxDefer "P1M"'],
    [{ window: 'P1M' }, 'unusable_policy: cap weekly has the window "P1M"'],
    [
      { window: { unit: 'year' as 'day', zone: 'brand' } },
      'unusable_policy: cap weekly has the window {"unit":"year","zone":"brand"}; policyProblems says what it must look like',
    ],
    [{ window: { unit: 'day', zone: 'moon' as 'brand' } }, 'cap weekly has the window'],
    [{ window: { unit: 'week', zone: 'brand', weekStart: 8 as 7 } }, 'cap weekly has the window'],
  ])('%j is refused', (change, message) => {
    expect(() => bind(someCap(change))).toThrow(message);
  });

  it('on the clock of a brand without one is refused', () => {
    const policy = somePolicy({ caps: [someCap({ window: { unit: 'day', zone: 'brand' } })] });
    const facts = someFacts({ brand: { zone: 'Mars/Olympus' } });
    expect(() => boundCaps(facts, policy, LOS_ANGELES, testReference.zones)).toThrow(
      'unknown_brand_zone: cap weekly counts on the clock of a brand whose zone is not known',
    );
  });
});

describe('what a contact chose', () => {
  const choose = (
    choice: Partial<NonNullable<Facts['contact']['frequency']>[number]>,
    change: Parameters<typeof someFacts>[0] = {},
  ) =>
    // prettier-ignore
    boundCaps(
      someFacts({ ...change, contact: { frequency: [{ limit: 2, window: 'P7D', channel: null, topic: null, ...choice }] } }),
      somePolicy({ caps: [someCap()] }),
      LOS_ANGELES,
      testReference.zones,
    ).map(({ rule, limit, window, isLifted, remarks }) => ({ ...rule, limit, window, isLifted, remarks }));

  it('stands before what the brand wants, and is never lifted', () => {
    const caps = choose({}, { message: { override: lifted } });
    expect(caps.map(({ id, isLifted }) => [id, isLifted])).toEqual([
      [CONTACTS_CHOICE, false],
      ['weekly', true],
    ]);
    expect(caps[0]).toEqual({
      id: 'contact',
      scope: 'any',
      limit: 2,
      window: { kind: 'rolling', lengthMs: 7 * DAY },
      action: 'defer',
      classes: { bound: ['commercial'], counted: ['commercial'] },
      isLifted: false,
      remarks: null,
    });
  });

  it('is about a channel or a topic where they said so', () => {
    expect(choose({ channel: 'email' })[0]).toMatchObject({ scope: 'channel', channels: ['email'] });
    expect(choose({ topic: 'newsletter' })[0]).toMatchObject({ scope: 'topic' });
    expect(choose({ topic: 'newsletter', channel: 'email' })[0]).toMatchObject({ scope: 'topic', channels: ['email'] });
    expect(choose({ channel: 'sms' }).map(({ id }) => id)).toEqual(['weekly']);
    expect(choose({ topic: 'events' }).map(({ id }) => id)).toEqual(['weekly']);
    expect(choose({ topic: 'events' }, { topic: null }).map(({ id }) => id)).toEqual(['weekly']);
    expect(choose({}, { message: { class: 'transactional' } })).toEqual([]);
  });

  it.each([-1, 0.5, Number.NaN])('of %d messages is a fault of ours', (limit) => {
    expect(() => choose({ limit })).toThrow(`unsettled: the contact chose the limit ${limit}`);
  });

  it('may be nothing at all', () => expect(choose({ limit: 0 })[0]).toMatchObject({ id: CONTACTS_CHOICE, limit: 0 }));
});

describe('inOrder', () => {
  it('leaves what is in order as it is', () => {
    const uses = [1, 2, 2, 3].map((at) => capUse(at));
    expect(inOrder(uses)).toBe(uses);
    expect(inOrder([])).toEqual([]);
  });

  it('sorts what is not, and leaves what it was given alone', () => {
    const uses = [3, 1, 2].map((at) => capUse(at));
    expect(inOrder(uses).map(({ at }) => at)).toEqual([1, 2, 3]);
    expect(uses.map(({ at }) => at)).toEqual([3, 1, 2]);
  });
});
