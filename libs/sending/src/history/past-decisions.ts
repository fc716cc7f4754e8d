import type { BrandId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
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
  readonly att?: number;
  readonly test?: number;
}

/** One step of a message as the ledger has it. */
export interface PastStep {
  readonly entry: EntryId;
  /** In the log, from 0. */
  readonly position: number;
  readonly at: EpochMs;
  readonly type: string;
  readonly brandId: BrandId;
  readonly clear: ClearDecision;
  /** What was sealed; null when it was erased. */
  readonly content: PastContent | null;
}

export interface PastContent {
  readonly subjectId: SubjectId;
  readonly messageId: string;
  /** Null where a message ended or waits for another reason than a decision. */
  readonly record: DecisionRecord | null;
}

const DECISIONS = new Set(['send.accepted', 'send.decided', 'send.handover_started']);
const OTHER_STEPS = new Set(['send.cancelled']);
const PAGE_ENTRIES = 200;
/** Entries get their positions in the order of their commits, and are stamped while their transaction still runs. */
const DISORDER_MS = 15 * 60_000;

/**
 * Every decision that the ledger keeps, and every message that was taken back, in the order of the log, page by page,
 * so that memory does not depend on how many there are. Reads only: each page in a transaction of its own that cannot
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
      const steps = found.filter(({ clear }) => DECISIONS.has(clear.t) || OTHER_STEPS.has(clear.t));
      const wanted = steps.filter(({ clear }) => isWithin(Date.parse(clear.at), period));
      const disclosed = await ledger.disclosures(
        tx,
        wanted.map(({ id }) => id),
      );
      const last = found.at(-1);
      return {
        last: last === undefined ? null : { idx: last.idx, at: Date.parse(last.clear.at) },
        steps: wanted.flatMap(({ idx, id, clear }) => {
          const content = contentOf(disclosed.get(id));
          // A provider that had to be waited for is recorded like a decision, and is none.
          if (content !== null && content.record === null && DECISIONS.has(clear.t)) return [];
          return [stepOf(id, idx, clear, content)];
        }),
      };
    });
    if (page.steps.length > 0) yield page.steps;
    if (page.last === null || (to !== null && page.last.at >= to + DISORDER_MS)) return;
    after = page.last.idx;
  }
}

type Clear = ClearDecision & { readonly t: string; readonly at: string; readonly br: BrandId };

function stepOf(
  entry: EntryId,
  position: number,
  { t, at, br, ...clear }: Clear,
  content: PastContent | null,
): PastStep {
  return { entry, position, at: Date.parse(at), type: t, brandId: br, clear, content };
}

function contentOf(disclosed: Readonly<Record<string, unknown>> | undefined): PastContent | null {
  if (disclosed === undefined) return null;
  const { subj, message, checks } = disclosed as {
    subj: { id: SubjectId };
    message: { id: string };
    checks?: DecisionRecord | object;
  };
  const record = checks !== undefined && 'decision' in checks ? checks : null;
  return { subjectId: subj.id, messageId: message.id, record };
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
