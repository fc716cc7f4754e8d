import { describe, expect, it } from '@jest/globals';
import { decide, type Facts, type Policy, type ReferenceData } from '#lib/decision';
import { placesEdition } from '#lib/platform';
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
const recordAt = (now: number): DecisionRecord => {
  const decision = decide(facts, policy, now, reference);
  return JSON.parse(JSON.stringify(toRecord(decision, facts))) as DecisionRecord;
};
/** The same tables under the name of a later release. */
const tomorrow: ReferenceData = {
  ...reference,
  zones: { version: '2027a', zone: (name) => reference.zones.zone(name) },
  places: { ...reference.places, version: '2027-01-01' },
};

describe('a decision made again', () => {
  it.each([
    ['that let a message pass', NOON],
    ['that held it', NIGHT],
  ])('%s is the same, also under tables of another release that say the same', (_what, now) => {
    const first = JSON.stringify(decide(facts, policy, now, reference));
    expect(JSON.stringify(decideAgain(recordAt(now), policies))).toBe(first);
    expect(JSON.stringify(decideAgain(recordAt(now), policies, tomorrow))).toBe(first);
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

  it('counts as recorded where today it would be another, or its policy is not there', () => {
    const utc: ReferenceData = {
      ...tomorrow,
      zones: { version: '2027a', zone: () => reference.zones.zone('Asia/Tokyo') },
    };
    const nowhere: ReferenceData = { ...tomorrow, zones: { version: '2027a', zone: () => null } };
    for (const again of [
      decideAgain(recordAt(NIGHT), policies, utc),
      decideAgain(recordAt(NIGHT), policies, nowhere),
      decideAgain(recordAt(NIGHT), new Map()),
    ]) {
      expect(again).toMatchObject({
        outcome: 'defer',
        reason: 'quiet_hours',
        local: { tzdb: reference.zones.version },
      });
    }
  });
});
