import type { EntryId, SubjectId } from '#lib/kernel';
import type { Tx } from '#lib/platform';

/** The two functions that take disclosures away. No entry changes by them, and nobody has a right to do it otherwise. */
export const forgetStore = {
  async subject(tx: Tx, id: SubjectId, newSecret: Buffer): Promise<number> {
    const rows = await tx.sql<{ n: number }>`SELECT ledger.forget_subject(${id}, ${newSecret}) AS n`;
    return rows[0]?.n ?? 0;
  },

  async entries(tx: Tx, ids: readonly EntryId[]): Promise<number> {
    const rows = await tx.sql<{ n: number }>`SELECT ledger.forget_entries(${[...ids]}::uuid[]) AS n`;
    return rows[0]?.n ?? 0;
  },
};
