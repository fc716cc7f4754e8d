import type { Tx } from '#lib/platform';

/** What forbids messages to leave by a database. */
export interface Hold {
  /** `contradicted`: it is not what was signed. `unrecognised`: nobody has compared it since it started, or was restored. */
  readonly kind: 'contradicted' | 'unrecognised';
  /** In words an operator can act on. */
  readonly reason: string;
}

/** After which log, and how many of its entries, one of a new name goes on. */
export interface Resumption {
  readonly follows: string;
  readonly size: number;
}

const UNRECOGNISED =
  'nobody has compared this database with what was signed of it since it started; a worker with LEDGER_DIR does';

/** SQL about whether this database is the one whose history was signed. Where nothing was ever signed nobody can know. */
export const recognitionStore = {
  async hold(tx: Tx): Promise<Hold | null> {
    const [row] = await tx.sql<{ problem: string | null; isRecognised: boolean; wasSigned: boolean }>`
      SELECT p.problem, p.recognised IS NOT DISTINCT FROM i.id AS "isRecognised",
             p.recognised IS NOT NULL OR EXISTS (SELECT FROM ledger.checkpoint) AS "wasSigned"
        FROM ledger.publisher p CROSS JOIN ledger.incarnation i`;
    if (row === undefined) throw new Error('the ledger has no publisher');
    if (row.problem !== null) return { kind: 'contradicted', reason: row.problem };
    return row.isRecognised || !row.wasSigned ? null : { kind: 'unrecognised', reason: UNRECOGNISED };
  },

  /** Names this database on this server since its last start. */
  async incarnation(tx: Tx): Promise<string> {
    const [row] = await tx.sql<{ id: string }>`SELECT id FROM ledger.incarnation`;
    if (row === undefined) throw new Error('PostgreSQL did not say which database this is');
    return row.id;
  },

  async isRecognised(tx: Tx): Promise<boolean> {
    const rows = await tx.sql`SELECT FROM ledger.publisher p JOIN ledger.incarnation i ON i.id = p.recognised`;
    return rows.length > 0;
  },

  /** Lets messages leave by that incarnation. If it is another one by now, they stay held. */
  async recognise(tx: Tx, incarnation: string): Promise<void> {
    await tx.execute`
      UPDATE ledger.publisher SET recognised = ${incarnation}, problem = NULL, at = clock_timestamp()
       WHERE recognised IS DISTINCT FROM ${incarnation}`;
  },

  async isResumed(tx: Tx, origin: string): Promise<boolean> {
    const rows = await tx.sql`SELECT FROM ledger.resumption WHERE origin = ${origin}`;
    return rows.length > 0;
  },

  /**
   * Goes on behind what the log before has signed here: what was repeated since stands where it had something else. Null
   * when there is no log of another name to follow, or this one follows it already.
   */
  async resume(tx: Tx, origin: string): Promise<Resumption | null> {
    const [row] = await tx.sql<Resumption>`
      INSERT INTO ledger.resumption (origin, follows, size)
      SELECT ${origin}, c.origin, c.size
        FROM (SELECT origin, size FROM ledger.checkpoint ORDER BY id DESC LIMIT 1) c
       WHERE c.origin <> ${origin}
      ON CONFLICT DO NOTHING
      RETURNING follows, size`;
    return row ?? null;
  },
};
