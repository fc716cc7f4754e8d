import { randomBytes } from 'node:crypto';
import { migrateDeploy, migrateQueueSchema, provisionRoles, type RoleKey } from '../database/index.js';

/** Sized for the machine as an operator would; every setting that protects an acknowledged write is on. */
export const DURABLE_SETTINGS = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '1GB',
  max_wal_size: '8GB',
  checkpoint_timeout: '15min',
};

/** Of a database whose rows are made up and gone afterwards: nothing in it needs to survive. */
export const FORGETFUL_SETTINGS = {
  ...DURABLE_SETTINGS,
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  maintenance_work_mem: '512MB',
};

/** Makes the gateway's database in a new PostgreSQL, as an installation has it, and answers how each role reaches it. */
export async function prepareDatabase(adminUrl: string): Promise<Readonly<Record<RoleKey, string>>> {
  const password = (): string => randomBytes(24).toString('base64url');
  const passwords = { owner: password(), app: password(), sequencer: password(), reader: password() };
  const urls = await provisionRoles(adminUrl, { database: 'gateway', passwords });
  await migrateDeploy(urls.owner);
  await migrateQueueSchema(urls.owner);
  return urls;
}
