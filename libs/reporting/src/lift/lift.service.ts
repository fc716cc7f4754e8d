import { Inject, Injectable } from '@nestjs/common';
import { Database, type Tx } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { MOST_HOURS } from '../kept-messages/domain/message-cell.js';
import { HOUR, QUARTER } from '../kept-messages/domain/message-hours.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { countOf, kindsOf, type LiftCount } from './domain/lift-counts.js';
import { type LiftParameters, liftReport } from './domain/lift-report.js';
import { type LiftFilter, liftStore } from './lift.store.js';

/** The widest window of a best time: so long a message may wait for it. */
const MOST_WAIT_HOURS = 72;

/** What choosing the best channel and the best time has brought. */
@Injectable()
export class LiftService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptMessagesService) private readonly kept: Pick<KeptMessagesService, 'draws'>,
  ) {}

  /** @param isTold whether it is asked what its numbers are made of */
  async report(asked: Asked, parameters: LiftParameters, isTold = false): Promise<Report> {
    const withinMs = parameters.withinHours * HOUR;
    return this.database.snapshot(async (tx) => {
      const read = await liftStore.stand(tx, asked.asOf);
      const filter = { ...asked, withinMs, ripeAfterMs: MOST_WAIT_HOURS * HOUR + withinMs, readAt: read.readAt };
      const draws = isTold ? await liftStore.draws(tx, filter) : [];
      const kept = isTold ? null : await this.keptCounts(tx, filter, parameters);
      const counts = kept ?? (await liftStore.count(tx, filter));
      return liftReport(kindsOf(counts), asked, parameters, read, draws);
    });
  }

  /**
   * From what is kept of quarters of an hour; the one in which draws stop being old enough is read from the log.
   * @returns null where all is to be read from there
   */
  private async keptCounts(tx: Tx, filter: LiftFilter, { withinHours }: LiftParameters): Promise<LiftCount[] | null> {
    const { brandId, from, to, asOf, readAt, ripeAfterMs } = filter;
    if (asOf !== null || !Number.isInteger(withinHours) || withinHours > MOST_HOURS) return null;
    const edge = Math.floor((readAt - ripeAfterMs) / QUARTER) * QUARTER;
    const within = (at: number): number => Math.min(Math.max(at, from), to);
    const [first, end] = [within(edge), within(edge + QUARTER)];
    const found = await this.kept.draws(tx, brandId, [from, first, end, to]);
    if (found === null) return null;
    const kept = [0, 2].flatMap((stretch) =>
      (found.ended[stretch] ?? []).flatMap(({ cell, messages }) => {
        if (cell.kind !== 'best_channel' && cell.kind !== 'best_time') return [];
        const hasMet = cell.hours > 0 && cell.hours <= withinHours;
        return [countOf(cell, messages, { isRipe: stretch === 0, hasMet })];
      }),
    );
    const open = found.open.flatMap((one) =>
      one.stretch === 1 ? [] : [countOf(one, one.draws, { isRipe: one.stretch === 0, hasMet: false })],
    );
    const atEdge = first < end ? await liftStore.count(tx, { ...filter, from: first, to: end }) : [];
    return [...kept, ...open, ...atEdge];
  }
}
