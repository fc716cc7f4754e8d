// One PostgreSQL for the whole run, on a copy of the prepared cluster, whose empty database `createTestDatabase` copies.
// Jest calls this only when the run has an integration spec.
import { loadDatabaseTools } from '../../scripts/database-tools.mjs';
import { prepareCluster } from '../../scripts/prepare-cluster.mjs';
import { moveIntoMemory } from './temporary-files.mjs';

export default async function globalSetup() {
  const started = performance.now();
  moveIntoMemory();
  const { startEmbeddedPostgres } = await loadDatabaseTools();
  const { dataDir: prepared, database: template, passwords } = await prepareCluster();
  const server = await startEmbeddedPostgres({
    copyOf: prepared,
    ephemeral: true,
    // No database lives long enough to need a vacuum.
    settings: { max_connections: '300', autovacuum: 'off' },
  });
  globalThis.testServer = server;
  process.env.TEST_DATABASE_SERVER = JSON.stringify({ adminUrl: server.adminUrl(), template, passwords, prepared });
  console.error(`\nPostgreSQL and a migrated template are ready after ${Math.round(performance.now() - started)} ms`);
}
