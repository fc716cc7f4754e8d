import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { Database, newId, type Tx } from '#lib/platform';
import type { Report } from '../domain/report.js';
import { moneyStore } from '../money/money.store.js';
import type { KeptReport } from './domain/snapshot-report.js';
import { type MonthOfBrand, snapshotStore } from './snapshot.store.js';

/** Writes into the ledger that a month was closed, in the transaction that keeps its reports. */
export type RecordMonth = (
  tx: Tx,
  closed: {
    readonly entryId: EntryId;
    readonly brandId: BrandId;
    /** YYYY-MM. */
    readonly month: string;
    readonly asOf: EpochMs;
    /** SHA-256 of each report, hexadecimal, by its key. */
    readonly digests: Readonly<Record<string, string>>;
    /** Over all of them. */
    readonly root: string;
    readonly at: EpochMs;
  },
) => Promise<unknown>;

/** Keeps what every report said of a month when it was closed. */
@Injectable()
export class SnapshotService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Months that wait to be closed. */
  due(): Promise<MonthOfBrand[]> {
    return snapshotStore.due(this.database.tx);
  }

  /**
   * Keeps the reports of a month, all of one instant; nothing where they are kept already.
   * @param make all reports, as they stand at the instant
   * @param record writes the ledger entry
   * @returns whether it was this call that kept them
   */
  async close(
    month: Pick<MonthOfBrand, 'brandId' | 'month'>,
    asOf: EpochMs,
    make: () => Promise<readonly Report[]>,
    record: RecordMonth,
  ): Promise<boolean> {
    if (await snapshotStore.has(this.database.tx, month.brandId, month.month)) return false;
    const reports = await make();
    return this.database.transaction(async (tx) => {
      await snapshotStore.lock(tx, month.brandId);
      if (await snapshotStore.has(tx, month.brandId, month.month)) return false;
      const entryId = newId<EntryId>();
      const digests: Record<string, string> = {};
      for (const report of reports) {
        const sha256 = createHash('sha256').update(JSON.stringify(report)).digest();
        digests[report.key] = sha256.toString('hex');
        await snapshotStore.add(tx, month, asOf, { report, sha256, entryId });
      }
      const root = await snapshotStore.digest(tx, entryId);
      if (root !== null) await record(tx, { ...month, entryId, asOf, digests, root, at: await moneyStore.now(tx) });
      return true;
    });
  }

  /** What time it is, and how many entries the log has. */
  async position(): Promise<{ readonly now: EpochMs; readonly position: number }> {
    const { tx } = this.database;
    return { now: await moneyStore.now(tx), position: (await moneyStore.position(tx, null)) ?? 0 };
  }

  /** The bytes of a report, of which its digest is; null where none is kept. */
  body(brandId: BrandId, month: string, report: string): Promise<string | null> {
    return snapshotStore.body(this.database.tx, brandId, month, report);
  }

  /** What is kept; a month or a report that is left out is every one. */
  kept(brandId: BrandId, month: string | null, report: string | null): Promise<KeptReport[]> {
    return snapshotStore.kept(this.database.tx, brandId, month, report);
  }
}
