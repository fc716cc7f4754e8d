import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContactPointId } from '#lib/kernel';
import { metAtLeast, runs } from '../../../../../test/support/runs.js';
import { type ConsentFact, foldConsent, isReducing, isRefusal } from '../../consents/domain/consent-fold.js';
import { planChanges, type PlannedEvent, scopeId, type Wish } from '../../consents/domain/plan-changes.js';
import { type ImportedEvent, planUndo } from './plan-undo.js';
import { planWish } from './plan-wish.js';

const PURPOSE = 'purpose';
const TOPICS = ['a', 'b'];
const POINT = 'point' as ContactPointId;

type Kind = 'imported' | 'granted' | 'withdrawn' | 'objected';
/** A person says something now, a list says something about some time before, or a list is taken back. */
type Step =
  | { readonly does: 'say'; readonly kind: 'granted' | 'withdrawn' | 'objected'; readonly topics: readonly string[] }
  | { readonly does: 'import'; readonly kind: Kind; readonly topics: readonly string[]; readonly ago: number | null }
  | { readonly does: 'undo'; readonly which: number };

const topics = fc.subarray(TOPICS);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('say' as const), kind: fc.constantFrom('granted', 'withdrawn', 'objected'), topics }),
  fc.record({
    does: fc.constant('import' as const),
    kind: fc.constantFrom<Kind>('imported', 'granted', 'withdrawn', 'objected'),
    topics,
    ago: fc.option(fc.nat(80)),
  }),
  fc.record({ does: fc.constant('undo' as const), which: fc.nat(5) }),
);

/** One contact point, as the service keeps it. */
class Point {
  readonly history = new Map<string, ConsentFact[]>();
  readonly imports: ImportedEvent[][] = [];
  private ids = 0;
  private now = 100;

  carryOut(step: Step): void {
    this.now += 10;
    const newId = (): string => `id-${String(this.ids++).padStart(4, '0')}`;
    if (step.does === 'undo') {
      this.add(planUndo(this.imports[step.which] ?? [], [], this.history, this.now, newId));
      return;
    }
    // A person's yes without a time is only imported; judgeRow sees to that.
    const occurredAt = step.does === 'say' || step.ago === null ? null : this.now - step.ago;
    const kind = step.does === 'import' && occurredAt === null && step.kind === 'granted' ? 'imported' : step.kind;
    const wish: Wish = { purposeId: PURPOSE, topicIds: step.topics, kind, occurredAt, validUntil: null };
    if (step.does === 'say') {
      this.add(planChanges(wish, this.history, TOPICS, this.now, newId));
      return;
    }
    const { events } = planWish(
      wish,
      { id: POINT, history: this.history, refusals: [] },
      { topicsOf: TOPICS, above: [] },
      this.now,
      newId,
    );
    this.add(events);
    this.imports.push(events.map((event) => ({ fact: factOf(event), scope: event.scope })));
  }

  /** Events that count: those that were not taken back. */
  counted(scope: string): ConsentFact[] {
    const all = this.history.get(scope) ?? [];
    const taken = new Set(all.flatMap(({ retracts }) => retracts ?? []));
    return all.filter(({ id, kind, retracts }) => retracts == null && (isReducing(kind) || !taken.has(id)));
  }

  private add(events: readonly PlannedEvent[]): void {
    for (const event of events) {
      const scope = scopeId(event.scope);
      this.history.set(scope, [...(this.history.get(scope) ?? []), factOf(event)]);
    }
  }
}

function factOf({ id, kind, occurredAt, validUntil, retracts }: PlannedEvent): ConsentFact {
  return { id, kind, occurredAt, validUntil, ...(retracts === undefined ? {} : { retracts }) };
}

/** Whether a message about the topic would have the consent it needs. */
function passes(point: Point, topic: string): boolean {
  return [PURPOSE, topic].every((scope) => foldConsent(point.history.get(scope) ?? [])?.status === 'granted');
}

describe('imports, undoing them and opt-outs, in any order', () => {
  it('never let a message pass on a yes that is older than a no about its topic or its purpose', () => {
    let passed = 0;
    fc.assert(
      fc.property(fc.array(steps, { minLength: 1, maxLength: 12 }), (sequence) => {
        const point = new Point();
        for (const step of sequence) {
          point.carryOut(step);
          for (const topic of TOPICS.filter((one) => passes(point, one))) {
            passed += 1;
            const noes = [...point.counted(topic), ...point.counted(PURPOSE)].filter(({ kind }) => isRefusal(kind));
            const yes = point.counted(topic).filter(({ kind }) => kind === 'granted' || kind === 'imported');
            const lastNo = Math.max(...noes.map(({ occurredAt }) => occurredAt));
            expect(yes.some(({ occurredAt }) => occurredAt > lastNo)).toBe(true);
          }
        }
      }),
      { numRuns: runs(500) },
    );
    expect(passed).toBeGreaterThanOrEqual(metAtLeast(301));
  });

  it('leave, when every import is undone, nothing standing that the person did not say', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 1, maxLength: 12 }), (sequence) => {
        const [point, alone] = [new Point(), new Point()];
        for (const step of sequence) {
          point.carryOut(step);
          // The same life without a single yes from a list.
          if (step.does === 'say' || (step.does === 'import' && isReducing(step.kind))) alone.carryOut(step);
          else alone.carryOut({ does: 'undo', which: 1000 });
        }
        point.imports.forEach((_, which) => {
          point.carryOut({ does: 'undo', which });
        });
        for (const topic of TOPICS)
          expect([topic, passes(point, topic) && !passes(alone, topic)]).toEqual([topic, false]);
      }),
      { numRuns: runs(500) },
    );
  });

  it('undoing twice changes nothing more', () => {
    const point = new Point();
    point.carryOut({ does: 'import', kind: 'granted', topics: ['a'], ago: 5 });
    expect(passes(point, 'a')).toBe(true);
    point.carryOut({ does: 'undo', which: 0 });
    expect(passes(point, 'a')).toBe(false);
    const after = point.history.get('a')?.length;
    point.carryOut({ does: 'undo', which: 0 });
    expect(point.history.get('a')?.length).toBe(after);
    point.carryOut({ does: 'import', kind: 'granted', topics: ['a'], ago: 25 });
    expect(passes(point, 'a')).toBe(true);
  });
});
