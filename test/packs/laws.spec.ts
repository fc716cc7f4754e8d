import { describe, expect, it } from '@jest/globals';
import {
  type ConsentEvidence,
  type ConsentKind,
  decide,
  explainDecision,
  type Facts,
  packChanges,
} from '#lib/decision';
import { capUse, consent } from '../../libs/decision/src/testing/some-facts.js';
import { testReference } from '../../libs/decision/src/testing/test-reference.js';
import { holidays } from '../../libs/platform/src/holidays/index.js';
import { about, heldTo, judged, lawful, packs, somebodyIn } from './world.js';

const SOFT_OPT_IN: ConsentEvidence[] = ['address_from_sale', 'similar_products', 'no_objection', 'told_of_objection'];

/** Facts of one who consented in that way, and in no other. */
function resting(
  place: string,
  channel: 'email' | 'sms' | 'phone',
  kind: ConsentKind,
  at: string,
  evidence: ConsentEvidence[] = [],
): Facts {
  // prettier-ignore
  const state = consent('granted', { basis: { kind, at: Date.parse(at), evidence } });
  return somebodyIn(place, channel, { consent: { purpose: state, topic: state } });
}

describe('the hours of the United States', () => {
  it.each([
    [
      'a text to Texas on Sunday 11:59 is held to noon',
      'US-TX',
      'sms',
      '2026-11-22T11:59:59.999-06:00',
      '2026-11-22T18:00:00Z',
    ],
    ['a text to Texas on Sunday at noon may leave', 'US-TX', 'sms', '2026-11-22T12:00:00-06:00', null],
    [
      'a text to Texas on Saturday 21:00 waits for Sunday noon',
      'US-TX',
      'sms',
      '2026-11-21T21:00:00-06:00',
      '2026-11-22T18:00:00Z',
    ],
    [
      'a call to Texas on Sunday 21:00 waits for Monday 9:00',
      'US-TX',
      'phone',
      '2026-11-22T21:00:00-06:00',
      '2026-11-23T15:00:00Z',
    ],
    [
      'federal law alone holds a text to New York from 21:00 to 8:00',
      'US-NY',
      'sms',
      '2026-11-22T21:00:00-05:00',
      '2026-11-23T13:00:00Z',
    ],
    ['and lets it leave at 20:59', 'US-NY', 'sms', '2026-11-22T20:59:59.999-05:00', null],
    [
      'a text to Connecticut at 20:00 waits for 9:00',
      'US-CT',
      'sms',
      '2026-11-23T20:00:00-05:00',
      '2026-11-24T14:00:00Z',
    ],
    [
      'a call to Rhode Island on Saturday 17:00 waits for Monday 9:00',
      'US-RI',
      'phone',
      '2026-11-21T17:00:00-05:00',
      '2026-11-23T14:00:00Z',
    ],
    [
      'a text to Rhode Island on Saturday 17:00 waits for Sunday 10:00',
      'US-RI',
      'sms',
      '2026-11-21T17:00:00-05:00',
      '2026-11-22T15:00:00Z',
    ],
    ['a call to New Jersey may leave at 20:30', 'US-NJ', 'phone', '2026-11-23T20:30:00-05:00', null],
    ['a text to New Jersey may not', 'US-NJ', 'sms', '2026-11-23T20:30:00-05:00', '2026-11-24T13:00:00Z'],
    [
      'a call to Louisiana on Saturday 20:00 waits for Monday',
      'US-LA',
      'phone',
      '2026-11-21T20:00:00-06:00',
      '2026-11-23T14:00:00Z',
    ],
    // Figured out by hand, from what docs/jurisdiction.md says of each state; 22 November 2026 is a Sunday.
    ...([
      ['Alabama, a text on Saturday at 19:59:59', 'US-AL', 'sms', '2026-11-21T19:59:59-06:00', null],
      ['Alabama, a text on Saturday at 20:00', 'US-AL', 'sms', '2026-11-21T20:00:00-06:00', '2026-11-23T14:00:00Z'],
      ['Alabama, a call on Sunday at noon', 'US-AL', 'phone', '2026-11-22T12:00:00-06:00', '2026-11-23T14:00:00Z'],
      ['Maryland, a call at 19:59:59', 'US-MD', 'phone', '2026-11-23T19:59:59-05:00', null],
      ['Maryland, a call at 20:00', 'US-MD', 'phone', '2026-11-23T20:00:00-05:00', '2026-11-24T13:00:00Z'],
      ['Maryland, a text on Sunday at 7:59', 'US-MD', 'sms', '2026-11-22T07:59:59-05:00', '2026-11-22T13:00:00Z'],
      ['Mississippi, a text at 20:00', 'US-MS', 'sms', '2026-11-23T20:00:00-06:00', '2026-11-24T14:00:00Z'],
      ['Mississippi, a text on Sunday at noon', 'US-MS', 'sms', '2026-11-22T12:00:00-06:00', null],
      ['Mississippi, a call on Sunday at noon', 'US-MS', 'phone', '2026-11-22T12:00:00-06:00', '2026-11-23T14:00:00Z'],
      ['Oklahoma, a call at 19:59:59', 'US-OK', 'phone', '2026-11-23T19:59:59-06:00', null],
      ['Oklahoma, a call at 20:00', 'US-OK', 'phone', '2026-11-23T20:00:00-06:00', '2026-11-24T14:00:00Z'],
      ['Oklahoma, a text at 7:00', 'US-OK', 'sms', '2026-11-23T07:00:00-06:00', '2026-11-23T14:00:00Z'],
      ['Utah, a call on Sunday at noon', 'US-UT', 'phone', '2026-11-22T12:00:00-07:00', '2026-11-23T15:00:00Z'],
      ['Utah, a text on Monday at 20:59', 'US-UT', 'sms', '2026-11-23T20:59:59-07:00', null],
      ['Utah, a text on Saturday at 21:00', 'US-UT', 'sms', '2026-11-21T21:00:00-07:00', '2026-11-23T15:00:00Z'],
      ['Washington, a call at 20:00', 'US-WA', 'phone', '2026-11-23T20:00:00-08:00', '2026-11-24T16:00:00Z'],
      ['Washington, a call at 8:00', 'US-WA', 'phone', '2026-11-23T08:00:00-08:00', null],
      ['Florida, a text at 20:00', 'US-FL', 'sms', '2026-11-23T20:00:00-05:00', '2026-11-24T13:00:00Z'],
      ['Florida, a call on Sunday at 19:59', 'US-FL', 'phone', '2026-11-22T19:59:59-05:00', null],
      ['Kentucky, a text at 9:59', 'US-KY', 'sms', '2026-11-23T09:59:59-05:00', '2026-11-23T15:00:00Z'],
      ['Massachusetts, a call at 20:00', 'US-MA', 'phone', '2026-11-23T20:00:00-05:00', '2026-11-24T13:00:00Z'],
      ['Michigan, a call at 8:59', 'US-MI', 'phone', '2026-11-23T08:59:59-05:00', '2026-11-23T14:00:00Z'],
      ['Minnesota, a text at 21:00', 'US-MN', 'sms', '2026-11-23T21:00:00-06:00', '2026-11-24T15:00:00Z'],
      ['New Mexico, a call at 8:30', 'US-NM', 'phone', '2026-11-23T08:30:00-07:00', '2026-11-23T16:00:00Z'],
      ['South Dakota, a text at 8:59', 'US-SD', 'sms', '2026-11-23T08:59:59-06:00', '2026-11-23T15:00:00Z'],
      ['South Dakota, a text on Friday at 20:59', 'US-SD', 'sms', '2026-11-20T20:59:59-06:00', null],
      ['South Dakota, a text on Friday at 21:00', 'US-SD', 'sms', '2026-11-20T21:00:00-06:00', '2026-11-23T15:00:00Z'],
      ['South Dakota, a call on Sunday at noon', 'US-SD', 'phone', '2026-11-22T12:00:00-06:00', '2026-11-23T15:00:00Z'],
      ['Pennsylvania, a call at 21:00', 'US-PA', 'phone', '2026-11-23T21:00:00-05:00', '2026-11-24T13:00:00Z'],
      ['Nevada, a text at 20:00', 'US-NV', 'sms', '2026-11-23T20:00:00-08:00', '2026-11-24T17:00:00Z'],
    ] as const),
    ['e-mail knows no hours', 'US-TX', 'email', '2026-11-22T03:00:00-06:00', null],
  ] as const)('%s', (_name, place, channel, at, until) => {
    expect(heldTo(judged(somebodyIn(place, channel), at))).toBe(until);
  });

  it('where the state is not known every state counts: a text on Sunday 13:00 waits for Monday 10:00', () => {
    const facts = somebodyIn('US', 'sms');
    const decision = judged(facts, '2026-11-22T13:00:00-05:00');
    expect(heldTo(decision)).toBe('2026-11-23T15:00:00Z');
    expect(decision.packs?.map(({ id }) => id)).toEqual(packs.flatMap(({ id }) => (id.startsWith('us-') ? [id] : [])));
  });

  it('the fourth call about a subject within a day waits in Florida, and not in Georgia', () => {
    const capUses = [10, 11, 12].map((hour) =>
      capUse(Date.parse(`2026-11-23T${hour}:00:00-05:00`), { channel: 'phone' }),
    );
    const at = '2026-11-23T15:00:00-05:00';
    expect(heldTo(judged(somebodyIn('US-FL', 'phone', { capUses }), at))).toBe('2026-11-24T15:00:00Z');
    expect(heldTo(judged(somebodyIn('US-GA', 'phone', { capUses }), at))).toBeNull();
  });

  it('asks for written consent to texts', () => {
    const at = '2026-11-23T15:00:00-05:00';
    const verbal = resting('US-NY', 'sms', 'express', '2026-01-01T12:00:00Z', ['wording', 'method']);
    expect(judged(verbal, at)).toMatchObject({ outcome: 'drop', reason: 'jurisdiction', primary: { detail: { missing: 'written' } } }); // prettier-ignore
    expect(judged(resting('US-NY', 'sms', 'express', '2026-01-01T12:00:00Z', ['written']), at).outcome).toBe('pass');
  });

  it('a revocation ends everything from 31 January 2027 on', () => {
    expect(packChanges(packs, '2027-01-30')).toEqual([]);
    expect(packChanges(packs, '2027-01-31')).toEqual([
      expect.objectContaining({
        change: 'changes',
        pack: expect.objectContaining({ id: 'us-federal' }),
        before: expect.objectContaining({ id: 'revocation', scope: 'channel', withinBusinessDays: 10 }),
        after: expect.objectContaining({ id: 'revocation-all', scope: 'sender', withinBusinessDays: 10 }),
      }),
    ]);
  });
});

describe('Canada', () => {
  const judgedAt = (kind: ConsentKind, given: string, at: string) => judged(resting('CA', 'email', kind, given), at);

  it.each([
    // Six months before the day of the message; there is no 31 February, so the last day of the month counts.
    [
      'an inquiry of 31 August holds on 28 February',
      'implied_inquiry',
      '2026-08-31T14:00:00-04:00',
      '2027-02-28T23:59:59.999-05:00',
      null,
    ],
    [
      'and no longer on 1 March',
      'implied_inquiry',
      '2026-08-31T14:00:00-04:00',
      '2027-03-01T00:00:00-05:00',
      'consent_expired',
    ],
    [
      'an inquiry of 15 March 23:30 in Toronto, the 16th in UTC, holds on 15 September',
      'implied_inquiry',
      '2026-03-15T23:30:00-04:00',
      '2026-09-15T23:59:59.999-04:00',
      null,
    ],
    [
      'and no longer on 16 September',
      'implied_inquiry',
      '2026-03-15T23:30:00-04:00',
      '2026-09-16T00:00:00-04:00',
      'consent_expired',
    ],
    [
      'a purchase of 29 February 2024 holds on 28 February 2026',
      'implied_purchase',
      '2024-02-29T10:00:00-05:00',
      '2026-02-28T23:59:59.999-05:00',
      null,
    ],
    [
      'and no longer on 1 March 2026',
      'implied_purchase',
      '2024-02-29T10:00:00-05:00',
      '2026-03-01T00:00:00-05:00',
      'consent_expired',
    ],
    [
      'express consent holds until it is withdrawn',
      'express',
      '2014-07-01T10:00:00-04:00',
      '2026-11-23T12:00:00-05:00',
      null,
    ],
    [
      'a customer of no known purchase is no ground',
      'soft_opt_in',
      '2026-11-01T10:00:00-04:00',
      '2026-11-23T12:00:00-05:00',
      'jurisdiction',
    ],
  ] as const)('%s', (_name, kind, given, at, reason) => {
    expect(judgedAt(kind, given, at).reason).toBe(reason);
  });

  it('a message that must wait beyond the end of its consent ends at once, and says when it would have', () => {
    const policy = { ...lawful, quietHours: [{ id: 'night', channels: ['email'], classes: ['commercial'], windows: [{ days: [7], start: '20:00', end: '08:00' }], action: 'defer' }] } as const; // prettier-ignore
    const decision = judged(resting('CA', 'email', 'implied_inquiry', '2026-08-31T14:00:00-04:00'), '2027-02-28T21:00:00-05:00', policy); // prettier-ignore
    expect(decision).toMatchObject({ outcome: 'drop', reason: 'consent_expired', notBefore: null, strikesAt: Date.parse('2027-03-01T08:00:00-05:00') }); // prettier-ignore
    expect(explainDecision(decision, testReference.zones)).toContain('consent for topic newsletter no longer holds');
  });

  it.each([
    ['a call on Friday 21:30 waits for Saturday 10:00', '2026-11-20T21:30:00-05:00', '2026-11-21T15:00:00Z'],
    ['a call on Friday 21:29 may be made', '2026-11-20T21:29:59-05:00', null],
    ['a call on Saturday 18:00 waits for Sunday 10:00', '2026-11-21T18:00:00-05:00', '2026-11-22T15:00:00Z'],
    ['a call on Sunday 18:00 waits for Monday 9:00', '2026-11-22T18:00:00-05:00', '2026-11-23T14:00:00Z'],
  ])('%s', (_name, at, until) => {
    expect(heldTo(judged(somebodyIn('CA', 'phone'), at))).toBe(until);
  });
});

describe('Germany', () => {
  const now = '2026-11-23T10:00:00+01:00';
  const mail = (kind: ConsentKind, evidence: ConsentEvidence[]) => judged(resting('DE', 'email', kind, '2026-01-01T00:00:00Z', evidence), now); // prettier-ignore

  it('e-mail to a customer needs all four conditions', () => {
    expect(mail('soft_opt_in', SOFT_OPT_IN).outcome).toBe('pass');
    const decision = mail('soft_opt_in', ['address_from_sale', 'similar_products', 'no_objection']);
    expect(decision).toMatchObject({ outcome: 'drop', reason: 'jurisdiction', notBefore: null });
    expect(explainDecision(decision, testReference.zones)).toBe(
      'Dropped: the law where the contact may be does not allow it (de/consent-electronic-mail: the consent lacks told of objection).',
    );
  });

  it('express consent counts where its wording and how it was given are on file', () => {
    expect(mail('express', ['wording', 'method']).outcome).toBe('pass');
    expect(mail('express', ['wording']).reason).toBe('jurisdiction');
    expect(mail('express', ['method', 'confirmed']).reason).toBe('jurisdiction');
  });

  it('being a customer is no ground for a call', () => {
    expect(judged(resting('DE', 'phone', 'soft_opt_in', '2026-01-01T00:00:00Z', SOFT_OPT_IN), now).reason).toBe(
      'jurisdiction',
    );
  });

  it.each(['restrictive', 'permissive', 'disabled'] as const)(
    'silence is no consent under a %s purpose',
    (enforcement) => {
      const facts = somebodyIn('DE', 'email', { purpose: { enforcement }, consent: { purpose: null, topic: null } });
      const result = about(judged(facts, now), 'de/consent-electronic-mail');
      expect(result).toMatchObject({ passes: false, reason: 'jurisdiction', detail: { scope: null, basis: null } });
    },
  );

  it('a message that is not advertising needs none', () => {
    const facts = somebodyIn('DE', 'email', { message: { class: 'transactional' }, purpose: { enforcement: 'disabled' }, consent: { purpose: null, topic: null } }); // prettier-ignore
    expect(judged(facts, now)).toMatchObject({ outcome: 'pass', packs: [{ id: 'de', version: '2026-11-21' }] });
  });

  it('one proven consent that covers the message is enough, and the check names it', () => {
    const bare = consent('confirmed', { eventId: 'bare' });
    const proven = consent('granted', { eventId: 'proven', basis: { kind: 'express', at: 0, evidence: ['wording', 'method'] } }); // prettier-ignore
    for (const [purpose, topic, scope] of [
      [bare, proven, 'topic'],
      [proven, bare, 'purpose'],
    ] as const) {
      // prettier-ignore
      const decision = judged(somebodyIn('DE', 'email', { consent: { purpose, topic } }), now);
      expect(decision.outcome).toBe('pass');
      expect(about(decision, 'de/consent-electronic-mail')?.detail).toMatchObject({ scope, event: 'proven' });
    }
  });

  it('has no hours', () => {
    expect(judged(somebodyIn('DE', 'sms'), '2026-11-22T03:00:00+01:00').outcome).toBe('pass');
  });
});

describe('France', () => {
  it.each([
    ['a call on Monday 13:00 waits for 14:00', 'phone', '2026-11-23T13:00:00+01:00', '2026-11-23T13:00:00Z'],
    ['a call on Monday 12:59 may be made', 'phone', '2026-11-23T12:59:59+01:00', null],
    ['a call on Friday 20:00 waits for Monday 10:00', 'phone', '2026-11-20T20:00:00+01:00', '2026-11-23T09:00:00Z'],
    ['a text on Saturday 22:00 waits for Monday 8:00', 'sms', '2026-11-21T22:00:00+01:00', '2026-11-23T07:00:00Z'],
    ['a text on Saturday 21:59 may leave', 'sms', '2026-11-21T21:59:59+01:00', null],
  ] as const)('%s', (_name, channel, at, until) => {
    expect(heldTo(judged(somebodyIn('FR', channel), at))).toBe(until);
  });

  it.each([
    ['Saint-Martin', 'MF', '2026-11-22T12:00:00-04:00', '2026-11-23T12:00:00Z', 'fr'],
    ['New Caledonia, to be safe', 'NC', '2026-11-22T12:00:00+11:00', '2026-11-22T21:00:00Z', 'fr-overseas'],
  ] as const)('a text on Sunday waits for Monday 8:00 in %s', (_name, place, at, until, id) => {
    const decision = judged(somebodyIn(place, 'sms'), at);
    expect([heldTo(decision), decision.packs?.map((pack) => pack.id)]).toEqual([until, [id]]);
  });

  it('a call needs consent from 11 August 2026 on, and one held over that midnight ends', () => {
    const facts = somebodyIn('FR', 'phone', {
      purpose: { enforcement: 'disabled' },
      consent: { purpose: null, topic: null },
    });
    expect(judged(facts, '2026-08-10T19:59:59+02:00').outcome).toBe('pass');
    expect(judged(facts, '2026-08-10T20:00:00+02:00')).toMatchObject({ outcome: 'drop', reason: 'jurisdiction', strikesAt: Date.parse('2026-08-11T10:00:00+02:00') }); // prettier-ignore
    expect(judged(facts, '2026-08-11T11:00:00+02:00')).toMatchObject({ outcome: 'drop', reason: 'jurisdiction' });
  });

  it('the fifth call in thirty days waits until the first is thirty days old, and then for the hours', () => {
    const days = ['02', '09', '16', '20'];
    const capUses = days.map((day) =>
      capUse(Date.parse(`2026-11-${day}T19:59:00+01:00`), { channel: 'phone', topic: null }),
    );
    expect(heldTo(judged(somebodyIn('FR', 'phone', { capUses }), '2026-11-23T11:00:00+01:00'))).toBe('2026-12-02T18:59:00Z'); // prettier-ignore
  });
});

describe('public holidays', () => {
  it.each([
    [
      'a call to France on 14 July waits for the next morning',
      'FR',
      'phone',
      '2026-07-14T11:00:00+02:00',
      '2026-07-15T08:00:00Z',
    ],
    [
      'a text to France on Friday 25 December waits for Monday, as Alsace keeps the 26th too',
      'FR',
      'sms',
      '2026-12-25T11:00:00+01:00',
      '2026-12-28T07:00:00Z',
    ],
    [
      'a call to Rhode Island on Thanksgiving waits for Friday',
      'US-RI',
      'phone',
      '2026-11-26T12:00:00-05:00',
      '2026-11-27T14:00:00Z',
    ],
    [
      'a call to Pennsylvania on Christmas waits for a day',
      'US-PA',
      'phone',
      '2026-12-25T12:00:00-05:00',
      '2026-12-26T13:00:00Z',
    ],
    [
      'a text to Pennsylvania on Christmas waits for a day',
      'US-PA',
      'sms',
      '2026-12-25T12:00:00-05:00',
      '2026-12-26T13:00:00Z',
    ],
    ['a call to New York on Thanksgiving may be made', 'US-NY', 'phone', '2026-11-26T12:00:00-05:00', null],
  ] as const)('%s', (_name, place, channel, at, until) => {
    const decision = decide(somebodyIn(place, channel), lawful, Date.parse(at), { ...testReference, holidays, packs });
    expect(heldTo(decision)).toBe(until);
  });
});

describe('the other countries', () => {
  const now = '2026-11-23T12:00:00Z';
  it.each([
    ['Austria', 'AT', 'email', 'soft_opt_in', SOFT_OPT_IN, 'pass'],
    ['Austria, of a call', 'AT', 'phone', 'soft_opt_in', SOFT_OPT_IN, 'drop'],
    ['Switzerland, without proof', 'CH', 'email', 'express', [], 'pass'],
    [
      'Switzerland, without a word about refusing',
      'CH',
      'email',
      'soft_opt_in',
      ['address_from_sale', 'similar_products', 'no_objection'],
      'drop',
    ],
    ['the United Kingdom', 'GB', 'sms', 'soft_opt_in', SOFT_OPT_IN, 'pass'],
    [
      'the United Kingdom, of what is not similar',
      'GB',
      'sms',
      'soft_opt_in',
      ['address_from_sale', 'no_objection', 'told_of_objection'],
      'drop',
    ],
    ['Spain, under the frame of the directive', 'ES', 'email', 'express', ['wording', 'method'], 'pass'],
    ['Spain, without proof', 'ES', 'email', 'express', [], 'drop'],
    ['Japan, of which there is no pack', 'JP', 'email', 'express', [], 'pass'],
  ] as const)('%s', (_name, country, channel, kind, evidence, outcome) => {
    expect(judged(resting(country, channel, kind, '2026-01-01T00:00:00Z', [...evidence]), now).outcome).toBe(outcome);
  });

  it('a call to the United Kingdom at 20:00 waits for 9:00, unless the brand overrides what is no law', () => {
    const facts = somebodyIn('GB', 'phone');
    const at = '2026-11-23T20:00:00Z';
    expect(heldTo(judged(facts, at))).toBe('2026-11-24T09:00:00Z');
    const override = {
      pack: 'uk',
      rule: 'phone-hours',
      reason: 'Our customers asked for evenings.',
      actor: 'dpo@brand',
    };
    const decision = judged(facts, at, { ...lawful, jurisdiction: { packs: 'contact', overrides: [override] } });
    expect(decision.outcome).toBe('pass');
    expect(about(decision, 'uk/phone-hours')).toEqual({
      check: 'jurisdiction',
      passes: true,
      detail: { rule: 'uk/phone-hours', kind: 'quiet_hours', force: 'practice', overridden: true },
    });
  });
});
