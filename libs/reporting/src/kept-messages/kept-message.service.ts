import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EpochMs, MessageId } from '#lib/kernel';
import { Database, type Tx } from '#lib/platform';
import type { ReadIn } from '../domain/asked.js';
import { CLOCKS_DIFFER_MS, firstIdAt } from '../message-period.js';
import type { CountedCell, KeptMessages, OpenDraws } from './domain/message-cell.js';
import { addHour, changedHours, HOUR, hoursOf, isOfQuarters } from './domain/message-hours.js';
import { type HoursOf, keptMessageStore } from './kept-message.store.js';

/** Messages that are counted together. */
const PART = 10_000;
/** Rows of the list that are worked off together. */
const ROWS = 500;
/** More that wait to be counted are quicker read from the log of messages by themselves. */
const MOST_WAITING = 20_000;
/** Nobody takes longer to count all messages of a brand. */
const TIMEOUT = '30min';
/** Messages that are compared with the log together. */
const SAMPLE = 1_000;

/** Two ways to one figure that do not meet. */
export interface KeptMessageDifference {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

/** Keeps how messages ended and what became of them, by quarters of an hour, so that a report reads days and not messages. */
@Injectable()
export class KeptMessagesService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * All messages of a brand that were accepted in a period, as one snapshot has them: what is kept, what is on the list, and
   * what has not ended. Writes nothing.
   * @returns null where they are to be read from the log: nothing is kept yet, too much waits to be, or the period begins
   * between two quarters of an hour
   */
  async read(
    tx: Tx,
    { brandId, from, to }: { readonly brandId: BrandId; readonly from: EpochMs; readonly to: EpochMs },
  ): Promise<(KeptMessages & ReadIn) | null> {
    const period = { from, to };
    const ended = await this.ended(tx, brandId, [from, to]);
    if (ended === null) return null;
    const stand = await keptMessageStore.stand(tx);
    return { ...stand, cells: ended.flat(), waiting: await keptMessageStore.open(tx, brandId, period) };
  }

  /**
   * The same of those that have ended alone, by stretches of time.
   * @param bounds beginnings of the stretches, and the end of the last
   */
  async ended(tx: Tx, brandId: BrandId, bounds: readonly EpochMs[]): Promise<CountedCell[][] | null> {
    return this.counted(tx, { brandId, draws: false }, bounds);
  }

  private async counted(tx: Tx, of: HoursOf, bounds: readonly EpochMs[]): Promise<CountedCell[][] | null> {
    const { brandId, draws } = of;
    const periods = bounds.slice(0, -1).map((from, i) => ({ from, to: bounds[i + 1] ?? from }));
    if (!periods.every(isOfQuarters) || !(await keptMessageStore.isKept(tx, brandId))) return null;
    const ids = await keptMessageStore.waiting(tx, brandId, MOST_WAITING);
    if (ids === null) return null;
    const sums = periods.map(() => new Map<number, number>());
    const whole = { from: bounds[0] ?? 0, to: bounds.at(-1) ?? 0 };
    for (const { hour, cells } of await keptMessageStore.hours(tx, of, whole))
      periods.forEach((period, i) => {
        const own = sums[i];
        if (own !== undefined && hour + HOUR > period.from && hour < period.to) addHour(own, hour, cells, period);
      });
    const fresh: CountedCell[][] = [];
    for (const [i, period] of periods.entries()) {
      const own = ids.filter((id) => mayBeOf(id, period));
      const { now, before } = await keptMessageStore.difference(tx, brandId, own, period);
      for (const { cell, messages } of before) sums[i]?.set(cell, (sums[i].get(cell) ?? 0) - messages);
      fresh.push(now.filter(({ cell }) => isDraw(cell) === draws));
    }
    const counted = sums.map((own) => [...own].filter(([, messages]) => messages !== 0));
    const described = await keptMessageStore.cells(tx, [...new Set(counted.flat().map(([cell]) => cell))]);
    return counted.map((own, i) => {
      const kept = own.flatMap(([id, messages]) => {
        const cell = described.get(id);
        if (cell === undefined) throw new Error(`nobody knows what cell ${id} is of`);
        // What was counted of messages on the list is of either.
        return isDraw(cell) === draws ? [{ cell, messages }] : [];
      });
      return [...kept, ...(fresh[i] ?? [])];
    });
  }

  /**
   * Draws of the best channel and the best time by stretches of time: those of which a message has ended, and those of which
   * none has.
   * @returns null where they are to be read from the log
   */
  async draws(
    tx: Tx,
    brandId: BrandId,
    bounds: readonly EpochMs[],
  ): Promise<{ readonly ended: CountedCell[][]; readonly open: OpenDraws[] } | null> {
    const ended = await this.counted(tx, { brandId, draws: true }, bounds);
    return ended === null ? null : { ended, open: await keptMessageStore.openDraws(tx, brandId, bounds) };
  }

  /** Counts what ended, and what became known, since; all messages of a brand of which nothing is kept. */
  async settle(brandId: BrandId): Promise<void> {
    let isDone = false;
    while (!isDone) isDone = await this.database.transaction((tx) => this.part(tx, brandId));
  }

  /** Settles every brand with something to do. */
  async settleAll(signal?: AbortSignal): Promise<void> {
    for (const brandId of await keptMessageStore.brandsToDo(this.database.tx)) {
      if (signal?.aborted === true) return;
      await this.settle(brandId);
    }
  }

  /** Counts all messages of a brand anew. */
  async rebuild(brandId: BrandId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await begin(tx, brandId);
      await all(tx, brandId);
    });
  }

  /** What is kept and is not as the log says: of some messages, others each time, and of how many there are. */
  async differences(brandId: BrandId): Promise<KeptMessageDifference[]> {
    await this.settle(brandId);
    return this.database.snapshot(async (tx) => {
      const ever = { from: 0, to: EVER };
      const kept = await this.read(tx, { brandId, ...ever });
      if (kept === null) return [];
      const found: KeptMessageDifference[] = [];
      for (const { status, messages } of await keptMessageStore.endedInLog(tx, brandId)) {
        const sum = kept.cells.reduce(
          (n, one) => n + (one.cell.kind === 'message' && one.cell.standing === status ? one.messages : 0),
          0,
        );
        found.push({ what: `messages that are kept as ${status}`, expected: messages, found: sum });
      }
      const draws = (await this.counted(tx, { brandId, draws: true }, [ever.from, ever.to]))?.flat() ?? [];
      found.push({
        what: 'draws that are kept',
        expected: await keptMessageStore.drawsInLog(tx, brandId),
        found: draws.reduce((n, { messages }) => n + messages, 0),
      });
      const some = await keptMessageStore.someCounted(tx, brandId, SAMPLE);
      const { now, before } = await keptMessageStore.difference(tx, brandId, some, ever);
      const described = await keptMessageStore.cells(
        tx,
        before.map(({ cell }) => cell),
      );
      const sums = new Map<string, number>();
      const add = (cell: unknown, n: number): void => {
        const key = JSON.stringify(cell);
        sums.set(key, (sums.get(key) ?? 0) + n);
      };
      for (const { cell, messages } of now) add(cell, messages);
      for (const { cell, messages } of before) add(described.get(cell) ?? null, -messages);
      const unlike = [...sums.values()].reduce((sum, n) => sum + Math.max(0, n), 0);
      found.push({ what: 'messages that are counted otherwise than the log has them', expected: 0, found: unlike });
      return found.filter((one) => one.expected !== one.found);
    });
  }

  private async part(tx: Tx, brandId: BrandId): Promise<boolean> {
    await begin(tx, brandId);
    if (!(await keptMessageStore.isKept(tx, brandId))) {
      await all(tx, brandId);
      return true;
    }
    const { rows, ids } = await keptMessageStore.take(tx, brandId, ROWS);
    for (let from = 0; from < ids.length; from += PART) await count(tx, brandId, ids.slice(from, from + PART));
    return rows < ROWS;
  }
}

/** After whatever was accepted. */
const EVER = Date.UTC(9999, 11, 31);

function isDraw({ kind }: CountedCell['cell']): boolean {
  return kind === 'best_channel' || kind === 'best_time';
}

/** By its id, which begins with about when it was accepted. */
function mayBeOf(id: MessageId, { from, to }: { readonly from: EpochMs; readonly to: EpochMs }): boolean {
  return id >= firstIdAt(Math.max(0, from - CLOCKS_DIFFER_MS)) && id < firstIdAt(to + CLOCKS_DIFFER_MS);
}

async function begin(tx: Tx, brandId: BrandId): Promise<void> {
  await tx.sql`SELECT set_config('statement_timeout', ${TIMEOUT}, true), set_config('lock_timeout', ${TIMEOUT}, true)`;
  await keptMessageStore.lock(tx, brandId);
}

async function all(tx: Tx, brandId: BrandId): Promise<void> {
  await keptMessageStore.forgetAll(tx, brandId);
  for (let after: MessageId | null = null; ;) {
    const ids: MessageId[] = await keptMessageStore.ended(tx, brandId, after, PART);
    if (ids.length === 0) break;
    await count(tx, brandId, ids);
    after = ids.at(-1) ?? null;
  }
  await keptMessageStore.setKept(tx, brandId);
}

async function count(tx: Tx, brandId: BrandId, ids: readonly MessageId[]): Promise<void> {
  const changes = await keptMessageStore.count(tx, brandId, ids);
  if (changes.length === 0) return;
  const drawn = await keptMessageStore.drawCells(tx, [...new Set(changes.map(({ cell }) => cell))]);
  for (const draws of [false, true]) {
    const own = changes.filter(({ cell }) => drawn.has(cell) === draws);
    if (own.length === 0) continue;
    const before = await keptMessageStore.takeHours(tx, { brandId, draws }, hoursOf(own));
    await keptMessageStore.keepHours(tx, { brandId, draws }, changedHours(before, own));
  }
  const fewer = changes.flatMap(({ cell, messages }) => (messages < 0 ? [cell] : []));
  await keptMessageStore.forgetAddresses(tx, [...new Set(fewer)]);
}
