import { describe, expect, it } from '@jest/globals';
import type { ConsentEvidence, ConsentKind, ConsentState } from '../facts.js';
import { consent, ms, someFacts } from '../testing/some-facts.js';
import { testZone } from '../testing/test-zones.js';
import type { AcceptedPermission, PackConsent } from './pack.js';
import { permission } from './permission.js';

const AT = ms('2026-06-01T12:00:00Z');
const rule = (...accepts: AcceptedPermission[]): PackConsent => ({
  id: 'consent',
  kind: 'consent',
  title: 'A rule',
  force: 'statute',
  source: { cite: 'Some act s. 1', url: 'https://example.org/', seenOn: '2026-01-01' },
  from: null,
  to: null,
  channels: ['email'],
  classes: ['commercial'],
  accepts,
});
const express = (...evidence: ConsentEvidence[]): AcceptedPermission => ({ kind: 'express', evidence, lasts: null });
const given = (kind: ConsentKind, at: string, evidence: ConsentEvidence[] = [], change: Partial<ConsentState> = {}) =>
  consent('granted', { basis: { kind, at: ms(at), evidence }, ...change });
const found = (law: PackConsent, purpose: ConsentState | null, topic: ConsentState | null) =>
  permission(law, someFacts({ consent: { purpose, topic } }), [testZone('Europe/Berlin')], AT);

describe('the permission that a message rests on', () => {
  it('of two that hold is the one that holds longer, that for the topic where both do as long', () => {
    const law = rule({ kind: 'implied_purchase', evidence: [], lasts: 'P2Y' }, express());
    const [older, younger] = [given('implied_purchase', '2025-01-01'), given('implied_purchase', '2026-01-01')];
    expect(found(law, younger, older)).toMatchObject({
      problem: null,
      scope: 'purpose',
      endsAt: ms('2028-01-02T00:00:00+01:00'),
    });
    expect(found(law, older, younger)).toMatchObject({ problem: null, scope: 'topic' });
    expect(found(law, older, older)).toMatchObject({ scope: 'topic' });
    expect(found(law, given('express', '2020-01-01'), younger)).toMatchObject({ scope: 'purpose', endsAt: null });
  });

  it('of two that do not hold is the one that came nearer', () => {
    const law = rule(express('wording', 'method'), { kind: 'implied_inquiry', evidence: [], lasts: 'P6M' });
    const [bare, half] = [given('express', '2026-01-01'), given('express', '2026-01-01', ['wording'])];
    expect(found(law, half, bare)).toMatchObject({ problem: 'evidence', scope: 'purpose', missing: ['method'] });
    expect(found(law, bare, half)).toMatchObject({ problem: 'evidence', scope: 'topic', missing: ['method'] });
    expect(found(law, given('implied_inquiry', '2025-01-01'), half)).toMatchObject({
      problem: 'expired',
      scope: 'purpose',
    });
    expect(found(law, half, given('soft_opt_in', '2026-01-01'))).toMatchObject({
      problem: 'evidence',
      scope: 'purpose',
    });
    expect(found(law, given('soft_opt_in', '2026-01-01'), null)).toMatchObject({ problem: 'kind', scope: 'purpose' });
    expect(found(law, null, null)).toMatchObject({ problem: 'kind', scope: null, event: null });
  });

  it('of two that came as near is that for the topic', () => {
    const law = rule(express('wording', 'method'));
    const [half, other] = [given('express', '2026-01-01', ['wording']), given('soft_opt_in', '2026-01-01')];
    expect(found(law, half, half)).toMatchObject({ problem: 'evidence', scope: 'topic' });
    expect(found(law, other, other)).toMatchObject({ problem: 'kind', scope: 'topic', kind: 'soft_opt_in' });
    expect(found(law, other, half)).toMatchObject({ problem: 'evidence', scope: 'topic' });
  });

  it.each(['requested', 'refused', 'withdrawn', 'revoked', 'expired', 'invalidated', 'objected'] as const)(
    'is no consent that is %s, whatever is on file',
    (status) => {
      const state = { ...given('express', '2026-01-01', ['wording']), status };
      expect(found(rule(express('wording')), state, state)).toMatchObject({
        problem: 'kind',
        scope: null,
        missing: [],
      });
    },
  );

  it('was confirmed by the owner of the address where the status says so', () => {
    const law = rule(express('confirmed'));
    expect(found(law, consent('confirmed'), null).problem).toBeNull();
    expect(found(law, consent('granted'), null)).toMatchObject({ problem: 'evidence', missing: ['confirmed'] });
    expect(found(law, given('express', '2026-01-01', ['confirmed']), null).problem).toBeNull();
  });

  it('ends when the consent itself does, if that is earlier', () => {
    const law = rule({ kind: 'implied_purchase', evidence: [], lasts: 'P2Y' });
    const until = (validUntil: string) => given('implied_purchase', '2026-01-01', [], { validUntil: ms(validUntil) });
    expect(found(law, until('2026-06-01T12:00:00Z'), null)).toMatchObject({ problem: 'expired', endsAt: AT });
    expect(found(law, until('2026-06-01T12:00:00.001Z'), null)).toMatchObject({ problem: null, endsAt: AT + 1 });
    expect(found(law, until('2030-01-01T00:00:00Z'), null)).toMatchObject({ endsAt: ms('2028-01-02T00:00:00+01:00') });
  });

  it('without a kind is express, and counts from the day it was given', () => {
    const law = rule({ kind: 'express', evidence: [], lasts: 'P1Y' });
    const plain = consent('granted', { since: ms('2026-01-01T12:00:00Z') });
    expect(found(law, plain, null)).toMatchObject({
      problem: null,
      kind: 'express',
      endsAt: ms('2027-01-02T00:00:00+01:00'),
    });
  });
});
