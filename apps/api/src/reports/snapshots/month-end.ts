import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LedgerService } from '#lib/ledger';
import { type Logger, LOGGER, systemClock, toIso } from '#lib/platform';
import { type MonthOfBrand, type RecordMonth, SnapshotService } from '#lib/reporting';
import { ReportCatalog } from '../catalog/report-catalog.js';
import { SETTLED_MS } from '../report-period.js';
import { queryOfMonth } from './snapshots-offered.js';

/** Whether a month is over is looked after this often. */
const PAUSE_MS = 5 * 60_000;
const FIRST_MS = 3 * 60_000;

/** Closes months: a day after one is over, every report of it is kept as it stands. */
@Injectable()
export class MonthEnd implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SnapshotService) private readonly snapshots: Pick<SnapshotService, 'due' | 'close'>,
    @Inject(ReportCatalog) private readonly catalog: Pick<ReportCatalog, 'all'>,
    @Inject(LedgerService) private readonly ledger: Pick<LedgerService, 'append'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'error'>,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.rounds();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Closes every month that waits for it; one that cannot be closed holds up no other. Answers how many were closed here. */
  async closeDue(): Promise<number> {
    let closed = 0;
    for (const due of await this.snapshots.due()) {
      if (this.stopped.signal.aborted) break;
      try {
        if (await this.close(due)) closed += 1;
      } catch (error) {
        const { brandId, month } = due;
        this.logger.error(
          { err: error, brandId, month },
          'a month could not be closed; it is tried again in five minutes',
        );
      }
    }
    return closed;
  }

  private close({ brandId, zone, month }: MonthOfBrand): Promise<boolean> {
    // What is committed now may bear an instant of a moment ago, so a moment ago is closed.
    const asOf = systemClock.now() - SETTLED_MS - 1_000;
    const make = async () => {
      const reports = [];
      for (const offered of this.catalog.all.filter((one) => one.needsAllRoles !== true)) {
        const made = await offered.make(brandId, queryOfMonth(offered, month, zone, toIso(asOf)), true);
        reports.push(made.report);
      }
      return reports;
    };
    return this.snapshots.close({ brandId, month }, asOf, make, recordMonth(this.ledger));
  }

  private async rounds(): Promise<void> {
    const { signal } = this.stopped;
    for (let wait = FIRST_MS; !signal.aborted; wait = PAUSE_MS) {
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.closeDue();
      } catch (error) {
        this.logger.error(
          { err: error },
          'which months are to be closed could not be read; it is tried again in five minutes',
        );
      }
    }
  }
}

/** One entry for a month, which commits to every report of it by its digest. */
function recordMonth(ledger: Pick<LedgerService, 'append'>): RecordMonth {
  return (tx, { entryId, brandId, month, asOf, digests, root, at }) =>
    ledger.append(tx, [
      {
        ...{ id: entryId, type: 'reports.closed', brandId, at },
        clear: { root, cnt: Object.keys(digests).length },
        disclosed: { reports: { month, asOf: toIso(asOf), digests }, actor: 'api' },
      },
    ]);
}
