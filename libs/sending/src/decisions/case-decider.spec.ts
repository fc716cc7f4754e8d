import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import type { Facts, Policy } from '#lib/decision';
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
const answer = (value: unknown, explain = false) => new CaseDecider({ explain }).answer(JSON.stringify(value), 3);

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
      expect(decider.answer(line, version)).toMatchObject({
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
  ])('%s is refused by name and place', (_what, value, code, pointer, id) => {
    expect(answer(value)).toMatchObject({ id, line: 3, error: { code, pointer, detail: expect.any(String) } });
  });

  it('is refused as a whole when it is no JSON', () => {
    expect(new CaseDecider({ explain: false }).answer('{"id":', 9)).toEqual({
      id: null,
      line: 9,
      error: { code: 'malformed_json', detail: 'is not JSON', pointer: '' },
    });
  });

  it('may say everything that facts and policies can', () => {
    // Each line stops compiling when a member is added to the types and not to the schemas.
    const allFacts = (read: Whole<z.output<typeof FactsBody>>): Whole<Facts> => read;
    const allRules = (read: Whole<z.output<typeof PolicyCase>>): Whole<Policy> => read;
    expect([typeof allFacts, typeof allRules]).toEqual(['function', 'function']);
  });
});
