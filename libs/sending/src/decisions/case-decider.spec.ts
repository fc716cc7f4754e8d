import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { type Facts, type Policy, RULES } from '#lib/decision';
import { NO_LAW } from '../../../../test/support/no-law.js';
import { CaseDecider } from './case-decider.js';
import type { PolicyCase } from './decision-case.js';
import type { FactsBody } from './facts-body.js';

/** Nothing optional, nothing missing: how the compiler is asked whether the schemas know every member there is. */
type Whole<T> = T extends readonly (infer U)[]
  ? readonly Whole<U>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;

const EVENING = '2026-11-21T22:00:00+01:00';
const facts = {
  message: { class: 'commercial', channel: 'email', sendAt: null, expiresAt: '2026-11-30T00:00:00Z' },
  contact: { zone: 'Europe/Berlin', erased: false, pausedUntil: null },
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
const night = {
  id: 'night',
  channels: ['email'],
  classes: ['commercial'],
  windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
  action: 'defer',
};
const policy = { key: 'marketing', version: 7, quietHours: [night], jurisdiction: NO_LAW };
const whole = { id: 'a', now: EVENING, policy, facts };
const answer = (value: unknown, explain = false) => answerOf(new CaseDecider({ explain }), JSON.stringify(value), 3);
function answerOf(decider: CaseDecider, text: string, line: number): unknown {
  return JSON.parse(decider.answer(text, line).text);
}

describe('a case written out whole', () => {
  it('is decided, and the verdict says every instant in ISO 8601', () => {
    expect(answer(whole)).toMatchObject({
      id: 'a',
      outcome: 'defer',
      reason: 'quiet_hours',
      at: '2026-11-21T21:00:00.000Z',
      notBefore: '2026-11-22T07:00:00.000Z',
      until: '2026-11-22T07:00:00.000Z',
      policy: { key: 'marketing', version: 7 },
      local: { zone: 'Europe/Berlin', tzdb: '2026f' },
      checks: expect.arrayContaining([
        { check: 'expiry', passes: true, detail: { expiresAt: '2026-11-30T00:00:00.000Z' } },
        expect.objectContaining({ check: 'quiet_hours', until: '2026-11-22T07:00:00.000Z' }),
      ]),
    });
  });

  it('is explained only where that is asked for', () => {
    expect(answer(whole)).not.toHaveProperty('sentence');
    expect(answer(whole, true)).toMatchObject({ sentence: expect.stringMatching(/^Held until Sun 22 Nov 08:00/) });
  });

  it('has the same answer in every spelling of the same instant', () => {
    expect(answer({ ...whole, now: '2026-11-21T21:00:00Z' })).toEqual(answer(whole));
  });

  it('is judged by its own policy, however many came before', () => {
    const decider = new CaseDecider({ explain: false });
    for (let version = 1; version <= 600; version++) {
      const line = JSON.stringify({ ...whole, policy: { ...policy, version, quietHours: version % 2 ? [night] : [] } });
      expect(answerOf(decider, line, version)).toMatchObject({
        outcome: version % 2 ? 'defer' : 'pass',
        policy: { version },
      });
    }
  });

  it.each<[string, unknown, string, string, string | null]>([
    ['an instant without a zone', { ...whole, now: '2026-11-21T22:00:00' }, 'invalid_request', '/now', 'a'],
    [
      'a fact that nobody knows',
      { ...whole, facts: { ...facts, contact: { ...facts.contact, 'time/zone': 'UTC' } } },
      'invalid_request',
      '/facts/contact/time~1zone',
      'a',
    ],
    ['a case without an id', { ...whole, id: undefined }, 'invalid_request', '/id', null],
    ['a case that is none', 7, 'invalid_request', '', null],
    [
      'a policy of the wrong shape',
      { ...whole, policy: { ...policy, caps: 3 } },
      'invalid_request',
      '/policy/caps',
      'a',
    ],
    [
      'a policy that makes no sense',
      { ...whole, policy: { ...policy, quietHours: [{ ...night, windows: [] }] } },
      'unusable_policy',
      '/policy/quietHours/0/windows',
      'a',
    ],
    [
      'a brand without a clock',
      { ...whole, facts: { ...facts, brand: { zone: 'Moon/Tycho' }, contact: { ...facts.contact, zone: null } } },
      'unknown_brand_zone',
      '/facts/brand/zone',
      'a',
    ],
    [
      'a brand on an offset',
      { ...whole, facts: { ...facts, brand: { zone: 'Etc/GMT+5' } } },
      'unknown_brand_zone',
      '/facts/brand/zone',
      'a',
    ],
  ])('%s is refused by name and place', (_what, value, code, pointer, id) => {
    expect(answer(value)).toMatchObject({ id, line: 3, error: { code, pointer, detail: expect.any(String) } });
  });

  it.each([
    ['zone', 'Mars/Olympus', /"Mars\/Olympus" is not in the IANA database .*; write the name of a place/],
    ['chosenZone', 'Etc/GMT+5', /"Etc\/GMT\+5" is an offset, which knows no summer time; write the name of a place/],
    ['deviceZone', 'europe/berlin', /"europe\/berlin" is not written as in the IANA database; write Europe\/Berlin/],
    ['zone', 'EST', /is an offset/],
  ] as const)('a clock that no door takes is refused: %s %s', (field, name, detail) => {
    const contact = { ...facts.contact, [field]: name };
    expect(answer({ ...whole, facts: { ...facts, contact } })).toMatchObject({
      error: { code: 'invalid_request', pointer: `/facts/contact/${field}`, detail: expect.stringMatching(detail) },
    });
  });

  it.each(['Europe/Kiev', 'UTC', 'Etc/UTC', 'US/Eastern'])('a clock by an old name, or UTC, is taken: %s', (zone) => {
    expect(answer({ ...whole, facts: { ...facts, contact: { ...facts.contact, zone } } })).toMatchObject({ local: { zone } }); // prettier-ignore
  });

  it.each([
    ['US-CA', '96910', ['Pacific/Guam', 'America/Los_Angeles']],
    ['US-CA', '10001', ['America/New_York', 'America/Los_Angeles']],
    ['FR-IDF', '97400', ['Indian/Reunion', 'Europe/Paris']],
    ['US-CA', '94105', undefined],
    ['FR-974', '97400', undefined],
    ['US-TX', '79901', undefined],
    ['US-MI', '48201', undefined],
    ['US-ID', '83702', undefined],
  ])('somebody in %s with the postal code %s is judged on the clocks of both: %j', (region, postalCode, zones) => {
    const contact = { ...facts.contact, zone: null, region, postalCode };
    expect(answer({ ...whole, facts: { ...facts, contact } })).toMatchObject({ local: { zoneFrom: 'postal_code', ...(zones && { zones }) } }); // prettier-ignore
    const { zones: found } = (answer({ ...whole, facts: { ...facts, contact } }) as { local: { zones?: unknown } }).local; // prettier-ignore
    expect(found).toEqual(zones);
  });

  it('is refused where it names a member twice, and says which', () => {
    const text = JSON.stringify({ ...whole, facts }).replace('"zone":', '"zone":"Europe/Paris","zone":');
    const said = JSON.parse(new CaseDecider({ explain: false }).answer(text, 3).text) as unknown;
    expect(said).toMatchObject({ id: whole.id, line: 3, error: { code: 'invalid_request', pointer: '/facts/contact/zone' } }); // prettier-ignore
  });

  it('is decided by the rules that are asked for, and by those of today where none are', () => {
    const contact = { ...facts.contact, zone: null, region: 'FR-IDF', postalCode: '97400' };
    const asked = (rules?: number) => answer({ ...whole, ...(rules !== undefined && { rules }), facts: { ...facts, contact } }); // prettier-ignore
    expect(asked(2)).toMatchObject({ rules: 2, local: { zone: 'Indian/Reunion' } });
    expect((asked(2) as { local: object }).local).not.toHaveProperty('zones');
    expect(asked(1)).not.toHaveProperty('rules');
    expect(asked()).toEqual(asked(RULES));
    for (const rules of [0, RULES + 1, 1.5, '2'])
      expect(answer({ ...whole, rules })).toMatchObject({ error: { code: 'invalid_request', pointer: '/rules' } });
  });

  it.each<[string, object, string]>([
    ['hours that are as long as nothing', { contact: { ...facts.contact, quietHours: [{ days: [1], start: '21:00', end: '21:00' }] } }, '/facts/contact/quietHours/0'], // prettier-ignore
    ['hours of no day', { contact: { ...facts.contact, quietHours: [{ days: [], start: '21:00', end: '22:00' }] } }, '/facts/contact/quietHours/0/days'], // prettier-ignore
    ['an hour that does not exist', { contact: { ...facts.contact, quietHours: [{ days: [1], start: '25:00', end: '22:00' }] } }, '/facts/contact/quietHours/0/start'], // prettier-ignore
    ['an end after the end', { contact: { ...facts.contact, quietHours: [{ days: [1], start: '21:00', end: '24:01' }] } }, '/facts/contact/quietHours/0/end'], // prettier-ignore
    ['a choice in months', { contact: { ...facts.contact, frequency: [{ limit: 1, window: 'P1M', channel: null, topic: null }] } }, '/facts/contact/frequency/0'], // prettier-ignore
    ['an override for a blank reason', { message: { ...facts.message, override: { caps: true, actor: 'ops', reason: '  ' } } }, '/facts/message/override/reason'], // prettier-ignore
    ['an override for a reason without width', { message: { ...facts.message, override: { caps: true, actor: 'ops', reason: '\u200b' } } }, '/facts/message/override/reason'], // prettier-ignore
    ['a consent that is still to come', { consent: { ...facts.consent, topic: { status: 'granted', since: '2036-01-01T00:00:00Z', validUntil: null, eventId: 'e' } } }, '/facts/consent/topic/since'], // prettier-ignore
    ['a country that is none', { contact: { ...facts.contact, country: 'UK' } }, '/facts/contact/country'],
    ['a region of no country', { contact: { ...facts.contact, region: 'US-ZZ' } }, '/facts/contact/region'],
    ['a brand in no country', { brand: { ...facts.brand, country: 'XX' } }, '/facts/brand/country'],
    ['a choice over years', { contact: { ...facts.contact, frequency: [{ limit: 1, window: 'P367D', channel: null, topic: null }] } }, '/facts/contact/frequency/0'], // prettier-ignore
    ['an override by nobody', { message: { ...facts.message, override: { caps: true, actor: ' ', reason: 'recall' } } }, '/facts/message/override/actor'], // prettier-ignore
  ])('facts of the right shape that make no sense are refused by place: %s', (_what, change, pointer) => {
    expect(answer({ ...whole, facts: { ...facts, ...change } })).toMatchObject({
      id: 'a',
      error: { code: 'invalid_request', pointer },
    });
  });

  it('of a policy that names places is refused where they do not exist', () => {
    const nowhere = { ...policy, quietHours: [{ ...night, when: { regions: ['US-ZZ'] } }] };
    expect(answer({ ...whole, policy: nowhere })).toMatchObject({
      error: { code: 'unusable_policy', pointer: '/policy/quietHours/0/when/regions/0' },
    });
  });

  it('names the rates of which it states no bucket', () => {
    const rate = (id: string, scope: string, channels?: string[]) => ({ id, scope, permits: 1, interval: 'PT1S', burst: 1, ...(channels && { channels }) }); // prettier-ignore
    const rates = [rate('pace', 'channel'), rate('texts', 'channel', ['sms']), rate('camp', 'campaign'), rate('way', 'provider'), rate('from', 'sending_domain'), rate('to', 'mailbox_domain')]; // prettier-ignore
    const paced = { ...whole, policy: { ...policy, rates } };
    expect(answer(paced)).toMatchObject({ uncountedRates: ['pace', 'way', 'from', 'to'] });
    const bucket = { rule: 'pace', scope: 'channel', key: 'email', emissionIntervalUs: 1, burst: 1, tat: 0 };
    const route = { provider: null, sending_domain: null };
    const stated = { ...facts, rates: [bucket], message: { ...facts.message, route } };
    expect(answer({ ...paced, facts: stated })).toMatchObject({ uncountedRates: ['to'] });
    expect(answer(whole)).not.toHaveProperty('uncountedRates');
  });

  it('says with its explanation what the law asks of the sender besides', () => {
    const german = { ...whole, policy: { ...policy, jurisdiction: { packs: { always: ['de'] } } } };
    expect(answer(german, true)).toMatchObject({
      obligations: expect.arrayContaining([
        {
          rule: 'de/objection',
          force: 'statute',
          sentence: expect.stringContaining('everything from the sender at once'),
        },
      ]),
    });
    expect(answer(german)).not.toHaveProperty('obligations');
  });

  it('is refused as a whole when it is no JSON', () => {
    expect(answerOf(new CaseDecider({ explain: false }), '{"id":', 9)).toEqual({
      id: null,
      line: 9,
      error: { code: 'malformed_json', detail: 'is not JSON', pointer: '' },
    });
  });

  it('is refused where its policy is nested deeper than anything can be read, and the next one is answered', () => {
    const decider = new CaseDecider({ explain: false });
    const deep = JSON.stringify(whole).replace(
      '"quietHours":[',
      `"quietHours":[${'['.repeat(20_000)}${']'.repeat(20_000)},`,
    );
    expect(answerOf(decider, deep, 1)).toMatchObject({ error: { pointer: '/policy', detail: 'is nested too deeply' } });
    expect(answerOf(decider, JSON.stringify(whole), 2)).toMatchObject({ id: 'a', outcome: 'defer' });
  });

  it('may say everything that facts and policies can', () => {
    // Each line stops compiling when a member is added to the types and not to the schemas.
    const allFacts = (read: Whole<z.output<typeof FactsBody>>): Whole<Facts> => read;
    const allRules = (read: Whole<z.output<typeof PolicyCase>>): Whole<Policy> => read;
    expect([typeof allFacts, typeof allRules]).toEqual(['function', 'function']);
  });
});
