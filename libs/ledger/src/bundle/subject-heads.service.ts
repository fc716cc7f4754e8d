import type { Database } from '#lib/platform';
import { HEAD_BYTES, rootOfHeads } from '#lib/proof';
import type { LedgerService } from '../ledger.service.js';
import { databaseClock } from '../database-clock.js';
import { headsStore } from './heads.store.js';

/** Writes into the log, now and then, how far every person's chain reaches: from then on none can be shown shorter. */
export class SubjectHeads {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
  ) {}

  /**
   * Appends a `subject.heads` entry, unless one is younger than `maxAgeMs`, or no chain has grown since the last.
   * Answers whether it did.
   */
  async record(maxAgeMs: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await headsStore.lock(tx);
      const age = await headsStore.ageMs(tx);
      if (age !== null && age < maxAgeMs) return false;
      // Whatever the list counts is committed, and the entry is appended after it: it comes later in the log.
      const { records, size } = await headsStore.read(tx);
      const root = rootOfHeads(records);
      if ((await headsStore.lastRoot(tx))?.equals(root) === true) return false;
      const [entry] = await this.ledger.append(tx, [
        {
          type: 'subject.heads',
          at: await databaseClock(tx),
          clear: { root: root.toString('hex'), size, cnt: records.length / HEAD_BYTES },
          disclosed: {},
        },
      ]);
      if (entry === undefined) throw new Error('the ledger gave no entry');
      await headsStore.keep(tx, entry.id, size, root, records);
      return true;
    });
  }
}
