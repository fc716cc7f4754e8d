// One PostgreSQL for the whole run, with the roles and one migrated template database that
// `createTestDatabase` copies. Jest calls this only when the run has an integration spec.
import { randomBytes } from 'node:crypto';
import { loadDatabaseTools } from '../../scripts/database-tools.mjs';

const TEMPLATE = 'gateway_template';

export default async function globalSetup() {
  const started = performance.now();
  const { startEmbeddedPostgres, provisionRoles, migrateDeploy, migrateQueueSchema } = await loadDatabaseTools();
  const server = await startEmbeddedPostgres({ ephemeral: true, settings: { max_connections: '300' } });
  globalThis.testServer = server;
  try {
    const password = () => randomBytes(12).toString('hex');
    const passwords = { owner: password(), app: password(), sequencer: password(), reader: password() };
    const template = await provisionRoles(server.adminUrl(), { database: TEMPLATE, passwords });
    await migrateDeploy(template.owner);
    await migrateQueueSchema(template.owner);
    process.env.TEST_DATABASE_SERVER = JSON.stringify({ adminUrl: server.adminUrl(), template: TEMPLATE, passwords });
  } catch (error) {
    await server.stop();
    throw error;
  }
  console.error(`\nPostgreSQL and a migrated template are ready after ${Math.round(performance.now() - started)} ms`);
}
