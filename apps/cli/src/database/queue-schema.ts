import { runMigrations } from 'bullmq';
import pg from 'pg';
import { ROLES } from './provision-roles.js';

const SCHEMA = 'bullmq';

/** Makes or updates the tables of BullMQ's PostgreSQL backend as the owner, and lets the application use them. */
export async function migrateQueueSchema(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'consent-gateway-migrate' });
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
    await client.query(`
      GRANT USAGE ON SCHEMA ${SCHEMA} TO ${ROLES.app};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${SCHEMA} TO ${ROLES.app};
      GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${SCHEMA} TO ${ROLES.app};
      GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${SCHEMA} TO ${ROLES.app};`);
  } finally {
    await client.end();
  }
}
