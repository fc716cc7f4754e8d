// One PostgreSQL for the whole run, with the roles and one migrated template database that `createTestDatabase` copies;
// and the same cluster at rest, for those that need a server of their own. Jest calls this only when the run has an
// integration spec.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadDatabaseTools } from '../../scripts/database-tools.mjs';

const TEMPLATE = 'gateway_template';

export default async function globalSetup() {
  const started = performance.now();
  const { startEmbeddedPostgres, provisionRoles, migrateDeploy, migrateQueueSchema } = await loadDatabaseTools();
  const password = () => randomBytes(12).toString('hex');
  const passwords = { owner: password(), app: password(), sequencer: password(), reader: password() };
  const draft = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-prepared-'));
  try {
    const first = await startEmbeddedPostgres({ dataDir: draft, ephemeral: true });
    try {
      const { owner } = await provisionRoles(first.adminUrl(), { database: TEMPLATE, passwords });
      await migrateDeploy(owner);
      await migrateQueueSchema(owner);
    } finally {
      await first.stop();
    }
    const server = await startEmbeddedPostgres({
      copyOf: draft,
      ephemeral: true,
      // No database lives long enough to need a vacuum.
      settings: { max_connections: '300', autovacuum: 'off' },
    });
    globalThis.testServer = server;
    // There it is removed together with the server, however this process ends.
    const prepared = path.join(server.dataDir, 'prepared');
    fs.renameSync(draft, prepared);
    const facts = { adminUrl: server.adminUrl(), template: TEMPLATE, passwords, prepared };
    process.env.TEST_DATABASE_SERVER = JSON.stringify(facts);
  } catch (error) {
    await globalThis.testServer?.stop();
    throw error;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
  console.error(`\nPostgreSQL and a migrated template are ready after ${Math.round(performance.now() - started)} ms`);
}
