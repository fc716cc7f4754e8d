import { describe, expect, it } from '@jest/globals';
import { articleOf, LEGAL_BASES, legalBasisNamed } from './legal-basis.js';
import { canBeLeft } from './leaving.js';

describe('the letter of Article 6 (1) GDPR', () => {
  it.each([
    [
      'a',
      [
        'consent',
        'express',
        'implied_purchase',
        'Consent',
        'dpv:Consent',
        'eu-gdpr:A6-1-a',
        'gdpr_6_1_a',
        'GDPR 6.1.a',
      ],
    ],
    ['b', ['contract', 'dpv:Contract', 'eu-gdpr:A6-1-b', 'Art. 6(1)(b)', 'article-6-1-b']],
    ['c', ['legal_obligation', 'LegalObligation', 'legal-obligation', 'A6-1-c']],
    ['d', ['vital_interests', 'vital_interest', 'dpv:VitalInterest']],
    ['e', ['public_task', 'public_interest', 'dpv:OfficialAuthorityOfController', 'Article 6 (1) (e) GDPR']],
    [
      'f',
      [
        'soft_opt_in',
        'legitimate_interests',
        'legitimate-interest',
        'dpv:LegitimateInterest',
        'gdpr.art.6.1.f.mailing',
        'our_legitimate_interests',
      ],
    ],
  ] as const)('is %s', (letter, spellings) => {
    for (const one of spellings) expect([one, articleOf(one)]).toEqual([one, letter]);
  });

  it('is none of a word that is no legal basis', () => {
    for (const one of [
      'blah',
      '',
      'withdrawal',
      'merge',
      'unknown',
      'a',
      'f',
      'gdpr',
      'eu-gdpr:A6-1-g',
      'eu-gdpr:A6-2-a',
      'A7-3',
      'constructor',
    ])
      expect([one, articleOf(one), legalBasisNamed(one)]).toEqual([one, null, null]);
  });

  it('is that of each name, and a name for each spelling', () => {
    for (const name of LEGAL_BASES)
      expect([articleOf(name), legalBasisNamed(name)]).toEqual([expect.stringMatching(/^[a-f]$/), name]);
    expect(['eu-gdpr:A6-1-f', 'vital_interest', 'Contract'].map(legalBasisNamed)).toEqual([
      'legitimate_interests',
      'vital_interests',
      'contract',
    ]);
  });

  it('leaves what somebody could object to so, among whatever words it stands', () => {
    for (const legalBasis of ['gdpr.art.6.1.f.mailing', 'GDPR-Art-6-1-f-direct', 'our_legitimate_interests'])
      expect(canBeLeft({ enforcement: 'disabled', legalBasis })).toBe(true);
  });
});
