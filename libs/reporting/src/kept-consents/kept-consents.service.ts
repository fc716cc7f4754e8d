import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database, type Tx } from '#lib/platform';
import { addHour, changedHours, HOUR, hoursOf, isOfQuarters } from '../kept-messages/domain/message-hours.js';
import type { CountedSaid } from './domain/said-figures.js';
import { keptConsentStore, type SaidCell, type ToldSaid } from './kept-consents.store.js';

/** Rows of the list that are worked off together. */
const ROWS = 5_000;
/** More that wait to be counted are quicker read from the log. */
const MOST_WAITING = 20_000;
const TIMEOUT = '30min';
/** After whatever was said. */
const EVER = Date.UTC(9999, 11, 31);

/** Keeps how often what was said, by quarters of an hour, so that a report reads hours and not expressions. */
@Injectable()
export class KeptConsentsService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * What was said in stretches of time, as one snapshot has it: what is kept, and what is on the list. Writes nothing.
   * @param bounds beginnings of the stretches, and the end of the last
   * @returns null where it is to be read from the log: too much waits, or a stretch begins between two quarters of an hour
   */
  async said(tx: Tx, brandId: BrandId, bounds: readonly EpochMs[]): Promise<CountedSaid[] | null> {
    const periods = bounds.slice(0, -1).map((from, i) => ({ from, to: bounds[i + 1] ?? from }));
    if (!periods.every(isOfQuarters)) return null;
    const told = await keptConsentStore.told(tx, brandId, bounds, MOST_WAITING);
    if (told === null) return null;
    const sums = periods.map(() => new Map<number, number>());
    for (const { hour, cells } of await keptConsentStore.hours(tx, brandId, bounds[0] ?? 0, bounds.at(-1) ?? 0))
      periods.forEach((period, i) => {
        const own = sums[i];
        if (own !== undefined && hour + HOUR > period.from && hour < period.to) addHour(own, hour, cells, period);
      });
    const described = await keptConsentStore.cells(tx, brandId);
    const kept = sums.flatMap((own, stretch) =>
      [...own].map(([id, events]): CountedSaid => {
        const cell = described.get(id);
        if (cell === undefined) throw new Error(`nobody knows what cell ${id} is of`);
        return { stretch, ...cell, events };
      }),
    );
    return [...kept, ...told];
  }

  /** Counts what was said since. */
  async settle(brandId: BrandId): Promise<void> {
    let isDone = false;
    while (!isDone)
      isDone = await this.database.transaction(async (tx) => {
        await begin(tx, brandId);
        const told = await keptConsentStore.take(tx, brandId, ROWS);
        await count(tx, brandId, told);
        return told.length < ROWS;
      });
  }

  /** Settles every brand with something to do. */
  async settleAll(signal?: AbortSignal): Promise<void> {
    for (const brandId of await keptConsentStore.brandsToDo(this.database.tx)) {
      if (signal?.aborted === true) return;
      await this.settle(brandId);
    }
  }

  /** Counts all that a brand was ever told anew. */
  async rebuild(brandId: BrandId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await begin(tx, brandId);
      await keptConsentStore.tellAll(tx, brandId);
    });
    await this.settle(brandId);
  }

  /** What is kept and is not as the log says: how often each was said. */
  async differences(
    brandId: BrandId,
  ): Promise<{ readonly what: string; readonly expected: number; readonly found: number }[]> {
    await this.settle(brandId);
    return this.database.snapshot(async (tx) => {
      const kept = await this.said(tx, brandId, [0, EVER]);
      if (kept === null) return [];
      const sums = new Map<string, { expected: number; found: number }>();
      const add = (one: CountedSaid, of: 'expected' | 'found'): void => {
        const what = `expressions that are kept as ${[one.kind, one.channel, one.purpose, one.topic].filter(Boolean).join(', ')}`;
        const sum = sums.get(what) ?? { expected: 0, found: 0 };
        sums.set(what, { ...sum, [of]: sum[of] + one.events });
      };
      for (const one of await keptConsentStore.inLog(tx, brandId, 0)) add(one, 'expected');
      for (const one of kept) add(one, 'found');
      return [...sums].flatMap(([what, sum]) => (sum.expected === sum.found ? [] : [{ what, ...sum }]));
    });
  }
}

async function begin(tx: Tx, brandId: BrandId): Promise<void> {
  await tx.sql`SELECT set_config('statement_timeout', ${TIMEOUT}, true), set_config('lock_timeout', ${TIMEOUT}, true)`;
  await keptConsentStore.lock(tx, brandId);
}

async function count(tx: Tx, brandId: BrandId, told: readonly ToldSaid[]): Promise<void> {
  if (told.length === 0) return;
  const keyOf = ({ kind, channel, purposeId, topicId }: SaidCell): string =>
    JSON.stringify([kind, channel, purposeId, topicId]);
  const cells = new Map(told.map((one) => [keyOf(one), one]));
  const ids = await keptConsentStore.cellIds(tx, brandId, [...cells.values()]);
  const idOf = new Map([...cells.keys()].map((key, i) => [key, ids[i]]));
  const changes = told.map((one) => {
    const cell = idOf.get(keyOf(one));
    if (cell === undefined) throw new Error('what was said has no cell');
    return { quarter: one.quarter, cell, messages: one.events };
  });
  const before = await keptConsentStore.takeHours(tx, brandId, hoursOf(changes));
  await keptConsentStore.keepHours(tx, brandId, changedHours(before, changes));
}
