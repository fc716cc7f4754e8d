import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Queue, RedisQueueBackend } from 'bullmq';
import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { durabilityProblems } from '../database/durability.js';
import { refusalOfWrite } from '../queue/queue-url.js';
import { tzdb } from '../zones/index.js';

/** What a check found. `degraded` still serves, and says what an operator should mend. */
export interface Finding {
  readonly status: 'up' | 'degraded' | 'down';
  /** One sentence, without secrets or personal data: these answers are public. */
  readonly message?: string;
  readonly [detail: string]: unknown;
}

/** One thing a process needs to do its work. */
export interface ReadinessCheck {
  readonly name: string;
  run(): Promise<Finding>;
}

const TIMEOUT_MS = 3_000;

/** Runs a check; one that fails or takes too long is `down`, without the words of the error. */
export async function runCheck(check: ReadinessCheck): Promise<Finding> {
  const stop = new AbortController();
  try {
    const late: Promise<Finding> = sleep(
      TIMEOUT_MS,
      { status: 'down', message: 'no answer in time' },
      { signal: stop.signal },
    );
    late.catch(() => undefined);
    return await Promise.race([check.run(), late]);
  } catch {
    return { status: 'down', message: 'could not be checked' };
  } finally {
    stop.abort();
  }
}

/**
 * What every process needs: the database as it must be, its tables, the queues, the time zones.
 * @param queues those of the process; each is asked, because on a cluster they are not in one place
 */
export function platformChecks(config: Config, database: Database, queues: readonly Queue[]): ReadinessCheck[] {
  return [
    { name: 'database', run: () => checkDatabase(config, database) },
    { name: 'migrations', run: () => checkMigrations(database) },
    ...(queues.length === 0 ? [] : [queuesCheck(config, queues)]),
    // Node's own zones are shown beside ours, which every decision uses, so that nobody takes one for the other.
    {
      name: 'zones',
      run: () => Promise.resolve({ status: 'up', version: tzdb.version, node: process.versions['tz'] }),
    },
  ];
}

/** How long what a check has written may stay. */
const WRITTEN_SECONDS = 60;

/** Whether the queue of every channel takes wake-ups. */
export function queuesCheck(config: Pick<Config, 'QUEUE_URL'>, queues: readonly Queue[]): ReadinessCheck {
  return {
    name: 'queues',
    run: async () => {
      const found = await Promise.all(queues.map(queueProblem));
      const problems = [...new Set(found.filter((problem) => problem !== null))];
      if (problems.length > 0) return { status: 'down', message: problems.join('; ') };
      return { status: 'up', backend: config.QUEUE_URL === 'postgres' ? 'postgres' : 'redis' };
    },
  };
}

/** Whether the queue takes wake-ups: a Redis that is full, or a replica, can still be read. */
async function queueProblem(queue: Queue): Promise<string | null> {
  const backend = queue.getBackend();
  try {
    if (backend instanceof RedisQueueBackend)
      await (await backend.client).set(queue.toKey('readiness'), '1', { EX: WRITTEN_SECONDS });
    else await queue.isPaused();
    return null;
  } catch (error) {
    return refusalOfWrite(error instanceof Error ? error.message : '');
  }
}

async function checkDatabase(config: Config, database: Database): Promise<Finding> {
  const problems = await durabilityProblems(database.tx);
  if (problems.length === 0) return { status: 'up' };
  return { status: config.NODE_ENV === 'test' ? 'degraded' : 'down', message: problems.join('; ') };
}

async function checkMigrations(database: Database): Promise<Finding> {
  const [journal] = await database.tx.sql<{ readable: boolean | null }>`
    SELECT has_table_privilege(to_regclass('public._prisma_migrations'), 'SELECT') AS readable`;
  if (journal?.readable === null) return { status: 'down', message: 'nothing was migrated yet' };
  if (journal?.readable !== true)
    return { status: 'down', message: 'this role may not read public._prisma_migrations' };

  const applied = await database.tx.sql<{ name: string; finished: boolean }>`
    SELECT migration_name AS name, finished_at IS NOT NULL AS finished
      FROM public._prisma_migrations
     WHERE rolled_back_at IS NULL`;
  const onDisk = migrationNames();
  const done = new Set(applied.filter(({ finished }) => finished).map(({ name }) => name));
  const missing = onDisk.filter((name) => !done.has(name));
  if (missing.length > 0) return { status: 'down', message: `not applied: ${missing.join(', ')}` };
  const unknown = [...done].filter((name) => !onDisk.includes(name));
  if (unknown.length > 0)
    return { status: 'down', message: `the database is newer than this version: ${unknown.join(', ')}` };
  return { status: 'up', applied: onDisk.length };
}

/** The nearest prisma/migrations above this file, which runs from libs/ in tests and from dist/libs/ otherwise. */
function migrationNames(): string[] {
  for (let place = import.meta.dirname; place !== path.dirname(place); place = path.dirname(place)) {
    const candidate = path.join(place, 'prisma', 'migrations');
    if (!fs.existsSync(candidate)) continue;
    const folders = fs.readdirSync(candidate, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.map(({ name }) => name).sort();
  }
  throw new Error('prisma/migrations was not found');
}
