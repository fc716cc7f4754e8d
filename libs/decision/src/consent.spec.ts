import { describe, expect, it } from '@jest/globals';
import { ENFORCEMENT_MODELS } from '#lib/kernel';
import { consentObstacle } from './consent.js';
import { consent } from './testing/some-facts.js';

const NOW = 1_764_000_000_000;
const PASSES = null;

describe('what stands on record, and what each enforcement model makes of it', () => {
  it.each([
    //                restrictive             permissive           disabled
    ['nothing', 'no_consent', PASSES, PASSES],
    ['requested', 'confirmation_pending', PASSES, PASSES],
    ['granted', PASSES, PASSES, PASSES],
    ['confirmed', PASSES, PASSES, PASSES],
    ['refused', 'consent_denied', 'consent_denied', PASSES],
    ['withdrawn', 'consent_withdrawn', 'consent_withdrawn', 'consent_withdrawn'],
    ['revoked', 'consent_withdrawn', 'consent_withdrawn', 'consent_withdrawn'],
    ['expired', 'consent_expired', PASSES, PASSES],
    ['invalidated', 'consent_expired', PASSES, PASSES],
    ['objected', 'objection', 'objection', 'objection'],
  ] as const)('%s: restrictive %s, permissive %s, disabled %s', (status, ...expected) => {
    const state = status === 'nothing' ? null : consent(status);

    expect(ENFORCEMENT_MODELS.map((model) => consentObstacle(model, state, NOW))).toEqual(expected);
  });

  it.each([
    ['a consent that ends in a millisecond still holds', NOW + 1, null],
    ['a consent that ends now does not', NOW, 'consent_expired'],
    ['nor does one that ended', NOW - 1, 'consent_expired'],
  ])('%s', (_sentence, validUntil, expected) => {
    expect(consentObstacle('restrictive', consent('granted', { validUntil }), NOW)).toBe(expected);
    expect(consentObstacle('restrictive', consent('confirmed', { validUntil }), NOW)).toBe(expected);
  });

  it('where silence passes, a consent that ended passes like silence', () => {
    const ended = consent('granted', { validUntil: NOW - 1 });

    expect(consentObstacle('permissive', ended, NOW)).toBeNull();
    expect(consentObstacle('disabled', ended, NOW)).toBeNull();
  });

  it('an opt-out has no end', () => {
    const validUntil = NOW - 1;

    expect(consentObstacle('restrictive', consent('withdrawn', { validUntil }), NOW)).toBe('consent_withdrawn');
    expect(consentObstacle('permissive', consent('withdrawn', { validUntil }), NOW)).toBe('consent_withdrawn');
    expect(consentObstacle('disabled', consent('objected', { validUntil }), NOW)).toBe('objection');
  });
});
