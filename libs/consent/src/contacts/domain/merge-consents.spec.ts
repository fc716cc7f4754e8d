import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { runOut } from '../../consents/domain/as-of.js';
import {
  CONSENT_EVENT_KINDS,
  type ConsentFact,
  type ConsentState,
  foldConsent,
} from '../../consents/domain/consent-fold.js';
import { mergeConsents, type MergedPoint } from './merge-consents.js';

const NOW = 100;
let n = 0;
const fact = (kind: ConsentFact['kind'], occurredAt: number, validUntil: number | null = null): ConsentFact => {
  n += 1;
  return { id: `e${String(n).padStart(6, '0')}`, kind, occurredAt, validUntil };
};

interface Point {
  readonly id: string;
  readonly channel: string;
  /** By scope. */
  readonly history: Readonly<Record<string, readonly ConsentFact[]>>;
}

const histories = fc.dictionary(
  fc.constantFrom('commercial', 'newsletter'),
  fc
    .array(
      fc.tuple(
        fc.constantFrom(...CONSENT_EVENT_KINDS),
        fc.nat(NOW),
        fc.option(fc.integer({ min: 50, max: 300 }), { nil: null }),
      ),
      {
        maxLength: 5,
      },
    )
    .map((events) => events.map(([kind, at, until]) => fact(kind, at, until))),
);
const points = fc.array(fc.tuple(fc.constantFrom('email', 'sms'), histories), { maxLength: 3 }).map((all) =>
  all.map(([channel, history]): Point => {
    n += 1;
    return { id: `p${n}`, channel, history };
  }),
);

const stand = ({ id, channel, history }: Point): MergedPoint => ({
  id,
  channel,
  states: new Map(
    Object.entries(history).flatMap(([scope, events]): [string, ConsentState][] => {
      const state = foldConsent(events);
      return state === null ? [] : [[scope, state]];
    }),
  ),
});

/** The models of enforcement, as the decision has them. */
const passes = (
  model: 'restrictive' | 'permissive' | 'disabled',
  events: readonly ConsentFact[],
  at: number,
): boolean => {
  const folded = foldConsent(events);
  const status = folded === null ? null : runOut(folded, at).status;
  if (status === 'objected') return false;
  if (status === 'withdrawn' || status === 'revoked') return false;
  if (model === 'disabled') return true;
  if (status === 'refused') return false;
  return model === 'permissive' || status === 'granted' || status === 'confirmed';
};

/** The merged contact's points: those of the one first, with what the plan records at now. */
const merged = (into: Point[], from: Point[]): Point[] => {
  const steps = mergeConsents(into.map(stand), from.map(stand), NOW);
  return [...into, ...from].map((point) => {
    const history: Record<string, ConsentFact[]> = Object.fromEntries(
      Object.entries(point.history).map(([scope, events]) => [scope, [...events]]),
    );
    for (const { scopeId, kind, validUntil } of steps.filter(({ pointId }) => pointId === point.id))
      history[scopeId] = [...(history[scopeId] ?? []), fact(kind, NOW + 1, validUntil)];
    return { ...point, history };
  });
};
const first = (all: readonly Point[], channel: string): Point | undefined =>
  all.find((point) => point.channel === channel);

describe('the consents of two contacts who are one person', () => {
  it('let no message pass that either of them would have refused, now and later, under every model', () => {
    fc.assert(
      fc.property(points, points, fc.integer({ min: NOW + 1, max: 320 }), (into, from, at) => {
        const together = merged(into, from);
        for (const channel of ['email', 'sms']) {
          const [a, b] = [first(into, channel), first(from, channel)];
          if (a === undefined || b === undefined) continue;
          for (const scope of ['commercial', 'newsletter']) {
            for (const model of ['restrictive', 'permissive', 'disabled'] as const) {
              const either = [a, b].some(({ history }) => !passes(model, history[scope] ?? [], at));
              // Not the first alone: the other takes its place when that one ends.
              for (const point of together.filter((one) => one.channel === channel))
                if (either) expect(passes(model, point.history[scope] ?? [], at)).toBe(false);
            }
          }
        }
      }),
      { numRuns: runs(400) },
    );
  });

  it('keep what both agreed to, and what only one of them could be reached by', () => {
    const yes = { commercial: [fact('granted', 1)] };
    const [a, b, c] = [
      { id: 'a', channel: 'email', history: yes },
      { id: 'b', channel: 'email', history: yes },
      { id: 'c', channel: 'sms', history: yes },
    ];
    expect(mergeConsents([a].map(stand), [b, c].map(stand), NOW)).toEqual([]);
  });

  it.each<[string, ConsentFact[], ConsentFact[], object[]]>([
    ['a no of one is one of both', [fact('granted', 1)], [fact('withdrawn', 2)], [{ pointId: 'a', kind: 'withdrawn' }]],
    [
      'an objection goes before a no',
      [fact('objected', 2)],
      [fact('withdrawn', 1)],
      [{ pointId: 'b', kind: 'objected' }],
    ],
    [
      'a no that one said again later was said again by both',
      [fact('withdrawn', 1)],
      [fact('withdrawn', 2)],
      [{ pointId: 'a', kind: 'withdrawn' }],
    ],
    ['what one never said the other said in vain', [fact('granted', 1)], [], [{ pointId: 'a', kind: 'invalidated' }]],
    ['nor does a request do', [fact('requested', 1)], [fact('confirmed', 2)], [{ pointId: 'b', kind: 'invalidated' }]],
    [
      'the shorter of two terms counts',
      [fact('granted', 1, 150)],
      [fact('granted', 1)],
      [{ pointId: 'b', kind: 'expired', validUntil: 150 }],
    ],
    [
      'one that has run out is none',
      [fact('granted', 1, 90)],
      [fact('granted', 1)],
      [{ pointId: 'b', kind: 'invalidated' }],
    ],
  ])('%s', (_sentence, mine, theirs, steps) => {
    const [a, b] = [
      { id: 'a', channel: 'email', history: { commercial: mine } },
      { id: 'b', channel: 'email', history: { commercial: theirs } },
    ];
    expect(mergeConsents([a].map(stand), [b].map(stand), NOW)).toMatchObject(steps);
    expect(mergeConsents([a].map(stand), [b].map(stand), NOW)).toHaveLength(steps.length);
  });
});
