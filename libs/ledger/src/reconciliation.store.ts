import type { EpochMs } from '#lib/kernel';
import { type Database, newId, type ReadinessCheck, toIso, type Tx } from '#lib/platform';

/** What came of comparing the live tables with the log. */
export interface Reconciliation {
  readonly at: EpochMs;
  readonly entries: number;
  /** By table; those without a difference are missing. */
  readonly tables: Readonly<Record<string, number>>;
}

/** SQL on what came of comparisons. */
export const reconciliationStore = {
  async last(tx: Tx): Promise<(Reconciliation & { readonly differences: number }) | null> {
    const [row] = await tx.sql<Reconciliation & { differences: number }>`
      SELECT at, entries, differences, tables FROM ledger.reconciliation ORDER BY at DESC LIMIT 1`;
    return row ?? null;
  },

  async add(tx: Tx, { at, entries, tables }: Reconciliation): Promise<void> {
    const differences = Object.values(tables).reduce((sum, count) => sum + count, 0);
    await tx.execute`
      INSERT INTO ledger.reconciliation (id, at, entries, differences, tables)
      VALUES (${newId()}, ${toIso(at)}, ${entries}::bigint, ${differences}::bigint, ${JSON.stringify(tables)})`;
  },
};

/** Readiness: whether the tables that decisions read said what the log says when they were last compared. */
export function integrityCheck(database: Database): ReadinessCheck {
  return {
    name: 'integrity',
    async run() {
      const last = await reconciliationStore.last(database.tx);
      if (last === null || last.differences === 0) return { status: 'up' };
      const tables = Object.entries(last.tables).map(([table, count]) => `${table}: ${count}`);
      return { status: 'down', message: `what decisions read differs from the log (${tables.join(', ')})` };
    },
  };
}
