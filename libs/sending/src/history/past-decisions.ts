import type { BrandId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { CannotOpen, type LedgerService } from '#lib/ledger';
import type { Database, Tx } from '#lib/platform';
import type { DecisionRecord } from '../messages/domain/decision-record.js';

/** Which part of the past. */
export interface Period {
  /** First instant; null: from the beginning. */
  readonly from: EpochMs | null;
  /** First instant after it; null: to the end. */
  readonly to: EpochMs | null;
  /** All brands when null. */
  readonly brandId: BrandId | null;
}

/** What stands in clear in the entry of a decision. */
export interface ClearDecision {
  readonly ch?: string;
  readonly mc?: string;
  readonly out?: string;
  readonly reason?: string;
  readonly pol?: string;
  readonly tz?: string;
  readonly rules?: number;
  readonly att?: number;
  readonly test?: number;
  /** Digests of what the entry commits to. */
  readonly _sd?: readonly string[];
}

/** One step of a message as the ledger has it. */
export interface PastStep {
  /** `not_tried`: it ended without a decision, because of its experiment or of another channel; `reason` says which. */
  readonly kind: 'decision' | 'taken_back' | 'not_tried';
  readonly entry: EntryId;
  /** In the log, from 0. */
  readonly position: number;
  readonly at: EpochMs;
  readonly type: string;
  readonly brandId: BrandId;
  readonly clear: ClearDecision;
  /** What was sealed; null when it was erased, or cannot be opened. */
  readonly content: PastContent | null;
  /** It is there and cannot be opened: sealed with another key, or changed. */
  readonly isUnopened: boolean;
}

export interface PastContent {
  readonly subjectId: SubjectId;
  readonly messageId: string;
  /** Of several ways to reach the contact, which one it is; null: there is one. Told when it is accepted. */
  readonly choiceId: string | null;
  /** Null where a message ended or waits for another reason than a decision. */
  readonly record: DecisionRecord | null;
  /** Of the disclosure that holds the record, as it was opened: what its entry must commit to. */
  readonly factsDigest: string | null;
}

const DECISIONS = new Set(['send.accepted', 'send.decided', 'send.handover_started']);
const PAGE_ENTRIES = 200;
/** Entries get their positions in the order of their commits, and are stamped while their transaction still runs. */
const DISORDER_MS = 15 * 60_000;

/**
 * Every decision that the ledger keeps, and every message that was taken back or not tried, in the order of the log,
 * page by page, so that memory does not depend on how many there are. Reads only: each page in a transaction of its own that cannot
 * write.
 */
export async function* pastSteps(
  { database, ledger }: { readonly database: Database; readonly ledger: LedgerService },
  period: Period,
): AsyncGenerator<readonly PastStep[]> {
  const { from, to, brandId } = period;
  const filter = brandId === null ? {} : { brandId };
  let after = from === null ? -1 : await readOnly(database, (tx) => positionBefore(ledger, tx, from - DISORDER_MS));
  for (;;) {
    const page = await readOnly(database, async (tx) => {
      const { entries } = await ledger.entries(tx, after, PAGE_ENTRIES, filter);
      const found = entries.map(({ idx, id, leaf }) => ({
        idx,
        id,
        clear: JSON.parse(leaf.toString('utf8')) as Clear,
      }));
      const steps = found.flatMap((one) => {
        const kind = kindOf(one.clear);
        return kind === null ? [] : [{ ...one, kind }];
      });
      const wanted = steps.filter(({ clear }) => isWithin(Date.parse(clear.at), period));
      const { opened, unopened } = await openAll(ledger, tx, wanted.map(({ id }) => id)); // prettier-ignore
      const last = found.at(-1);
      return {
        last: last === undefined ? null : { idx: last.idx, at: Date.parse(last.clear.at) },
        steps: wanted.map(({ idx, id, clear, kind }) => ({
          ...stepOf(kind, id, idx, clear, contentOf(opened.get(id))),
          isUnopened: unopened.has(id),
        })),
      };
    });
    if (page.steps.length > 0) yield page.steps;
    if (page.last === null || (to !== null && page.last.at >= to + DISORDER_MS)) return;
    after = page.last.idx;
  }
}

type Clear = ClearDecision & { readonly t: string; readonly at: string; readonly br: BrandId };

/** What an entry is to whoever looks at decisions; a provider that had to be waited for is recorded like one, and is none. */
function kindOf({ t, pol, out }: Clear): PastStep['kind'] | null {
  if (t === 'send.cancelled') return 'taken_back';
  if (!DECISIONS.has(t)) return null;
  if (pol !== undefined) return 'decision';
  return out === 'drop' ? 'not_tried' : null;
}

function stepOf(
  kind: PastStep['kind'],
  entry: EntryId,
  position: number,
  { t, at, br, ...clear }: Clear,
  content: PastContent | null,
): Omit<PastStep, 'isUnopened'> {
  return { kind, entry, position, at: Date.parse(at), type: t, brandId: br, clear, content };
}

/** What each entry disclosed. One that cannot be opened does not hide the others. */
async function openAll(ledger: LedgerService, tx: Tx, ids: readonly EntryId[]) {
  const opened = new Map<EntryId, Opened>();
  const unopened = new Set<EntryId>();
  const open = async (some: readonly EntryId[]): Promise<void> => {
    try {
      for (const [id, content] of await ledger.committedDisclosures(tx, some)) opened.set(id, content);
    } catch (error) {
      if (!(error instanceof CannotOpen)) throw error;
      unopened.add(error.entryId);
      await open(some.filter((id) => !unopened.has(id) && !opened.has(id)));
    }
  };
  await open(ids);
  return { opened, unopened };
}

type Opened = NonNullable<ReturnType<Awaited<ReturnType<LedgerService['committedDisclosures']>>['get']>>;

function contentOf(opened: Opened | undefined): PastContent | null {
  if (opened === undefined) return null;
  const disclosed: Readonly<Record<string, unknown>> = opened.disclosed;
  const { subj, message, checks } = disclosed as {
    subj: { id: SubjectId };
    message: { id: string; choice?: { id: string } };
    checks?: DecisionRecord | object;
  };
  const record = checks !== undefined && 'decision' in checks ? checks : null;
  const factsDigest = record === null ? null : (opened.digests['checks'] ?? null);
  return { subjectId: subj.id, messageId: message.id, choiceId: message.choice?.id ?? null, record, factsDigest };
}

function isWithin(at: EpochMs, { from, to }: Period): boolean {
  return (from === null || at >= from) && (to === null || at < to);
}

/** A position before every entry stamped at `instant` or later, by halving. */
async function positionBefore(ledger: LedgerService, tx: Tx, instant: EpochMs): Promise<number> {
  const isLater = async (after: number): Promise<boolean> => {
    const [next] = (await ledger.entries(tx, after, 1)).entries;
    return next === undefined || Date.parse((JSON.parse(next.leaf.toString('utf8')) as Clear).at) >= instant;
  };
  let [early, late] = [-1, 1];
  while (!(await isLater(late))) [early, late] = [late, late * 2];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (await isLater(middle)) late = middle;
    else early = middle;
  }
  return early;
}

function readOnly<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.transaction(async (tx) => {
    await tx.execute`SET TRANSACTION READ ONLY`;
    return work(tx);
  });
}
