import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { metAtLeast, runs } from '../../../test/support/runs.js';
import { decide } from './decide.js';
import type { ConsentState } from './facts.js';
import { lacksYes } from './lacks-yes.js';
import { permittedUntil } from './permitted-until.js';
import { consent, ms, someFacts } from './testing/some-facts.js';
import { pack, permission, under } from './testing/some-packs.js';
import { testReference } from './testing/test-reference.js';

const NOON = ms('2025-06-02T12:00:00+02:00');
const DAY = 86_400_000;
const clocked = pack('clocked', [
  {
    ...permission,
    accepts: [
      { kind: 'express', evidence: [], lasts: null },
      { kind: 'implied_inquiry', evidence: [], lasts: 'P6M' },
    ],
  },
]);
const later = pack('later', [{ ...permission, from: '2025-07-01' }]);
const ending = pack('ending', [{ ...permission, to: '2025-12-31' }]);
const before = pack('before', [{ ...permission, to: '2025-05-01' }]);
const reference = { ...testReference, packs: [clocked, later, before, ending] };
const CLOCKED = under({ packs: { always: ['clocked'] } });
const inquiry = (at: string, change: Partial<ConsentState> = {}) =>
  consent('granted', { basis: { kind: 'implied_inquiry', at: ms(at), evidence: [] }, ...change });
const plain = consent('granted');
const asked = (
  purpose: ConsentState | null,
  enforcement: 'restrictive' | 'permissive' = 'restrictive',
  policy = CLOCKED,
  topic: ConsentState | null = null,
) => {
  const about = topic === null ? null : { key: 'newsletter' };
  const facts = { contact: { country: 'XX' }, topic: about, consent: { purpose, topic }, purpose: { enforcement } };
  return permittedUntil(someFacts(facts), policy, NOON, reference);
};

describe('how long what a person said, and the law, let messages leave', () => {
  const endless = { permitted: true, end: null, endedBy: null, takesOptIn: true };
  const by = (end: string, endedBy: string) => ({ permitted: true, end: ms(end), endedBy, takesOptIn: true });
  const INQUIRY = '2025-01-10T09:00:00+01:00';
  const INQUIRY_ENDS = '2025-07-11T00:00:00+02:00';
  it.each([
    ['an express consent', asked(plain), endless],
    ['a day until which it was given', asked(consent('granted', { validUntil: NOON + DAY })), by('2025-06-03T12:00:00+02:00', 'validity')], // prettier-ignore
    ['an inquiry, by the law that counts its months', asked(inquiry(INQUIRY)), by(INQUIRY_ENDS, 'clocked')],
    ['an inquiry under a purpose that is only left', asked(inquiry(INQUIRY), 'permissive'), by(INQUIRY_ENDS, 'clocked')], // prettier-ignore
    ['a day that comes before the law', asked(inquiry(INQUIRY, { validUntil: NOON + 1 }), 'permissive'), by('2025-06-02T12:00:00.001+02:00', 'validity')], // prettier-ignore
    ['an inquiry that is too old', asked(inquiry('2024-11-01T00:00:00Z')), { permitted: false, reason: 'consent_expired' }], // prettier-ignore
    ['nothing said where a law asks', asked(null, 'permissive'), { permitted: false, reason: 'jurisdiction' }],
    ['nothing said where none asks', asked(null, 'permissive', under()), { ...endless, takesOptIn: false }],
    ['a day where nothing rests on it', asked(consent('granted', { validUntil: NOON + DAY }), 'permissive', under()), { ...endless, takesOptIn: false }], // prettier-ignore
    ['a no', asked(consent('withdrawn'), 'permissive', under()), { permitted: false, reason: 'consent_withdrawn' }],
    ['a no where a law asks for a yes besides', asked(consent('withdrawn'), 'permissive'), { permitted: false, reason: 'consent_withdrawn' }], // prettier-ignore
    ['a no, which no time cures, before a law that ends', asked(consent('withdrawn'), 'permissive', under({ packs: { always: ['ending'] } })), { permitted: false, reason: 'consent_withdrawn' }], // prettier-ignore
    ['an express consent under a purpose that is only left, where a law asks', asked(plain, 'permissive'), endless],
    ['an express consent where only the purpose asks', asked(plain, 'restrictive', under()), endless],
    ['a rule that has ended', asked(plain, 'permissive', under({ packs: { always: ['before'] } })), { ...endless, takesOptIn: false }], // prettier-ignore
    ['a day until which a topic was agreed to, before the law', asked(null, 'permissive', CLOCKED, inquiry(INQUIRY, { validUntil: NOON + 1 })), by('2025-06-02T12:00:00.001+02:00', 'validity')], // prettier-ignore
    ['an inquiry about a topic', asked(null, 'permissive', CLOCKED, inquiry(INQUIRY)), by(INQUIRY_ENDS, 'clocked')],
    ['a rule that begins', asked(plain, 'permissive', under({ packs: { always: ['later'] } })), by('2025-07-01T00:00:00+02:00', 'later')], // prettier-ignore
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('ends where decisions begin to fail for it, and at no instant before', () => {
    const state = fc
      .record({
        status: fc.constantFrom('granted', 'confirmed', 'requested', 'withdrawn'),
        kind: fc.constantFrom('express', 'implied_inquiry'),
        ago: fc.integer({ min: 0, max: 250 * DAY }),
        ends: fc.option(fc.integer({ min: -DAY, max: 90 * DAY }), { nil: null }),
      })
      .map(({ status, kind, ago, ends }) =>
        consent(status, {
          basis: { kind, at: NOON - ago, evidence: [] },
          validUntil: ends === null ? null : NOON + ends,
        }),
      );
    const either = fc.option(state, { nil: null });
    const policies = [CLOCKED, under({ packs: { always: ['clocked', 'later'] } }), under()];
    let [ended, refused] = [0, 0];
    fc.assert(
      fc.property(
        fc.tuple(either, either, fc.boolean()),
        fc.constantFrom('restrictive', 'permissive'),
        fc.constantFrom(...policies),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 4 }),
        ([purpose, topic, isTopic], enforcement, policy, points) => {
          const facts = someFacts({
            contact: { country: 'XX' },
            topic: isTopic ? { key: 'newsletter' } : null,
            purpose: { enforcement },
            consent: { purpose, topic: isTopic ? topic : null },
          });
          const passes = (at: number) => decide(facts, policy, at, reference).outcome === 'pass';
          const found = permittedUntil(facts, policy, NOON, reference);
          expect(found.permitted).toBe(passes(NOON));
          if (!found.permitted) return void refused++;
          const last = found.end ?? NOON + 400 * DAY;
          for (const point of points) expect(passes(NOON + Math.floor(point * (last - 1 - NOON)))).toBe(true);
          if (found.end === null) return;
          ended++;
          expect([passes(found.end - 1), passes(found.end)]).toEqual([true, false]);
        },
      ),
      { numRuns: runs(400) },
    );
    expect(Math.min(ended, refused)).toBeGreaterThanOrEqual(metAtLeast(30));
  });
});

describe('whether the law alone wants a yes that is not there', () => {
  it.each([
    ['nothing said', null, true],
    ['a no', consent('withdrawn'), true],
    ['an inquiry that is too old', inquiry('2024-11-01T00:00:00Z'), true],
    ['an inquiry', inquiry('2025-01-10T09:00:00+01:00'), false],
    ['an express yes', plain, false],
  ])('%s', (_what, purpose, lacks) => {
    const facts = someFacts({
      ...{ contact: { country: 'XX' }, topic: null, consent: { purpose, topic: null } },
      purpose: { enforcement: 'permissive' },
    });
    expect(lacksYes(facts, CLOCKED, NOON, reference)).toBe(lacks);
    expect(decide(facts, CLOCKED, NOON, reference).outcome === 'drop').toBe(lacks);
    expect(lacksYes(facts, under(), NOON, reference)).toBe(false);
  });
});
