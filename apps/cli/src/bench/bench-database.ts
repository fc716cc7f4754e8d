import { randomBytes } from 'node:crypto';
import { migrateDeploy, migrateQueueSchema, provisionRoles, type RoleKey } from '../database/index.js';

/** Makes the gateway's database in a new PostgreSQL, as an installation has it, and answers how each role reaches it. */
export async function prepareDatabase(adminUrl: string): Promise<Readonly<Record<RoleKey, string>>> {
  const password = (): string => randomBytes(24).toString('base64url');
  const passwords = { owner: password(), app: password(), sequencer: password(), reader: password() };
  const urls = await provisionRoles(adminUrl, { database: 'gateway', passwords });
  await migrateDeploy(urls.owner);
  await migrateQueueSchema(urls.owner);
  return urls;
}
