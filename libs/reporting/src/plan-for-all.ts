import type { Tx } from '#lib/platform';

/**
 * The same for statements that join many rows with many: of tables that were filled a moment ago PostgreSQL expects one row
 * each, and would go through all of one for every row of the other.
 */
export async function planForJoins(tx: Tx): Promise<void> {
  await planForAll(tx);
  await tx.sql`SELECT set_config('enable_nestloop', 'off', true)`;
}

/** For statements that join what they make themselves, and look everything else up. */
export async function planForOwnJoins(tx: Tx): Promise<void> {
  await planForJoins(tx);
  await tx.sql`SELECT set_config('enable_seqscan', 'off', true)`;
}

/** For statements that look up what belongs to a few, and join what they make by themselves. */
export async function planForLookups(tx: Tx): Promise<void> {
  await planForAll(tx);
  await tx.sql`SELECT set_config('enable_seqscan', 'off', true), set_config('enable_nestloop', 'on', true)`;
}

/**
 * Lets PostgreSQL plan the statements of this transaction for reading much: the process's connections are set up for
 * statements that look single rows up, and are planned once for whatever is asked.
 */
export async function planForAll(tx: Tx): Promise<void> {
  await tx.sql`
    SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
           set_config('enable_mergejoin', 'on', true), set_config('plan_cache_mode', 'force_custom_plan', true)`;
}
