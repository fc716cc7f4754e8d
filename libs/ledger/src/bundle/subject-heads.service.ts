import type { Database, Tx } from '#lib/platform';
import { HEAD_BYTES, rootOfHeads } from '#lib/proof';
import type { LedgerService } from '../ledger.service.js';
import { databaseClock } from '../database-clock.js';
import { LedgerDamaged } from '../sequencer.js';
import { headsStore, type KeptHeads } from './heads.store.js';

/** Writes into the log, now and then, how far every person's chain reaches: from then on none can be shown shorter. */
export class SubjectHeads {
  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
  ) {}

  /**
   * Appends a `subject.heads` entry, unless one is younger than `maxAgeMs`, or no chain has grown since the last.
   * Answers whether it did.
   * @throws LedgerDamaged where a chain does not go on from where the last list saw it
   */
  async record(maxAgeMs: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await headsStore.lock(tx);
      const age = await headsStore.ageMs(tx);
      if (age !== null && age < maxAgeMs) return false;
      // Whatever the list counts is committed, and the entry is appended after it: it comes later in the log.
      const { records, size } = await headsStore.read(tx);
      const root = rootOfHeads(records);
      const before = await headsStore.newest(tx);
      if (rootOf(before) === root.toString('hex')) return false;
      // A list that took a chain back would make it lawful that something is missing; without one it is found (`fsck`).
      const problem = await this.problemWith(tx, before, records);
      if (problem !== null) throw new LedgerDamaged(`no list of heads is written any more: ${problem}`);
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

  /** Why a list is none that goes on from the one before; null: it does. */
  private async problemWith(tx: Tx, before: KeptHeads | null, records: Buffer): Promise<string | null> {
    const logged = await headsStore.newestLogged(tx);
    if (logged === null && before === null) return null;
    const isIt = before?.entryId === logged?.entryId && rootOf(before) === logged?.root;
    if (before === null || !isIt) return `the list behind the entry ${logged?.entryId ?? ''} is gone, or is another`;
    return this.ledger.takenBack(tx, before, records);
  }
}

function rootOf(list: KeptHeads | null): string | null {
  try {
    return list === null ? null : rootOfHeads(list.records).toString('hex');
  } catch {
    return null; // No list at all.
  }
}
