import pg from 'pg';

/**
 * Settings of a session that takes the time from a test where one has set it, and else from PostgreSQL as always: functions
 * are looked for here first. What is written with a default of its table keeps PostgreSQL's time.
 */
export const TEST_CLOCK = { search_path: 'test_clock,pg_catalog,public' } as const;

/** The URL of sessions with these settings in place of the application's own. */
export function withSession(url: string, session: Readonly<Record<string, string>>): string {
  const of = new URL(url);
  const options = Object.entries(session).map(([name, value]) => `-c ${name}=${value}`);
  if (options.length > 0) of.searchParams.set('options', ['-c timezone=UTC', ...options].join(' '));
  return of.href;
}

/**
 * From now on it is so much later, for sessions with `TEST_CLOCK`.
 * @param adminUrl of the database, as superuser
 * @param interval as PostgreSQL writes it, such as `13 months`
 */
export async function passTime(adminUrl: string, interval: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`
      BEGIN;
      CREATE SCHEMA IF NOT EXISTS test_clock;
      CREATE TABLE IF NOT EXISTS test_clock.passed (time interval NOT NULL);
      CREATE OR REPLACE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
        $$ SELECT pg_catalog.clock_timestamp() + coalesce((SELECT sum(time) FROM test_clock.passed), '0'::interval) $$;
      GRANT USAGE ON SCHEMA test_clock TO PUBLIC;
      GRANT SELECT ON test_clock.passed TO PUBLIC;
      INSERT INTO test_clock.passed VALUES ('${interval}');
      COMMIT`);
  } finally {
    await client.end();
  }
}
