import type pg from 'pg';

/** A day in PostgreSQL's words, as the first id that a message of it could have. */
const FIRST_ID = `(rpad(lpad(to_hex((extract(epoch FROM day) * 1000)::bigint), 12, '0'), 32, '0'))::uuid`;

/**
 * Puts in the place of `sending.touch` the same rows in partitions by quarters of the year, with the same indexes and triggers: what the
 * decision against partitions is measured against. By the id of the message, which begins with its time, because a unique
 * index of a partitioned table must hold what it is partitioned by. That of an event does not, so here it is not unique.
 * @returns how many partitions there are, the one for all other times included
 */
export async function divideTouches(admin: pg.Client): Promise<number> {
  await admin.query(`
    ALTER TABLE sending.touch RENAME TO touch_whole;
    CREATE TABLE sending.touch (LIKE sending.touch_whole INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (message_id);
    CREATE TABLE sending.touch_other PARTITION OF sending.touch DEFAULT`);
  const { rows: quarters } = await admin.query<{ name: string; first: string; next: string }>(`
    SELECT to_char(day, '"touch_"YYYY"q"Q') AS name, ${FIRST_ID} AS first,
           ${FIRST_ID.replace('day', "(day + interval '3 months')")} AS next
      FROM generate_series(date_trunc('quarter', now() - interval '1 year'), now(), interval '3 months') AS day`);
  for (const { name, first, next } of quarters)
    await admin.query(
      `CREATE TABLE sending.${name} PARTITION OF sending.touch FOR VALUES FROM ('${first}') TO ('${next}')`,
    );
  await admin.query('INSERT INTO sending.touch SELECT * FROM sending.touch_whole');
  const { rows: indexes } = await admin.query<{ definition: string }>(`
    SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index WHERE indrelid = 'sending.touch_whole'::regclass`);
  for (const { definition } of indexes)
    await admin.query(
      definition
        .replace(/INDEX \S+ ON sending\.touch_whole/, 'INDEX ON sending.touch')
        .replace(/^CREATE UNIQUE INDEX(?=.*\(brand_id, event\))/, 'CREATE INDEX'),
    );
  const { rows: triggers } = await admin.query<{ definition: string }>(`
    SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger
     WHERE tgrelid = 'sending.touch_whole'::regclass AND NOT tgisinternal`);
  for (const { definition } of triggers)
    await admin.query(definition.replace(' ON sending.touch_whole ', ' ON sending.touch '));
  await admin.query('VACUUM (ANALYZE) sending.touch');
  return quarters.length + 1;
}
