import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CONSENT_EVENT_KINDS,
  type ConsentFact,
  type ConsentState,
  foldConsent,
  isReducing,
  isRefusal,
  lastRefusal,
  overruled,
  strictest,
} from './consent-fold.js';

const fact = (kind: ConsentFact['kind'], occurredAt: number): ConsentFact => ({
  id: `${kind}-${occurredAt}`,
  kind,
  occurredAt,
  validUntil: null,
});

const bare = (kind: ConsentFact['kind'], occurredAt: number): ConsentFact => ({
  ...fact(kind, occurredAt),
  id: `bare-${kind}-${occurredAt}`,
  unproven: true,
});

const kinds = fc.constantFrom<ConsentFact['kind']>(...CONSENT_EVENT_KINDS);
const histories = fc
  .array(fc.tuple(kinds, fc.nat(8)), { maxLength: 9 })
  .map((events) => events.map(([kind, at]) => fact(kind, at)));

describe('the fold of consent events', () => {
  it.each([
    ['a grant stands', [fact('granted', 1)], 'granted'],
    ['a withdrawal after a grant stands', [fact('granted', 1), fact('withdrawn', 2)], 'withdrawn'],
    ['a later grant by the person lifts a withdrawal', [fact('withdrawn', 1), fact('granted', 2)], 'granted'],
    ['at the same instant the way out counts', [fact('withdrawn', 5), fact('granted', 5)], 'withdrawn'],
    ['a grant recorded late does not lift a newer withdrawal', [fact('withdrawn', 5), fact('granted', 3)], 'withdrawn'],
    ['a withdrawal recorded late does not undo a newer grant', [fact('granted', 5), fact('withdrawn', 3)], 'granted'],
    ['an import gives consent where nothing was known', [fact('imported', 1)], 'granted'],
    ['an import never lifts a withdrawal, however new', [fact('withdrawn', 1), fact('imported', 9)], 'withdrawn'],
    ['a withdrawal older than an import wins all the same', [fact('imported', 9), fact('withdrawn', 1)], 'withdrawn'],
    ['an objection stays one when a withdrawal follows', [fact('objected', 1), fact('withdrawn', 9)], 'objected'],
    ['a refusal does not take the place of a withdrawal', [fact('withdrawn', 1), fact('refused', 9)], 'withdrawn'],
    ['a withdrawal takes that of a refusal', [fact('refused', 1), fact('revoked', 9)], 'revoked'],
    ['an expiry does not take the place of a withdrawal', [fact('withdrawn', 1), fact('expired', 9)], 'withdrawn'],
    ['nor does an invalidation', [fact('refused', 1), fact('invalidated', 9)], 'refused'],
    ['an expired grant is expired', [fact('granted', 1), fact('expired', 2)], 'expired'],
    ['a grant after an expiry stands', [fact('expired', 2), fact('granted', 3)], 'granted'],
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
    expect(foldConsent(events)?.status).toBe(status);
    expect(foldConsent([...events].reverse())?.status).toBe(status);
  });

  it('is the same in whatever order events are recorded', () => {
    fc.assert(
      fc.property(
        histories.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(foldConsent(shuffled)).toEqual(foldConsent(events));
          expect(lastRefusal(shuffled)).toEqual(lastRefusal(events));
        },
      ),
    );
  });

  it('lets nothing but a later yes of the person out of a refusal', () => {
    const refusal = fc.constantFrom<ConsentFact['kind']>('refused', 'withdrawn', 'revoked', 'objected');
    const anything = kinds.filter((kind) => kind !== 'granted' && kind !== 'confirmed');
    fc.assert(
      fc.property(refusal, histories, fc.array(fc.tuple(anything, fc.nat(30))), (kind, before, later) => {
        const events = [...before, fact(kind, 10), ...later.map(([other, at]) => fact(other, at))];
        const status = foldConsent(events)?.status;
        expect(status !== undefined && isRefusal(status)).toBe(true);
      }),
    );
  });

  it('takes back what was said as though it had never been, and no end ever', () => {
    const takingBack = (event: ConsentFact, n: number): ConsentFact => ({
      ...fact('invalidated', 40 + n),
      id: `retraction-${n}`,
      retracts: event.id,
    });
    fc.assert(
      fc.property(histories, fc.array(fc.nat(20), { maxLength: 4 }), (events, chosen) => {
        const taken = chosen.flatMap((i) => events[i] ?? []);
        const gone = new Set(taken.filter(({ kind }) => !isReducing(kind) || isRefusal(kind)).map(({ id }) => id));
        const without = foldConsent(events.filter(({ id }) => !gone.has(id)));
        const after = foldConsent([...events, ...taken.map(takingBack)]);
        if (without === null && taken.length > 0) expect(after?.status).toBe('invalidated');
        else expect(after).toEqual(without);
      }),
    );
  });

  it('knows every kind of event', () => {
    for (const kind of CONSENT_EVENT_KINDS) {
      expect(foldConsent([fact(kind, 1)])).toMatchObject({
        status: kind === 'imported' ? 'granted' : kind,
        imported: kind === 'imported',
      });
    }
    expect(foldConsent([])).toBeNull();
  });
});

describe('a yes that nothing shows', () => {
  it.each<[string, ConsentFact[], string | null]>([
    ['stands where there is nothing else', [bare('granted', 1)], 'bare-granted-1'],
    ['takes no place of one that can be shown', [fact('granted', 1), bare('granted', 9)], 'granted-1'],
    ['nor of one that a list can show', [fact('imported', 1), bare('granted', 9)], 'imported-1'],
    ['nor does a bare list', [fact('imported', 1), bare('imported', 9)], 'imported-1'],
    ['lifts no refusal', [fact('withdrawn', 1), bare('granted', 9)], 'withdrawn-1'],
    ['and no refusal that is told late', [bare('granted', 9), fact('objected', 1)], 'objected-1'],
    [
      'stands again where what could be shown was ended',
      [fact('granted', 1), fact('expired', 3), bare('granted', 9)],
      'bare-granted-9',
    ],
    ['and where it was only asked for', [fact('requested', 1), bare('granted', 9)], 'bare-granted-9'],
    ['is ended by a no', [bare('granted', 1), fact('refused', 9)], 'refused-9'],
  ])('%s', (_name, events, eventId) => {
    expect(foldConsent(events)?.eventId ?? null).toBe(eventId);
  });

  it('changes nothing where somebody said yes or no', () => {
    const claims = fc
      .array(fc.tuple(fc.constantFrom<ConsentFact['kind']>('granted', 'confirmed', 'imported'), fc.nat(9)), {
        minLength: 1,
      })
      .map((events) => events.map(([kind, at]) => bare(kind, at)));
    fc.assert(
      fc.property(histories, claims, (events, bares) => {
        const without = foldConsent(events);
        const said =
          without !== null && (isRefusal(without.status) || ['granted', 'confirmed'].includes(without.status));
        fc.pre(said);
        expect(foldConsent([...events, ...bares])).toEqual(without);
      }),
    );
  });
});

describe('several contact points with one address', () => {
  const state = (status: ConsentState['status'], since: number, imported = false): ConsentState => ({
    status,
    since,
    validUntil: null,
    eventId: `${status}-${since}`,
    imported,
  });

  it.each([
    ['a refusal of another contact counts', null, [state('withdrawn', 1)], 'withdrawn'],
    ['a later yes of one’s own counts', state('granted', 2), [state('withdrawn', 1)], 'granted'],
    ['an earlier yes does not', state('granted', 1), [state('withdrawn', 2)], 'withdrawn'],
    ['an import does not', state('granted', 9, true), [state('withdrawn', 2)], 'withdrawn'],
    ['a yes of another contact is nobody else’s', null, [state('granted', 9)], undefined],
    ['one’s own refusal stays', state('objected', 1), [state('withdrawn', 2)], 'objected'],
    ['the newest refusal is named', null, [state('refused', 1), state('withdrawn', 2)], 'withdrawn'],
  ])('%s', (_sentence, own, elsewhere, status) => {
    expect(strictest(own, elsewhere)?.status).toBe(status);
  });

  it.each([
    ['from before it is overruled', state('granted', 1), [state('withdrawn', 2)], 'withdrawn'],
    ['of its moment is overruled', state('confirmed', 2), [state('withdrawn', 2)], 'withdrawn'],
    ['from after it counts', state('granted', 3), [state('withdrawn', 2)], 'granted'],
    ['that was reported from after it counts', state('granted', 3, true), [state('withdrawn', 2)], 'granted'],
    ['must be later than each of them', state('granted', 3), [state('objected', 2), state('refused', 4)], 'refused'],
    ['is the only thing that can be overruled', state('requested', 1), [state('withdrawn', 2)], 'requested'],
    ['that is none stays none', null, [state('withdrawn', 2)], undefined],
  ])('a yes under a refusal that another has taken back: one %s', (_sentence, own, refusals, status) => {
    expect(overruled(own, refusals)?.status).toBe(status);
  });

  it('lets the no that stops most count, wherever at the address it was said', () => {
    const said = (kind: ConsentFact['kind'], at: number) => foldConsent([fact(kind, at)]);
    const all = [said('withdrawn', 1), said('refused', 9), said('objected', 2)].flatMap((state) => state ?? []);
    expect(strictest(said('refused', 9), all.slice(0, 1))?.status).toBe('withdrawn');
    expect(strictest(said('withdrawn', 1), all)?.status).toBe('objected');
    expect(strictest(null, all.slice(0, 2))?.status).toBe('withdrawn');
  });

  it('knows the last no, of several at one time the one that stops most', () => {
    const said = [
      fact('withdrawn', 3),
      fact('refused', 4),
      fact('objected', 2),
      fact('revoked', 4),
      fact('granted', 5),
    ];
    expect(lastRefusal(said)).toEqual(fact('revoked', 4));
    expect(lastRefusal([fact('granted', 5)])).toBeNull();
  });
});
