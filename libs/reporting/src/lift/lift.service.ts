import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { type LiftParameters, liftReport } from './domain/lift-report.js';
import { liftStore } from './lift.store.js';

const HOUR = 3_600_000;
/** The widest window of a best time: so long a message may wait for it. */
const MOST_WAIT_HOURS = 72;

/** What choosing the best channel and the best time has brought. */
@Injectable()
export class LiftService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @param isTold whether it is asked what its numbers are made of */
  async report(asked: Asked, parameters: LiftParameters, isTold = false): Promise<Report> {
    const withinMs = parameters.withinHours * HOUR;
    const filter = { ...asked, withinMs, ripeAfterMs: MOST_WAIT_HOURS * HOUR + withinMs };
    return this.database.transaction(async (tx) => {
      const read = await liftStore.count(tx, filter);
      const draws = isTold ? await liftStore.draws(tx, filter) : [];
      return liftReport(read.counts, asked, parameters, read, draws);
    });
  }
}
