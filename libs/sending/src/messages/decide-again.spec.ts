import { describe, expect, it } from '@jest/globals';
import { decide, type Facts, type Policy, type ReferenceData } from '#lib/decision';
import { holidaysEdition, placesEdition } from '#lib/platform';
import { reference } from '../reference.js';
import { decideAgain } from './decide-again.js';
import { type DecisionRecord, toRecord } from './domain/decision-record.js';

const NOON = Date.parse('2026-11-25T11:00:00Z');
const NIGHT = Date.parse('2026-11-25T23:00:00Z');
const policy: Policy = {
  key: 'default',
  version: 3,
  caps: [],
  quietHours: [
    {
      id: 'night',
      channels: ['email'],
      classes: ['commercial'],
      windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
      action: 'defer',
    },
  ],
  rates: [],
};
const facts: Facts = {
  message: { class: 'commercial', channel: 'email', sendAt: null, expiresAt: NOON + 3 * 86_400_000 },
  contact: { zone: null, erased: false, pausedUntil: null, country: 'DE' },
  contactPoint: { valid: true },
  brand: { zone: 'Europe/Berlin' },
  purpose: { key: 'commercial', enforcement: 'permissive' },
  topic: null,
  campaign: null,
  consent: { purpose: null, topic: null },
  suppressions: [],
  capUses: [],
  rates: [],
};
const policies = new Map([['default@3', policy]]);
const recordAt = (now: number, world = reference): DecisionRecord => {
  const decision = decide(facts, policy, now, world);
  return JSON.parse(JSON.stringify(toRecord(decision, facts))) as DecisionRecord;
};
/** The same tables under the name of a later release, which this one does not have. */
const later: ReferenceData = {
  ...reference,
  zones: { version: '2031z', zone: (name) => reference.zones.zone(name) },
  places: { ...reference.places, version: '2031-01-01' },
};

describe('a decision made again', () => {
  it.each([
    ['that let a message pass', NOON],
    ['that held it', NIGHT],
  ])('%s is the same, also where only other tables that say the same are there', (_what, now) => {
    const first = JSON.stringify(decide(facts, policy, now, reference));
    expect(JSON.stringify(decideAgain(recordAt(now), policies))).toBe(first);
    const second = JSON.stringify(decide(facts, policy, now, later));
    expect(JSON.stringify(decideAgain(recordAt(now, later), policies))).toBe(second);
  });

  it('is made by the zones and holidays that it was made by, whatever those of today say', () => {
    const first = JSON.stringify(decide(facts, policy, NIGHT, reference));
    const tokyo: ReferenceData['zones'] = { version: '2031z', zone: () => reference.zones.zone('Asia/Tokyo') };
    expect(JSON.stringify(decideAgain(recordAt(NIGHT), policies, { ...reference, zones: tokyo }))).toBe(first);

    const restDays = {
      ...policy,
      quietHours: policy.quietHours.map((rule) => ({ ...rule, windows: [], holidays: true })),
    };
    const inTashkent: Facts = {
      ...facts,
      message: { ...facts.message, expiresAt: NOON + 30 * 86_400_000 },
      contact: { ...facts.contact, zone: 'Asia/Tashkent', country: 'UZ' },
    };
    const holidays = holidaysEdition('date-holidays-3.36.1');
    if (holidays === null) throw new Error('that edition is gone');
    const noon = Date.parse('2026-12-08T07:00:00Z');
    const then = decide(inTashkent, restDays, noon, { ...reference, holidays });
    const record = JSON.parse(JSON.stringify(toRecord(then, inTashkent))) as DecisionRecord;
    expect(JSON.stringify(decideAgain(record, new Map([['default@3', restDays]])))).toBe(JSON.stringify(then));
    expect(decide(inTashkent, restDays, noon, reference).outcome).not.toBe(then.outcome);
  });

  it('is made by the tables of places that it was made by, where those of today say something else', () => {
    const places = placesEdition('2026f/libphonenumber-9.0.35/gazetteer-2021/iso-3166-2026-03/own-2');
    if (places === null) throw new Error('that edition is gone');
    const inMichigan: Facts = { ...facts, contact: { ...facts.contact, country: 'US', region: 'US-MI', postalCode: '48201' } }; // prettier-ignore
    const then = decide(inMichigan, policy, NIGHT, { ...reference, places, rules: 3 });
    const again = decideAgain(JSON.parse(JSON.stringify(toRecord(then, inMichigan))) as DecisionRecord, policies);
    expect(JSON.stringify(again)).toBe(JSON.stringify(then));
    expect(then.local.zones).not.toEqual(decide(inMichigan, policy, NIGHT, { ...reference, rules: 3 }).local.zones);
  });

  it('is made by the rules that it was made by, also where those of today say something else', () => {
    const inPuertoRico = { ...policy, quietHours: policy.quietHours.map((rule) => ({ ...rule, when: { countries: ['PR'] } })) }; // prettier-ignore
    const there: Facts = { ...facts, contact: { ...facts.contact, zone: 'Europe/Berlin', country: 'US', postalCode: '00901' } }; // prettier-ignore
    const then = decide(there, inPuertoRico, NIGHT, { ...reference, rules: 1 });
    const record = JSON.parse(JSON.stringify(toRecord(then, there))) as DecisionRecord;
    expect(decide(there, inPuertoRico, NIGHT, reference).outcome).not.toBe(then.outcome);
    expect(JSON.stringify(decideAgain(record, new Map([['default@3', inPuertoRico]])))).toBe(JSON.stringify(then));
  });

  it('counts as recorded where its tables are not there and others say something else, or its policy is not there', () => {
    const moved: ReferenceData['zones'] = { version: '2031z', zone: () => reference.zones.zone('Asia/Tokyo') };
    const utc = recordAt(NOON + 3 * 3_600_000, { ...later, zones: moved });
    const nowhere: ReferenceData = { ...reference, zones: { version: '2031y', zone: () => null } };
    for (const again of [
      decideAgain(utc, policies),
      decideAgain(utc, policies, nowhere),
      decideAgain(utc, new Map()),
    ]) {
      expect(again).toMatchObject({ outcome: 'defer', reason: 'quiet_hours', local: { tzdb: '2031z' } });
    }
  });
});
