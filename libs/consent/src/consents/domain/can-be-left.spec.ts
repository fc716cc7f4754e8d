import { describe, expect, it } from '@jest/globals';
import { canBeLeft } from './leaving.js';

describe('what rests on a legitimate interest can be left, also where nobody is asked', () => {
  it.each([
    ...['legitimate_interests', 'legitimate-interest', 'Legitimate Interests', 'dpv:LegitimateInterest', 'gdpr_6_1_f'],
    ...['eu-gdpr:A6-1-f', 'A6-1-f', 'Art. 6(1)(f)', 'Article 6 (1) (f) GDPR', 'GDPR 6.1.f'],
  ])('%s', (legalBasis) => {
    expect(canBeLeft({ enforcement: 'disabled', legalBasis })).toBe(true);
  });

  it.each([
    'contract',
    'legal_obligation',
    'consent',
    'vital_interests',
    'public_interest',
    'gdpr_6_1_b',
    'eu-gdpr:A6-1-a',
  ])('and %s cannot, unless a no counts there anyway', (legalBasis) => {
    expect(canBeLeft({ enforcement: 'disabled', legalBasis })).toBe(false);
    expect(canBeLeft({ enforcement: 'permissive', legalBasis })).toBe(true);
  });
});
