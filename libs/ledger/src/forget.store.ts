import type { EntryId, SubjectId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** The two functions that take disclosures away. No entry changes by them, and nobody has a right to do it otherwise. */
export const forgetStore = {
  async subject(tx: Tx, id: SubjectId, newSecret: Buffer): Promise<number> {
    const rows = await tx.sql<{ n: number }>`SELECT ledger.forget_subject(${id}, ${newSecret}) AS n`;
    return rows[0]?.n ?? 0;
  },

  /** Answers of how many, by the chain that they are in: two people who became one still have two. */
  async entries(tx: Tx, ids: readonly EntryId[]): Promise<Map<SubjectId, number>> {
    const chains = await tx.sql<{ id: SubjectId; entries: EntryId[] }>`
      SELECT d.subject_id AS id, array_agg(e.id) AS entries
        FROM ledger.entry e JOIN ledger.disclosure d USING (n)
       WHERE e.id = ANY (${[...ids]}::uuid[]) GROUP BY 1 ORDER BY 1`;
    const forgotten = new Map<SubjectId, number>();
    for (const { id, entries } of chains) {
      const [row] = await tx.sql<{ n: number }>`SELECT ledger.forget_entries(${entries}::uuid[]) AS n`;
      if (row !== undefined && row.n > 0) forgotten.set(id, row.n);
    }
    return forgotten;
  },
};
