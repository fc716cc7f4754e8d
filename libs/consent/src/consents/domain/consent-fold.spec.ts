import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  applyConsentEvent,
  CONSENT_EVENT_KINDS,
  type ConsentFact,
  type ConsentState,
  isRefusal,
} from './consent-fold.js';

const fact = (kind: ConsentFact['kind'], occurredAt: number): ConsentFact => ({
  id: `${kind}-${occurredAt}`,
  kind,
  occurredAt,
  validUntil: null,
});

function fold(...events: ConsentFact[]): ConsentState | null {
  return events.reduce<ConsentState | null>((state, event) => applyConsentEvent(state, event) ?? state, null);
}

describe('the fold of consent events', () => {
  it.each([
    ['a grant stands', [fact('granted', 1)], 'granted'],
    ['a withdrawal after a grant stands', [fact('granted', 1), fact('withdrawn', 2)], 'withdrawn'],
    ['a later grant by the person lifts a withdrawal', [fact('withdrawn', 1), fact('granted', 2)], 'granted'],
    [
      'at the same instant the way out counts, whatever was recorded first',
      [fact('withdrawn', 5), fact('granted', 5)],
      'withdrawn',
    ],
    [
      'at the same instant the way out counts, the other way round',
      [fact('granted', 5), fact('withdrawn', 5)],
      'withdrawn',
    ],
    ['a grant recorded late does not lift a newer withdrawal', [fact('withdrawn', 5), fact('granted', 3)], 'withdrawn'],
    ['a withdrawal recorded late does not undo a newer grant', [fact('granted', 5), fact('withdrawn', 3)], 'granted'],
    ['an import gives consent where nothing was known', [fact('imported', 1)], 'granted'],
    ['an import never lifts a withdrawal, however new', [fact('withdrawn', 1), fact('imported', 9)], 'withdrawn'],
    ['an import never lifts an objection', [fact('objected', 1), fact('imported', 9)], 'objected'],
    ['a request waits for its confirmation', [fact('requested', 1)], 'requested'],
    ['a confirmation completes a request', [fact('requested', 1), fact('confirmed', 2)], 'confirmed'],
    ['a request does not take a grant back', [fact('granted', 1), fact('requested', 2)], 'granted'],
    ['a request does not lift a withdrawal', [fact('withdrawn', 1), fact('requested', 2)], 'withdrawn'],
    [
      'an expired consent may be asked for again',
      [fact('granted', 1), fact('expired', 2), fact('requested', 3)],
      'requested',
    ],
  ])('%s', (_sentence, events, status) => {
    expect(fold(...events)?.status).toBe(status);
  });

  it('lets no run of imports and requests out of a refusal', () => {
    const lifting = fc.constantFrom<ConsentFact['kind']>('imported', 'requested');
    fc.assert(
      fc.property(
        fc.constantFrom<ConsentFact['kind']>('refused', 'withdrawn', 'revoked', 'objected'),
        fc.array(fc.tuple(lifting, fc.nat())),
        (refusal, later) => {
          const state = fold(fact(refusal, 1), ...later.map(([kind, at]) => fact(kind, at)));
          expect(state !== null && isRefusal(state.status)).toBe(true);
        },
      ),
    );
  });

  it('ends on the newest wish of a person in whatever order their own wishes are recorded', () => {
    const own = fc.uniqueArray(
      fc.tuple(fc.constantFrom<ConsentFact['kind']>('granted', 'confirmed', 'withdrawn', 'objected'), fc.nat(1000)),
      {
        selector: ([, at]) => at,
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(own, (wishes) => {
        const newest = wishes.reduce((a, b) => (b[1] > a[1] ? b : a));
        expect(fold(...wishes.map(([kind, at]) => fact(kind, at)))?.status).toBe(newest[0]);
      }),
    );
  });

  it('knows every kind of event', () => {
    for (const kind of CONSENT_EVENT_KINDS)
      expect(fold(fact(kind, 1))?.status).toBe(kind === 'imported' ? 'granted' : kind);
  });
});
