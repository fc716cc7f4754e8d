import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { isNeverFree } from './never-free.js';
import { situationOf } from './situation.js';
import type { Facts } from './facts.js';
import { pack, night, under } from './testing/some-packs.js';
import { consent, ms, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { somePlaces } from './testing/some-places.js';
import { testReference } from './testing/test-reference.js';

const NOON = ms('2026-06-01T12:00:00+02:00');
const IN_TWELVE_YEARS = ms('2038-06-01T12:00:00Z');
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7] as const;
const daytime = (start: string, end: string, change: Parameters<typeof someQuietHours>[0] = {}) =>
  somePolicy({ quietHours: [someQuietHours({ id: 'day', windows: [{ days: EVERY_DAY, start, end }], ...change })] });
const shy = (start: string, end: string, change: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({
    ...change,
    message: { expiresAt: IN_TWELVE_YEARS, ...change.message },
    contact: { quietHours: [{ days: EVERY_DAY, start, end }], ...change.contact },
  });
const judge = (facts: Facts, policy = daytime('08:00', '20:00'), reference = testReference) =>
  decide(facts, policy, NOON, reference);

describe('quiet hours that leave nothing together', () => {
  it('are found to, however long the message would live', () => {
    expect(judge(shy('20:00', '08:00'))).toMatchObject({
      ...{ outcome: 'drop', reason: 'expired', notBefore: null, strikesAt: IN_TWELVE_YEARS },
    });
    const forEver = shy('20:00', '08:00', { message: { expiresAt: ms('9989-01-01T00:00:00Z') } });
    expect(judge(forEver)).toMatchObject({ outcome: 'drop', reason: 'expired', notBefore: null });
  });

  it('leave the end of a consent the reason where that comes first', () => {
    const purpose = consent('confirmed', { validUntil: ms('2035-01-01T00:00:00Z') });
    expect(judge(shy('20:00', '08:00', { consent: { purpose } }))).toMatchObject({
      ...{ outcome: 'drop', reason: 'consent_expired', strikesAt: ms('2035-01-01T00:00:00Z') },
    });
  });

  it('are named as the reason by a rule that drops', () => {
    expect(judge(shy('20:00', '08:00'), daytime('08:00', '20:00', { action: 'drop' }))).toMatchObject({
      ...{ outcome: 'drop', reason: 'quiet_hours', notBefore: null },
    });
  });

  it('on several clocks none of which leaves a minute', () => {
    const reference = { ...testReference, places: somePlaces };
    const texas = shy('20:00', '08:00', { contact: { zone: null, region: 'US-TX' } });
    const inTexas = { ...texas, contact: { ...texas.contact, quietHours: [{ days: EVERY_DAY, start: '20:00', end: '08:00' }] } }; // prettier-ignore
    expect(judge(inTexas, daytime('08:00', '20:00'), reference)).toMatchObject({ outcome: 'drop', notBefore: null });
  });

  it('are no such when one minute is free, on a day in years', () => {
    expect(judge(shy('20:00', '07:59')).notBefore).toBe(ms('2026-06-02T07:59:00+02:00'));
    const pausedUntil = ms('2037-12-31T12:00:00Z');
    const late = judge(shy('20:00', '07:59', { contact: { pausedUntil, quietHours: [{ days: EVERY_DAY, start: '20:00', end: '07:59' }] } })); // prettier-ignore
    expect(late.notBefore).toBe(ms('2038-01-01T07:59:00+01:00'));
  });

  it('nor when the law that closes the gap ends', () => {
    const ends = { ...night, windows: [{ days: EVERY_DAY, start: '08:00', end: '20:00' }], to: '2030-12-31' };
    const facts = shy('20:00', '08:00', { contact: { country: 'DE', quietHours: [{ days: EVERY_DAY, start: '20:00', end: '08:00' }] } }); // prettier-ignore
    const reference = { ...testReference, places: somePlaces, packs: [pack('de', [ends])] };
    expect(judge(facts, under(), reference).notBefore).toBe(ms('2031-01-01T08:00:00+01:00'));
    const stays = { ...reference, packs: [pack('de', [{ ...ends, to: null }])] };
    expect(judge(facts, under(), stays)).toMatchObject({ outcome: 'drop', reason: 'expired', notBefore: null });
  });
});

describe('hours of a law that close the gap', () => {
  const end = ms('2031-01-01T00:00:00+01:00');
  const day = { ...night, windows: [{ days: EVERY_DAY, start: '08:00', end: '20:00' }] };
  it.each<[string, { from?: string; to: string | null }, number, boolean]>([
    ['for ever', { to: null }, end + 1, true],
    ['longer than the message lives', { to: '2030-12-31' }, end - 1, true],
    ['as long as it lives', { to: '2030-12-31' }, end, true],
    ['not quite as long', { to: '2030-12-31' }, end + 1, false],
    ['only from some day on', { from: '2026-06-03', to: null }, end, false],
  ])('%s', (_what, term, expiresAt, expected) => {
    const reference = { ...testReference, places: somePlaces, packs: [pack('de', [{ ...day, ...term }])] };
    const quietHours = [{ days: EVERY_DAY, start: '20:00', end: '08:00' }];
    const facts = someFacts({ message: { expiresAt }, contact: { country: 'DE', quietHours } });
    expect(isNeverFree(situationOf(facts, under(), reference), NOON)).toBe(expected);
  });
});

describe('clocks that are sometimes nearer to each other', () => {
  // Four hours apart instead of five for three weeks in March and one in October: then 12:00 to 13:00 in London is free.
  const places = { ...somePlaces, zonesOfCountry: () => ['Europe/London', 'America/New_York'] };
  const free = (start: string, end: string) => someQuietHours({ id: 'day', windows: [{ days: EVERY_DAY, start: end, end: start }] }); // prettier-ignore
  const lunch = someQuietHours({ id: 'lunch', windows: [{ days: EVERY_DAY, start: '13:00', end: '14:00' }] });
  const between = (from: string, to: string, quietHours = [free('08:00', '14:00'), lunch]) => {
    const facts = someFacts({ contact: { zone: null, country: 'GB' }, message: { expiresAt: ms(to) } });
    const reference = { ...testReference, places };
    return isNeverFree(situationOf(facts, somePolicy({ quietHours }), reference), ms(from));
  };

  it.each([
    ['2026-05-01T00:00:00Z', '2026-10-20T00:00:00Z', true],
    ['2026-05-01T00:00:00Z', '2026-10-25T00:59:00Z', true],
    ['2026-05-01T00:00:00Z', '2026-10-27T00:00:00Z', false],
    ['2026-11-02T00:00:00Z', '2027-03-13T00:00:00Z', true],
    ['2026-11-02T00:00:00Z', '2027-03-16T00:00:00Z', false],
    ['2026-11-02T00:00:00Z', '9989-01-01T00:00:00Z', false],
    // They change at the very end of a day that begins where the look begins, and after the tables repeat themselves.
    ['2026-05-01T01:00:00Z', '2026-10-27T00:00:00Z', false],
    ['2150-05-01T00:00:00Z', '2150-10-20T00:00:00Z', true],
    ['2150-05-01T00:00:00Z', '9989-01-01T00:00:00Z', false],
  ])('from %s to %s leave nothing: %s', (from, to, expected) => {
    expect(between(from, to)).toBe(expected);
  });

  it('leave what one of the rules leaves to the minute', () => {
    const shorter = { ...lunch, windows: [{ days: EVERY_DAY, start: '13:00', end: '13:59' }] };
    expect(between('2026-05-01T00:00:00Z', '2026-10-20T00:00:00Z', [free('08:00', '14:00'), shorter])).toBe(false);
    const sunday = { ...lunch, windows: [{ days: [1, 2, 3, 4, 5, 6] as const, start: '13:00', end: '14:00' }] };
    expect(between('2026-05-01T00:00:00Z', '2026-10-20T00:00:00Z', [free('08:00', '14:00'), sunday])).toBe(false);
  });
});
