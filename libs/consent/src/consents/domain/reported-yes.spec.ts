import { describe, expect, it } from '@jest/globals';
import { type ConsentEventKind, type ConsentFact, foldConsent, isRefusal } from './consent-fold.js';
import type { Wish } from './plan-changes.js';
import { objectionTo } from './reported-yes.js';

const day = (n: number): number => Date.UTC(2026, 0, n);
type Past = readonly [scope: 'purpose' | 'topic' | 'other', kind: ConsentEventKind, day: number];

describe('a yes that a program reports', () => {
  const ask = (
    past: readonly Past[],
    kind: ConsentEventKind,
    topics: readonly string[],
    at: number | null,
    isExpress = true,
    unproven = false,
  ) => {
    const history = new Map<string, ConsentFact[]>();
    past.forEach(([scope, was, on], i) => {
      const fact = { id: `${i}`, kind: was, occurredAt: day(on), validUntil: null };
      history.set(scope, [...(history.get(scope) ?? []), fact]);
    });
    const standing = new Map(
      [...history].flatMap(([scope, facts]) => {
        const state = foldConsent(facts);
        return state === null ? [] : [[scope, state] as const];
      }),
    );
    const refusedAt = new Map<string, number>();
    for (const [scope, was, on] of past) {
      if (isRefusal(was)) refusedAt.set(scope, Math.max(day(on), refusedAt.get(scope) ?? 0));
    }
    const occurredAt = at === null ? null : day(at);
    const wish: Wish = { purposeId: 'purpose', topicIds: topics, kind, occurredAt, validUntil: null, unproven };
    return objectionTo(wish, refusedAt, standing, isExpress);
  };

  it.each<[string, readonly Past[], readonly string[], number | null, string | null]>([
    ['where nothing is on file', [], ['topic'], 6, null],
    ['after the topic was left', [['topic', 'withdrawn', 5]], ['topic'], 6, 'not_express'],
    ['after the purpose was left', [['purpose', 'objected', 5]], ['topic'], 6, 'not_express'],
    ['in the moment in which it was left', [['topic', 'withdrawn', 5]], ['topic'], 5, 'not_express'],
    ['from before', [['topic', 'withdrawn', 5]], ['topic'], 4, 'older'],
    ['of no time', [['topic', 'withdrawn', 5]], ['topic'], null, 'undated'],
  ])('that rests on no consent, or that nothing shows, %s', (_name, past, topics, at, objection) => {
    expect(ask(past, 'granted', topics, at, false)?.kind ?? null).toBe(objection);
    const unshown = objection === 'not_express' ? 'unshown' : objection;
    expect(ask(past, 'granted', topics, at, true, true)?.kind ?? null).toBe(unshown);
  });

  it.each<[string, readonly Past[], ConsentEventKind, readonly string[], number | null, string | null, number | null]>([
    ['where nothing is on file', [], 'granted', ['topic'], null, null, null],
    ['again, where one stands', [['topic', 'granted', 1]], 'granted', ['topic'], null, null, null],
    ['after the topic was left', [['topic', 'withdrawn', 5]], 'granted', ['topic'], null, 'undated', 5],
    ['after the topic was refused', [['topic', 'refused', 5]], 'confirmed', ['topic'], null, 'undated', 5],
    ['after the purpose was left', [['purpose', 'objected', 5]], 'granted', ['topic'], null, 'undated', 5],
    ['to a purpose that was left', [['purpose', 'withdrawn', 5]], 'granted', [], null, 'undated', 5],
    ['to a purpose of which a topic was left', [['topic', 'withdrawn', 5]], 'granted', [], null, null, null],
    ['from after the topic was left', [['topic', 'withdrawn', 5]], 'granted', ['topic'], 6, null, null],
    ['from before the topic was left', [['topic', 'withdrawn', 5]], 'granted', ['topic'], 4, 'older', 5],
    ['from the moment at which the topic was left', [['topic', 'withdrawn', 5]], 'confirmed', ['topic'], 5, 'older', 5],
    ['imported from before the topic was left', [['topic', 'withdrawn', 5]], 'imported', ['topic'], 4, 'older', 5],
    [
      'from before the topic was left, although it is agreed to again',
      [
        ['topic', 'withdrawn', 5],
        ['topic', 'granted', 8],
      ],
      'granted',
      ['topic'],
      4,
      'older',
      5,
    ],
    ['of which one topic was left since', [['topic', 'withdrawn', 5]], 'granted', ['topic', 'other'], 4, null, null],
    [
      'of which each topic was left since',
      [
        ['topic', 'withdrawn', 5],
        ['other', 'refused', 6],
      ],
      'granted',
      ['topic', 'other'],
      4,
      'older',
      6,
    ],
    ['from before the purpose was left', [['purpose', 'withdrawn', 5]], 'granted', ['topic'], 4, 'older', 5],
    ['from the moment at which it was left', [['purpose', 'withdrawn', 5]], 'granted', ['topic'], 5, 'older', 5],
    ['from after the purpose was left', [['purpose', 'withdrawn', 5]], 'granted', ['topic'], 6, null, null],
    [
      'from before the purpose was left, although it is agreed to again',
      [
        ['purpose', 'withdrawn', 5],
        ['purpose', 'granted', 8],
      ],
      'granted',
      ['topic'],
      4,
      'older',
      5,
    ],
    ['imported from before the purpose was left', [['purpose', 'withdrawn', 5]], 'imported', ['topic'], 4, 'older', 5],
    ['imported without its time', [['purpose', 'withdrawn', 5]], 'imported', ['topic'], null, 'undated', 5],
    [
      'imported without its time, to a topic of a purpose that was left and is agreed to again',
      [
        ['purpose', 'withdrawn', 5],
        ['purpose', 'granted', 8],
      ],
      'imported',
      ['topic'],
      null,
      'undated',
      5,
    ],
    ['imported over the same topic: history', [['topic', 'withdrawn', 5]], 'imported', ['topic'], null, null, null],
    ['that is a no', [['purpose', 'withdrawn', 5]], 'withdrawn', ['topic'], null, null, null],
    ['that is a request', [['topic', 'withdrawn', 5]], 'requested', ['topic'], null, null, null],
  ])('%s', (_name, past, kind, topics, at, objection, refusedOn) => {
    const expected = objection === null ? null : { kind: objection, refusedAt: day(refusedOn ?? 0) };
    expect(ask(past, kind, topics, at)).toEqual(expected);
  });
});
