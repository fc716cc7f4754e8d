import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** The advisory lock of Prisma's schema engine: its deploys and ours exclude each other. */
const PRISMA_LOCK = 72707369;

export interface MigrateOptions {
  /** Holds `<timestamp>_<name>/migration.sql`. Default: prisma/migrations of this project. */
  readonly directory?: string;
  readonly log?: (line: string) => void;
}

export interface MigrationState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
}

/**
 * Applies what is missing of prisma/migrations in the manner of `prisma migrate deploy`: same table, same
 * checksums, same lock, the same refusal after a failure; needs nothing but `pg`. Each file is one transaction.
 *
 * @returns the names of the migrations that were applied now.
 * @throws Error when an earlier migration failed, an applied file was edited, the database has migrations this
 *   version does not know, or a file fails (it is rolled back and recorded).
 */
export async function migrateDeploy(ownerUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  const files = readMigrations(options.directory ?? defaultDirectory());
  return withLock(ownerUrl, async (db) => {
    const pending = pendingOf(files, await recordedMigrations(db));
    for (const migration of pending) {
      await apply(db, migration);
      options.log?.(`applied ${migration.name}`);
    }
    return pending.map((migration) => migration.name);
  });
}

/** What a deploy would find, without changing anything. Same errors as `migrateDeploy`. */
export async function migrationState(
  url: string,
  options: Pick<MigrateOptions, 'directory'> = {},
): Promise<MigrationState> {
  const files = readMigrations(options.directory ?? defaultDirectory());
  const db = new pg.Client({ connectionString: url });
  await db.connect();
  try {
    const { rows } = await db.query<{ present: boolean }>(
      `SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS present`,
    );
    const recorded = rows[0]?.present === true ? await recordedMigrations(db) : [];
    return {
      applied: recorded.map((row) => row.migration_name),
      pending: pendingOf(files, recorded).map((migration) => migration.name),
    };
  } finally {
    await db.end();
  }
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** Lowercase hex SHA-256 of the file's bytes. */
  readonly checksum: string;
}

interface Recorded {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/** The nearest prisma/migrations above this file, which runs from apps/ in tests and from dist/apps/ otherwise. */
function defaultDirectory(): string {
  for (let place = import.meta.dirname; place !== path.dirname(place); place = path.dirname(place)) {
    const candidate = path.join(place, 'prisma', 'migrations');
    if (fs.existsSync(candidate)) return candidate;
  }
  throw new Error('prisma/migrations was not found');
}

function readMigrations(directory: string): Migration[] {
  const folders = fs.readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => {
      const bytes = fs.readFileSync(path.join(directory, name, 'migration.sql'));
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function withLock<T>(url: string, work: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString: url, application_name: 'prisma-migrate' });
  await db.connect();
  try {
    await db.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    // What is lost in a power cut is applied again; whatever is committed later is on the disk only with all of this.
    await db.query('SET synchronous_commit = off');
    await db.query(`
      CREATE TABLE IF NOT EXISTS public._prisma_migrations (
        id                  VARCHAR(36) PRIMARY KEY NOT NULL,
        checksum            VARCHAR(64) NOT NULL,
        finished_at         TIMESTAMPTZ,
        migration_name      VARCHAR(255) NOT NULL,
        logs                TEXT,
        rolled_back_at      TIMESTAMPTZ,
        started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
        applied_steps_count INTEGER NOT NULL DEFAULT 0
      )`);
    return await work(db);
  } finally {
    await db.end(); // Ends the session, and the lock with it.
  }
}

async function recordedMigrations(db: pg.Client): Promise<Recorded[]> {
  const { rows } = await db.query<Recorded>(`
    SELECT migration_name, checksum, finished_at
      FROM public._prisma_migrations
     WHERE rolled_back_at IS NULL
     ORDER BY migration_name`);
  return rows;
}

function pendingOf(files: readonly Migration[], recorded: readonly Recorded[]): Migration[] {
  const failed = recorded.filter((row) => row.finished_at === null).map((row) => row.migration_name);
  if (failed.length > 0) {
    throw new Error(`a migration failed earlier: ${failed.join(', ')}; settle it with "npx prisma migrate resolve"`);
  }
  const byName = new Map(files.map((file) => [file.name, file]));
  const unknown = recorded.filter((row) => !byName.has(row.migration_name)).map((row) => row.migration_name);
  if (unknown.length > 0) {
    throw new Error(`the database is newer than this version, which does not know: ${unknown.join(', ')}`);
  }
  const edited = recorded.filter((row) => byName.get(row.migration_name)?.checksum !== row.checksum);
  if (edited.length > 0) {
    throw new Error(`edited after it was applied: ${edited.map((row) => row.migration_name).join(', ')}`);
  }
  const done = new Set(recorded.map((row) => row.migration_name));
  return files.filter((file) => !done.has(file.name));
}

async function apply(db: pg.Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  await db.query('INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    migration.checksum,
    migration.name,
  ]);
  try {
    await db.query(migration.sql); // Without parameters the whole file is one implicit transaction.
  } catch (error) {
    await db.query('ROLLBACK'); // For a file that opened a transaction of its own.
    const reason = error instanceof Error ? error.message : String(error);
    await db.query('UPDATE public._prisma_migrations SET logs = $2 WHERE id = $1', [id, reason]);
    throw new Error(`migration ${migration.name} failed and was rolled back: ${reason}`, { cause: error });
  }
  await db.query(
    'UPDATE public._prisma_migrations SET finished_at = now(), applied_steps_count = applied_steps_count + 1 WHERE id = $1',
    [id],
  );
}
