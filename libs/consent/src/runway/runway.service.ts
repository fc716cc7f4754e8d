import { Inject, Injectable } from '@nestjs/common';
import type { BrandId, Channel, ContactPointId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { databaseNow } from '../database-now.js';
import { countriesOf, type Runway, type RunwayClock, RunwayFold } from './domain/runway.js';
import { type RunwayRow, runwayStore } from './runway.store.js';

const PAGE = 2000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';
/** How long a double opt-in waits unless its request says otherwise. */
const CONFIRMATION_MS = 7 * 86_400_000;

export interface RunwayRequest {
  readonly brandId: BrandId;
  readonly weeks: number;
  readonly purpose: string | null;
  readonly channel: Channel | null;
  /** Laws that end implied consents; whoever knows the jurisdiction packs gives them. */
  readonly clocks: readonly RunwayClock[];
}

/** Says how many contact points become unsendable in the weeks ahead, and why. */
@Injectable()
export class RunwayService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Reads page by page: memory stays the same however many contact points there are. */
  async report({ brandId, weeks, purpose, channel, clocks }: RunwayRequest): Promise<Runway> {
    const { tx } = this.database;
    const fold = new RunwayFold({ at: await databaseNow(tx), weeks, clocks, confirmationMs: CONFIRMATION_MS });
    let after: string = BEFORE_ALL;
    for (;;) {
      const ids: ContactPointId[] = await runwayStore.pointsAfter(tx, brandId, after, PAGE);
      const last = ids.at(-1);
      if (last === undefined) return fold.result();
      for (const rows of byPoint(await runwayStore.states(tx, ids, purpose, channel))) {
        fold.add({ countries: countriesOf(rows[0] ?? { country: null, region: null }), states: rows });
      }
      after = last;
    }
  }
}

/** Rows that follow each other and are about the same point. */
function byPoint(rows: readonly RunwayRow[]): RunwayRow[][] {
  const points: RunwayRow[][] = [];
  for (const row of rows) {
    const open = points.at(-1);
    if (open?.[0]?.pointId === row.pointId) open.push(row);
    else points.push([row]);
  }
  return points;
}
