import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContactId, ContactPointId } from '#lib/kernel';
import { metAtLeast, runs } from '../../../../../test/support/runs.js';
import { type ConsentFact, isReducing, lastRefusal } from '../../consents/domain/consent-fold.js';
import type { ContactFields } from '../../contacts/contact.store.js';
import {
  addressKey,
  type Person,
  type PersonPoint,
  planRows,
  type PreparedRow,
  type RowPlan,
  type Subjects,
  type World,
} from './plan-batch.js';

const [PURPOSE, EVERYTHING, TOPICS] = ['ads', 'everything', ['news', 'events']];
const SCOPES = [PURPOSE, EVERYTHING, ...TOPICS];
const PEOPLE = ['ada', 'ben'];
const ADDRESSES = ['one', 'two'];
const NOW = 100;

const SUBJECTS: Subjects = {
  purposes: [PURPOSE, EVERYTHING].map((id) => ({ id, enforcement: 'restrictive', legalBasis: 'consent' })),
  around: () => ({ topicsOf: TOPICS, above: [EVERYTHING] }),
  scopeOf: (id) => (TOPICS.includes(id) ? { purposeId: PURPOSE, topicId: id } : { purposeId: id, topicId: null }),
};

/** Something on file: who said what, at which of their addresses. */
interface Said {
  readonly who: string;
  readonly address: string;
  readonly scope: string;
  readonly kind: 'granted' | 'imported' | 'withdrawn' | 'objected' | 'refused' | 'expired';
  readonly at: number;
}

/** A line of the file. */
interface Line {
  readonly who: string;
  readonly address: string;
  readonly topics: readonly string[];
  readonly kind: 'granted' | 'imported' | 'withdrawn' | 'objected';
  /** Null: it does not say. */
  readonly at: number | null;
}

const at = fc.constantFrom(10, 20, 30, 40);
const who = fc.constantFrom(...PEOPLE);
const address = fc.constantFrom(...ADDRESSES);
const said: fc.Arbitrary<Said> = fc.record({
  ...{ who, address, at, scope: fc.constantFrom(...SCOPES) },
  kind: fc.constantFrom('granted', 'imported', 'withdrawn', 'objected', 'refused', 'expired'),
});
const line: fc.Arbitrary<Line> = fc.record({
  ...{ who, address, at: fc.option(at), topics: fc.subarray(TOPICS) },
  kind: fc.constantFrom('granted', 'imported', 'imported', 'withdrawn', 'objected'),
});

const FIELDS: ContactFields = {
  ...{ language: null, zone: null, country: null, region: null, postalCode: null, deviceZone: null, segments: [] },
  ...{ wishes: {}, pausedUntil: null, account: null, attributes: {} },
};

let ids = 0;
const newId = <Id extends string>(): Id => `id-${String((ids += 1)).padStart(8, '0')}` as Id;

function worldOf(all: readonly Said[]): World {
  const world: World = { people: new Map(), refusals: new Map(), reassigned: new Map() };
  for (const name of PEOPLE) {
    const own = all.filter((one) => one.who === name);
    const points = ADDRESSES.filter((hash) => own.some((one) => one.address === hash)).map((hash): PersonPoint => {
      const history = new Map<string, ConsentFact[]>();
      for (const { scope, kind, at: occurredAt } of own.filter((one) => one.address === hash))
        history.set(scope, [...(history.get(scope) ?? []), { id: newId(), kind, occurredAt, validUntil: null }]);
      return { ...{ id: newId<ContactPointId>(), channel: 'email', hash, ended: false }, objectedAt: null, history };
    });
    for (const { id: pointId, channel, hash, history } of points)
      for (const [scopeId, facts] of history) {
        const last = lastRefusal(facts);
        const key = addressKey({ channel, hash });
        if (last !== null)
          world.refusals.set(key, [
            ...(world.refusals.get(key) ?? []),
            { pointId, scopeId, kind: last.kind, at: last.occurredAt, lost: false },
          ]);
      }
    const person: Person = {
      ...{ id: newId<ContactId>(), subjectId: null, isNew: false, gone: null, choseLanguage: false },
      ...{ fields: FIELDS, points },
    };
    world.people.set(name, person);
  }
  return world;
}

/** As it is judged: a person's yes that does not say when is only a claim. */
function prepared({ who: externalId, address: hash, topics, kind, at: occurredAt }: Line, n: number): PreparedRow {
  const isClaim = kind === 'granted' && occurredAt === null;
  return {
    ...{ line: n, row: { externalId }, note: null, legalBasis: 'consent' },
    wish: { purposeId: PURPOSE, topicIds: topics, kind: isClaim ? 'imported' : kind, occurredAt, validUntil: null },
    address: { channel: 'email', address: `${hash}@people.example`, hash },
  };
}

const eventsIn = (plans: readonly RowPlan[]) =>
  plans.flatMap(({ events, carried, inPlace }) => [...events, ...carried, ...inPlace.flatMap((one) => one.events)]);

describe('a file that is sent again', () => {
  const again = (onFile: readonly Said[], lines: readonly Line[]) => {
    const world = worldOf(onFile);
    const rows = lines.map(prepared);
    const first = planRows(rows, world, SUBJECTS, NOW, newId);
    return { first, second: planRows(rows, world, SUBJECTS, NOW + 10, newId) };
  };

  it('says nothing that it had not said, whoever else has the address and whatever its own later lines lift', () => {
    const seen = { raised: 0, blocked: 0, lowered: 0 };
    fc.assert(
      fc.property(fc.array(said, { maxLength: 6 }), fc.array(line, { minLength: 1, maxLength: 5 }), (onFile, lines) => {
        const { first, second } = again(onFile, lines);
        expect(eventsIn(second).map(({ kind, scope, occurredAt }) => ({ kind, scope, occurredAt }))).toEqual([]);
        const events = eventsIn(first).filter(({ effective }) => effective);
        seen.raised += Number(events.some(({ kind }) => !isReducing(kind)));
        seen.lowered += Number(events.some(({ kind }) => isReducing(kind)));
        seen.blocked += Number(first.some(({ outcome }) => outcome === 'blocked'));
      }),
      { numRuns: runs(2_000) },
    );
    for (const n of Object.values(seen)) expect(n).toBeGreaterThan(metAtLeast(300));
  });

  const CLAIM = { who: 'ada', address: 'one', topics: ['events'], kind: 'imported', at: 30 } as const;
  const YES = { address: 'one', kind: 'granted', at: 20 } as const;
  it.each<[string, Said, Line]>([
    [
      'somebody else with the address',
      { who: 'ben', address: 'one', scope: 'events', kind: 'withdrawn', at: 10 },
      { ...YES, who: 'ben', topics: ['events'] },
    ],
    [
      'themselves, of everything under the purpose',
      { who: 'ada', address: 'one', scope: PURPOSE, kind: 'withdrawn', at: 10 },
      { ...YES, who: 'ada', topics: ['news'] },
    ],
  ])('with a claim, and after it a yes of who had refused: %s', (_who, refusal, yes) => {
    const { first, second } = again([refusal], [CLAIM, yes]);
    expect([first, second].map((plans) => plans.map(({ outcome }) => outcome))).toEqual([
      ['blocked', 'changed'],
      ['blocked', 'unchanged'],
    ]);
    // Nor does it come before, because the lines stand in another order.
    const turned = again([refusal], [yes, CLAIM]);
    expect(turned.first.map(({ outcome }) => outcome)).toEqual(['changed', 'blocked']);
  });

  const NEWS = { who: 'ada', address: 'one', scope: 'news' } as const;
  const [GIVEN, ENDED] = [{ ...NEWS, kind: 'granted', at: 10 } as const, { ...NEWS, kind: 'expired', at: 20 } as const];
  const claim = (when: number | null): Line => ({
    ...{ who: 'ada', address: 'one', topics: ['news'] },
    kind: 'imported',
    at: when,
  });
  it.each<[string, Said[], Line[]]>([
    ['ended', [GIVEN, ENDED], [claim(null)]],
    ['ended before it', [GIVEN, ENDED], [claim(30)]],
    ['ended, and is told after it', [ENDED], [claim(null), { ...claim(10), kind: 'granted' }]],
    [
      'ended and lifted a refusal',
      [
        { ...NEWS, kind: 'refused', at: 10 },
        { ...ENDED, at: 40 },
      ],
      [claim(40), { ...claim(40), kind: 'granted' }],
    ],
  ])('with a claim where a yes of the person has %s', (_how, onFile, lines) => {
    const { second } = again(onFile, lines);
    expect(eventsIn(second)).toEqual([]);
    expect(second[0]?.outcome).toBe('unchanged');
  });

  it('takes no claim beside a yes that has ended, which could not count, and says so of one over a refusal', () => {
    expect(eventsIn(again([GIVEN, ENDED], [claim(30)]).first)).toEqual([]);
    expect(again([GIVEN, { ...NEWS, kind: 'withdrawn', at: 20 }], [claim(30)]).first[0]?.outcome).toBe('blocked');
    expect(eventsIn(again([ENDED], [claim(30)]).first).map(({ kind }) => kind)).toContain('imported');
  });
});
