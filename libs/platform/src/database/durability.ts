import type { Tx } from './tx.js';

/** Settings without which an acknowledged write can be lost to a crash. */
const REQUIRED: Record<string, readonly string[]> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'remote_write', 'remote_apply', 'local'],
};

/** Names every setting of the server that would let an acknowledged write vanish; empty when all is well. */
export async function durabilityProblems(tx: Tx): Promise<string[]> {
  const rows = await tx.sql<{ name: string; setting: string }>`
    SELECT name, setting FROM pg_settings WHERE name = ANY (${Object.keys(REQUIRED)}::text[])`;
  return rows
    .filter(({ name, setting }) => !REQUIRED[name]?.includes(setting))
    .map(({ name, setting }) => `PostgreSQL setting ${name} is ${setting}; it must be ${REQUIRED[name]?.[0]}`);
}
