import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consentAsOf, heldAsOf, isRenewal, type RecordedFact } from './as-of.js';
import { CONSENT_EVENT_KINDS, foldConsent, isRefusal } from './consent-fold.js';

const fact = (
  kind: RecordedFact['kind'],
  occurredAt: number,
  recordedAt = occurredAt,
  validUntil: number | null = null,
): RecordedFact => ({ id: `${kind}-${occurredAt}-${recordedAt}`, kind, occurredAt, recordedAt, validUntil });

const histories = fc
  .array(
    fc.tuple(fc.constantFrom(...CONSENT_EVENT_KINDS), fc.nat(20), fc.nat(20), fc.option(fc.nat(40), { nil: null })),
    { maxLength: 10 },
  )
  .map((events) => events.map(([kind, at, late, until]) => fact(kind, at, at + late, until)));

describe('where a consent stood, on both clocks', () => {
  const LATE = [fact('granted', 1), fact('withdrawn', 3, 9)];
  it.each([
    ['before anything happened there is nothing', LATE, 0, 99, undefined],
    ['a withdrawal that nobody knew of yet had not been', LATE, 5, 8, 'granted'],
    ['what is known today of that day is another thing', LATE, 5, 9, 'withdrawn'],
    ['before it happened it had not happened', LATE, 2, 99, 'granted'],
    ['a consent with an end stands until then', [fact('granted', 1, 1, 10)], 9, 9, 'granted'],
    ['and not at that instant', [fact('granted', 1, 1, 10)], 10, 10, 'expired'],
    ['a request that was not confirmed in time', [fact('requested', 1, 1, 7)], 7, 7, 'expired'],
    ['an announced end counts when it comes', [fact('granted', 1), fact('expired', 2, 2, 8)], 7, 7, 'granted'],
    ['', [fact('granted', 1), fact('expired', 2, 2, 8)], 8, 8, 'expired'],
  ])('%s', (_sentence, events, at, known, status) => {
    expect(consentAsOf(events, at, known)?.status).toBe(status);
  });

  it('of for ever, known for ever, is the fold but for what ran out', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const folded = foldConsent(events);
        const seen = consentAsOf(events, 1000, 1000);
        expect(seen?.eventId).toBe(folded?.eventId);
        if (folded?.validUntil == null) expect(seen).toEqual(folded);
      }),
    );
  });

  it('never changes by what is recorded afterwards', () => {
    fc.assert(
      fc.property(histories, histories, fc.nat(40), fc.nat(40), (events, others, at, known) => {
        const later = others.map((event) => ({
          ...event,
          id: `later ${event.id}`,
          recordedAt: known + 1 + event.recordedAt,
        }));
        expect(consentAsOf([...events, ...later], at, known)).toEqual(consentAsOf(events, at, known));
      }),
    );
  });

  it('never changes by what happens afterwards, however it is told', () => {
    fc.assert(
      fc.property(histories, histories, fc.nat(40), (events, others, at) => {
        const later = others.map((event) => ({
          ...event,
          id: `later ${event.id}`,
          occurredAt: at + 1 + event.occurredAt,
        }));
        expect(consentAsOf([...events, ...later], at, 999)).toEqual(consentAsOf(events, at, 999));
      }),
    );
  });

  it('is a refusal from the instant of a refusal on, until a later yes', () => {
    fc.assert(
      fc.property(histories, fc.nat(40), (events, at) => {
        const no = fact('withdrawn', 20, 0);
        const silent = events.filter(({ kind }) => kind !== 'granted' && kind !== 'confirmed');
        const status = consentAsOf([...silent, no], Math.max(at, 20), 999)?.status;
        expect(status !== undefined && isRefusal(status)).toBe(true);
      }),
    );
  });

  it('says of a yes after a yes that it renews', () => {
    const events = [fact('granted', 1), fact('withdrawn', 2), fact('granted', 3)];
    expect(isRenewal(events, consentAsOf(events, 1, 9), 9)).toBe(false);
    expect(isRenewal(events, consentAsOf(events, 3, 9), 9)).toBe(true);
    expect(isRenewal(events, consentAsOf(events, 2, 9), 9)).toBe(false);
  });
});

describe('whose a contact point was, on both clocks', () => {
  it.each([
    ['nobody knew of it before it began', { since: 5, until: null }, 9, 4, false],
    ['it counts for the past as soon as it is known', { since: 5, until: null }, 1, 5, true],
    ['it was theirs until it was not', { since: 1, until: 5 }, 4, 9, true],
    ['at that instant it was not', { since: 1, until: 5 }, 5, 5, false],
    ['before, nobody knew that it would end', { since: 1, until: 5 }, 9, 4, true],
  ])('%s', (_sentence, period, at, known, held) => {
    expect(heldAsOf(period, at, known)).toBe(held);
  });
});
