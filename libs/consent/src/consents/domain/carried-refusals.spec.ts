import { describe, expect, it } from '@jest/globals';
import { carriedRefusals, type HeldPoint } from './carried-refusals.js';
import type { ConsentEventKind, ConsentFact } from './consent-fold.js';

let ids = 0;
const said = (...events: readonly [ConsentEventKind, number][]): ConsentFact[] =>
  events.map(([kind, occurredAt]) => ({ id: `e${ids++}`, kind, occurredAt, validUntil: null }));
const PURPOSES = [
  { id: 'ads', enforcement: 'permissive' as const, legalBasis: 'legitimate_interests' },
  { id: 'invoices', enforcement: 'disabled' as const, legalBasis: 'contract' },
];
const point = (channel: HeldPoint['channel'], facts: readonly ConsentFact[], inUse = true): HeldPoint => ({
  ...{ channel, inUse, objectedAt: null },
  history: new Map(facts.length === 0 ? [] : [['ads', facts]]),
  elsewhere: new Map(),
});

describe('somebody who gets another contact point', () => {
  it.each<[string, HeldPoint[], [ConsentEventKind, number][], [string, number][]]>([
    ['and left nothing has left nothing there', [point('email', said(['granted', 1]))], [], []],
    [
      'has left what they left at the address before',
      [point('email', said(['granted', 1], ['withdrawn', 2]))],
      [],
      [['withdrawn', 2]],
    ],
    ['has objected as they had', [point('email', said(['objected', 2]))], [], [['objected', 2]]],
    ['has not left what they only declined', [point('email', said(['refused', 2]))], [], []],
    [
      'has left what they left at one of two addresses last',
      [point('email', said(['granted', 1])), point('email', said(['withdrawn', 2]))],
      [],
      [['withdrawn', 2]],
    ],
    [
      'has not left what they came back to at another address since',
      [point('email', said(['withdrawn', 2]), false), point('email', said(['granted', 3], ['invalidated', 4]), false)],
      [],
      [],
    ],
    [
      'has left it for all that a list claims',
      [point('email', said(['withdrawn', 2]), false), point('email', said(['imported', 3]))],
      [],
      [['withdrawn', 2]],
    ],
    [
      'has left on another channel what they left on all they had',
      [point('sms', said(['withdrawn', 2]))],
      [],
      [['withdrawn', 2]],
    ],
    [
      'has not left on another channel what they left on one of two',
      [point('sms', said(['withdrawn', 2])), point('push', [])],
      [],
      [],
    ],
    [
      'is not bound on another channel by an address of long ago',
      [point('sms', said(['withdrawn', 2]), false), point('push', said(['granted', 3]))],
      [],
      [],
    ],
    [
      'that they had before has left there what they left elsewhere since',
      [point('email', said(['withdrawn', 5]))],
      [['granted', 1]],
      [['withdrawn', 5]],
    ],
    ['where they said yes later has not', [point('email', said(['withdrawn', 5]))], [['granted', 6]], []],
    [
      'where they said the same no later has it already',
      [point('email', said(['withdrawn', 5]))],
      [['withdrawn', 6]],
      [],
    ],
  ])('%s', (_sentence, others, own, expected) => {
    const history = new Map(own.length === 0 ? [] : [['ads', said(...own)]]);
    const carried = carriedRefusals('email', others, history, PURPOSES);
    expect(carried.map(({ kind, occurredAt }) => [kind, occurredAt])).toEqual(expected);
  });

  it('has left what others refused at an address before, until they say yes there themselves', () => {
    const elsewhere = new Map([['ads', said(['withdrawn', 3])]]);
    const carried = (one: HeldPoint) =>
      carriedRefusals('email', [{ ...one, elsewhere }], new Map(), PURPOSES).map(({ kind, occurredAt }) => [
        kind,
        occurredAt,
      ]);
    expect(carried(point('email', []))).toEqual([['withdrawn', 3]]);
    expect(carried(point('email', said(['granted', 2])))).toEqual([['withdrawn', 3]]);
    expect(carried(point('email', said(['granted', 4])))).toEqual([]);
  });

  it('has left all that can be left where an address before is suppressed because they objected', () => {
    const objected = { ...point('email', [], false), objectedAt: 4 };
    expect(carriedRefusals('email', [objected], new Map(), PURPOSES)).toEqual([
      { scopeId: 'ads', kind: 'withdrawn', occurredAt: 4 },
    ]);
  });
});
