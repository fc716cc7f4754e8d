import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { explainDecision } from './explain.js';
import type { Facts } from './facts.js';
import type { QuietHoursRule, QuietWindow, Weekday } from './policy.js';
import type { ReferenceData } from './reference-data.js';
import { ms, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { someHolidays, somePlaces } from './testing/some-places.js';
import { testReference } from './testing/test-reference.js';

const reference: ReferenceData = { ...testReference, places: somePlaces, holidays: someHolidays };
const DAILY: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const daily = (start: string, end: string): QuietWindow => ({ days: DAILY, start, end });

function judge(rule: Partial<QuietHoursRule> | null, contact: Partial<Facts['contact']>, at: string, message = {}) {
  const policy = somePolicy({ quietHours: rule === null ? [] : [someQuietHours({ windows: [], ...rule })] });
  return decide(someFacts({ contact, message }), policy, ms(at), reference);
}

/** Until when a message of that instant is held, in UTC, or what else becomes of it. */
function heldUntil(...given: Parameters<typeof judge>): string {
  const decision = judge(...given);
  return decision.outcome === 'defer' ? new Date(decision.until).toISOString() : decision.outcome;
}

const quietDetails = (...given: Parameters<typeof judge>) =>
  judge(...given)
    .checks.filter(({ check }) => check === 'quiet_hours')
    .map(({ detail }) => detail);

describe('quiet dates', () => {
  const christmas = { dates: [{ from: '2025-12-24', to: '2025-12-26' }] };

  it.each([
    ['the eve of the first', '2025-12-23T23:59:59.999+01:00', 'pass'],
    ['the midnight that begins the first', '2025-12-24T00:00:00+01:00', '2025-12-26T23:00:00.000Z'],
    ['the last millisecond of the last', '2025-12-26T23:59:59.999+01:00', '2025-12-26T23:00:00.000Z'],
    ['the midnight after the last', '2025-12-27T00:00:00+01:00', 'pass'],
  ])('%s', (_sentence, at, expected) => {
    expect(heldUntil(christmas, {}, at)).toBe(expected);
  });

  it('are those of the contact’s own calendar', () => {
    expect(heldUntil(christmas, { zone: 'Asia/Tokyo' }, '2025-12-23T15:00:00Z')).toBe('2025-12-26T15:00:00.000Z');
    expect(heldUntil(christmas, { zone: 'Asia/Tokyo' }, '2025-12-26T15:00:00Z')).toBe('pass');
  });

  it('run together with nights, other dates and holidays without a break', () => {
    const rule = {
      windows: [daily('21:00', '08:00')],
      dates: [...christmas.dates, { from: '2025-12-27', to: '2025-12-28' }],
    };

    expect(heldUntil(rule, {}, '2025-12-23T22:00:00+01:00')).toBe('2025-12-29T07:00:00.000Z');
    expect(
      heldUntil(
        { dates: [{ from: '2025-12-24', to: '2025-12-24' }], holidays: true },
        { country: 'DE' },
        '2025-12-24T12:00:00+01:00',
      ),
    ).toBe('2025-12-25T23:00:00.000Z');
  });

  it('begin and end with days that have no midnight', () => {
    // In Santiago the clocks leapt from midnight to one on 7 September 2025.
    const rule = { dates: [{ from: '2025-09-06', to: '2025-09-06' }] };
    const next = { dates: [{ from: '2025-09-07', to: '2025-09-07' }] };
    const santiago = { zone: 'America/Santiago' };

    expect(heldUntil(rule, santiago, '2025-09-06T12:00:00-04:00')).toBe('2025-09-07T04:00:00.000Z');
    expect(heldUntil(next, santiago, '2025-09-06T23:59:59.999-04:00')).toBe('pass');
    expect(heldUntil(next, santiago, '2025-09-07T01:00:00-03:00')).toBe('2025-09-08T03:00:00.000Z');
  });

  it('are named in the report', () => {
    expect(quietDetails(christmas, {}, '2025-12-25T12:00:00+01:00')).toEqual([
      {
        rule: 'night',
        window: null,
        dates: '2025-12-24 to 2025-12-26',
        zone: 'Europe/Berlin',
        zoneFrom: 'profile',
        contactZone: 'Europe/Berlin',
      },
    ]);
    expect(explainDecision(judge(christmas, {}, '2025-12-25T12:00:00+01:00'), testReference.zones)).toBe(
      'Held until Sat 27 Dec 00:00 Europe/Berlin: quiet hours of policy marketing v7 (2025-12-24 to 2025-12-26).',
    );
  });
});

describe('public holidays', () => {
  const rule = { holidays: true };

  it.each([
    ['of the contact’s country', { country: 'FR' }, '2025-07-14T12:00:00+02:00', '2025-07-14T22:00:00.000Z'],
    ['not of another one', { country: 'DE' }, '2025-07-14T12:00:00+02:00', 'pass'],
    ['of the region', { region: 'US-TX', zone: null }, '2025-03-02T12:00:00-06:00', '2025-03-03T07:00:00.000Z'],
    ['not of another region', { region: 'US-NY', zone: null }, '2025-03-02T12:00:00-05:00', 'pass'],
    [
      'of any region where it is not known',
      { country: 'US', zone: null },
      '2025-03-02T12:00:00-06:00',
      '2025-03-03T10:00:00.000Z',
    ],
    [
      'of the country of the number',
      { phonePrefix: '+49171' },
      '2025-10-03T12:00:00+02:00',
      '2025-10-03T22:00:00.000Z',
    ],
    ['of the country of the clock', { zone: 'Europe/Paris' }, '2025-07-14T12:00:00+02:00', '2025-07-14T22:00:00.000Z'],
    [
      'of the brand’s country where nothing is known',
      { zone: null },
      '2025-10-03T12:00:00+02:00',
      '2025-10-03T22:00:00.000Z',
    ],
    [
      'of both where region and country disagree',
      { country: 'DE', region: 'US-TX' },
      '2025-10-03T12:00:00+02:00',
      '2025-10-03T22:00:00.000Z',
    ],
    [
      'of the region where that is of another country',
      { country: 'FR', region: 'US-TX' },
      '2025-03-02T12:00:00+01:00',
      '2025-03-02T23:00:00.000Z',
    ],
    [
      'of either, and not only of the first',
      { country: 'US', region: 'FR-75' },
      '2025-07-14T12:00:00+02:00',
      '2025-07-14T22:00:00.000Z',
    ],
  ])('%s', (_sentence, contact, at, expected) => {
    expect(heldUntil(rule, contact, at)).toBe(expected);
  });

  it('are named in the report, with the version they are from', () => {
    const decision = judge(rule, { country: 'FR' }, '2025-07-14T12:00:00+02:00');

    expect(decision.primary?.detail).toMatchObject({ rule: 'night', window: null, holiday: 'Bastille Day' });
    expect(decision.local).toMatchObject({ holidays: 'some holidays', places: 'some places' });
    expect(explainDecision(decision, testReference.zones)).toContain('(Bastille Day)');
  });

  it.each([
    ['a country without a table', { country: 'ZZ' }, 'ZZ'],
    ['a clock that is nobody’s country', { zone: 'Etc/UTC' }, '?'],
  ])('cannot be told for %s, and the report says so', (_sentence, contact, unknown) => {
    expect(quietDetails(rule, contact, '2025-12-25T12:00:00Z')).toEqual([
      expect.objectContaining({ rule: 'night', holidaysUnknown: unknown }),
    ]);
  });

  it('a fault of their source is no workday', () => {
    const broken = { version: '', holiday: () => { throw new TypeError('broken'); } }; // prettier-ignore
    const policy = somePolicy({ quietHours: [someQuietHours(rule)] });

    expect(() => decide(someFacts(), policy, ms('2025-06-02T12:00:00Z'), { ...reference, holidays: broken })).toThrow(
      'broken',
    );
  });
});

describe('what a check of quiet hours says', () => {
  const windows = [daily('21:00', '08:00')];
  const [day, night] = ['2025-06-02T19:00:00Z', '2025-06-02T03:00:00Z'];
  const plain = { rule: 'night', window: null, zoneFrom: 'profile', zone: 'Europe/Paris', contactZone: 'Europe/Paris' };

  it.each<[string, Partial<QuietHoursRule>, Partial<Facts['contact']>, string, object]>([
    ['of a clock by day', { windows }, { zone: 'Europe/Paris' }, '2025-06-02T12:00:00Z', plain],
    ['of a clock by night', { windows }, { zone: 'Europe/Paris' }, night, { ...plain, window: '21:00-08:00' }],
    ['of dates', { dates: [{ from: '2025-06-02', to: '2025-06-02' }] }, { zone: 'Europe/Paris' }, '2025-06-02T12:00:00Z', { ...plain, dates: '2025-06-02' }], // prettier-ignore
    [
      'of several clocks by day',
      { windows },
      { zone: null, region: 'US-TX' },
      day,
      { rule: 'night', window: null, zone: 'America/Chicago', zones: 'America/Chicago America/Denver', zoneFrom: 'region', contactZone: null }, // prettier-ignore
    ],
    [
      'of several clocks by night, by the one that ends last',
      { windows },
      { zone: null, region: 'US-TX' },
      night,
      { rule: 'night', window: '21:00-08:00', zone: 'America/Denver', zones: 'America/Chicago America/Denver', zoneFrom: 'region', contactZone: null }, // prettier-ignore
    ],
    [
      'of names that nobody knows',
      { windows },
      { chosenZone: 'Mars/Olympus', deviceZone: 'Foo/Bar', zone: 'Europe/Paris' },
      '2025-06-02T12:00:00Z',
      { ...plain, zonesSkipped: 'choice Mars/Olympus, device Foo/Bar' },
    ],
    [
      'of countries without a table',
      { holidays: true },
      { zone: 'Europe/Paris', country: 'ZZ', region: 'YY-1' },
      '2025-06-02T12:00:00Z',
      { ...plain, holidaysUnknown: 'ZZ YY' },
    ],
  ])('%s', (_name, rule, contact, at, detail) => {
    expect(quietDetails(rule, contact, at)).toEqual([detail]);
  });

  it('is about the contact at hand, also where others share the clock', () => {
    const rule = { windows };
    const seen = [null, '', null].map(
      (zone) => quietDetails(rule, { zone }, '2025-06-02T12:00:00Z')[0]?.['contactZone'],
    );
    expect(seen).toEqual([null, '', null]);
  });

  it('of hours the contact chose is their own, each time', () => {
    const own = (start: string) => quietDetails(null, { quietHours: [daily(start, '23:00')] }, '2025-06-02T12:00:00+02:00')[0]; // prettier-ignore
    expect(own('22:00')).toMatchObject({ rule: 'contact', window: null });
    expect(own('11:00')).toMatchObject({ rule: 'contact', window: '11:00-23:00' });
  });
});

describe('rules for some contacts', () => {
  const night = { windows: [daily('21:00', '08:00')] };
  const at = '2025-06-02T23:00:00+02:00';

  it('bind whom they name, and whoever may be one of those', () => {
    const rule = { ...night, when: { countries: ['FR'] } };

    expect(['FR', 'DE', null].map((country) => judge(rule, { country }, at).outcome)).toEqual([
      'defer',
      'pass',
      'defer',
    ]);
  });

  it('leave out whom they except, and nobody who is only perhaps one of those', () => {
    const rule = { ...night, unless: { segments: ['night-owls'] } };

    expect(judge(rule, { segments: ['night-owls'] }, at).outcome).toBe('pass');
    expect(judge(rule, { segments: [] }, at).outcome).toBe('defer');
    expect(judge(rule, {}, at).outcome).toBe('defer');
  });
});

describe('the contact’s own quiet hours', () => {
  const own = { quietHours: [daily('12:00', '14:00')] };
  const at = '2025-06-02T12:30:00+02:00';

  it('hold commercial messages and no others', () => {
    expect(heldUntil(null, own, at)).toBe('2025-06-02T12:00:00.000Z');
    expect(heldUntil(null, own, at, { class: 'transactional' })).toBe('pass');
    expect(quietDetails(null, own, at)).toEqual([expect.objectContaining({ rule: 'contact', window: '12:00-14:00' })]);
    expect(explainDecision(judge(null, own, at), testReference.zones)).toContain(
      'quiet hours of the contact (12:00-14:00)',
    );
  });

  it('come on top of the policy’s', () => {
    expect(heldUntil({ windows: [daily('13:00', '15:00')] }, own, at)).toBe('2025-06-02T13:00:00.000Z');
  });

  it('that leave no minute end the message: the contact wants none', () => {
    const never = { quietHours: [daily('00:00', '12:00'), daily('12:00', '24:00')] };

    expect(judge(null, never, at)).toMatchObject({ outcome: 'drop', reason: 'quiet_hours', notBefore: null });
  });

  it('that make no sense stop the decision and are not ignored', () => {
    expect(() => judge(null, { quietHours: [daily('25:00', '08:00')] }, at)).toThrow(
      'quiet hours contact have the window',
    );
    expect(judge(null, { quietHours: [] }, at).outcome).toBe('pass');
  });
});

it('a rule that says drop ends the message on dates and holidays as in a window', () => {
  const rule = { dates: [{ from: '2025-12-24', to: '2025-12-24' }], action: 'drop' as const };

  expect(judge(rule, {}, '2025-12-24T12:00:00+01:00')).toMatchObject({ outcome: 'drop', reason: 'quiet_hours' });
});

describe('dates that make no sense', () => {
  it.each([
    ['2025-02-30', '2025-03-01'],
    ['2025-12-26', '2025-12-24'],
    ['24.12.2025', '26.12.2025'],
    ['', ''],
  ])('%s to %s stops the decision', (from, to) => {
    expect(() => judge({ dates: [{ from, to }] }, {}, '2025-06-02T12:00:00Z')).toThrow(
      'unusable_policy: quiet hours night',
    );
  });
});

it('contacts on the same clocks are reported each with the zone that stands in their own profile', () => {
  const policy = somePolicy({ quietHours: [someQuietHours()] });
  const zones = [null, '', null].map((zone) => {
    const { checks } = decide(someFacts({ contact: { zone } }), policy, ms('2025-06-02T12:00:00Z'), reference);
    return checks.find(({ check }) => check === 'quiet_hours')?.detail['contactZone'];
  });
  expect(zones).toEqual([null, '', null]);
});
