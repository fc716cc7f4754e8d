import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, EpochMs } from '#lib/kernel';
import { Database } from '#lib/platform';
import type { Report } from '../domain/report.js';
import { moneyStore } from '../money/money.store.js';
import type { KeptReport } from './domain/snapshot-report.js';
import { type MonthOfBrand, snapshotStore } from './snapshot.store.js';

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
   * @returns whether it was this call that kept them
   */
  async close(
    month: Pick<MonthOfBrand, 'brandId' | 'month'>,
    asOf: EpochMs,
    make: () => Promise<readonly Report[]>,
  ): Promise<boolean> {
    if (await snapshotStore.has(this.database.tx, month.brandId, month.month)) return false;
    const reports = await make();
    return this.database.transaction(async (tx) => {
      await snapshotStore.lock(tx, month.brandId);
      if (await snapshotStore.has(tx, month.brandId, month.month)) return false;
      for (const report of reports) {
        const sha256 = createHash('sha256').update(JSON.stringify(report)).digest();
        await snapshotStore.add(tx, month, asOf, { report, sha256 });
      }
      return true;
    });
  }

  /** What time it is, and how many entries the log has. */
  async position(): Promise<{ readonly now: EpochMs; readonly position: number }> {
    const { tx } = this.database;
    return { now: await moneyStore.now(tx), position: (await moneyStore.position(tx, null)) ?? 0 };
  }

  /** What is kept; a month or a report that is left out is every one. */
  kept(brandId: BrandId, month: string | null, report: string | null): Promise<KeptReport[]> {
    return snapshotStore.kept(this.database.tx, brandId, month, report);
  }
}
