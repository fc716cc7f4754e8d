import { describe, expect, it } from '@jest/globals';
import { basisOf } from './consent-basis.js';

const row = {
  kind: 'granted' as const,
  occurredAt: 1_800_000_000_000,
  method: 'form',
  hasWording: true,
  evidence: { written: true, no_objection: 'yes' },
};

describe('what a consent rests on', () => {
  it.each([
    ['express', 'express'],
    ['consent', 'express'],
    ['soft_opt_in', 'soft_opt_in'],
    ['implied_inquiry', 'implied_inquiry'],
    ['contract', 'implied_purchase'],
  ])('%s is %s', (legalBasis, kind) => {
    expect(basisOf({ ...row, legalBasis })).toEqual({
      kind,
      at: row.occurredAt,
      evidence: ['wording', 'method', 'written'],
    });
  });

  it.each(['legitimate_interest', 'legitimate_interests', 'legal_obligation', 'Consent', 'constructor'])(
    '%s is nothing that a law about messages accepts',
    (legalBasis) => expect(basisOf({ ...row, legalBasis })).toBeNull(),
  );
});
