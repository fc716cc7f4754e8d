// prisma/migrations (plain SQL) and prisma/schema (models) kept in step, without the internet:
//   check            do the migrations give what the models say? exits 1 when they differ
//   new <name>       a migration with what the models have and the migrations lack; --empty for SQL by hand
//   status           what is applied to and pending on DATABASE_URL
// check and new work in a scratch database: on DATABASE_URL's server when that is set (its role must be allowed
// to create databases and the product's roles must exist), else on an embedded server made for the purpose.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { loadDatabaseTools } from './database-tools.mjs';
import { withSchemaEngine } from './schema-engine.mjs';

const root = path.resolve(import.meta.dirname, '..');
const schemaDir = path.join(root, 'prisma', 'schema');
const migrationsDir = path.join(root, 'prisma', 'migrations');
const NO_FILTER = { externalTables: [], externalEnums: [] };

const tools = await loadDatabaseTools();
const [command, name] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const commands = { check, new: create, status };

try {
  if (command === undefined || !(command in commands)) throw new Error('usage: check | new <name> [--empty] | status');
  process.exitCode = await commands[command]();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function check() {
  const difference = await withMigrated((url) => differenceToModels(url, false));
  if (difference === undefined) {
    console.log('prisma/migrations and prisma/schema agree');
    return 0;
  }
  console.log(`what prisma/schema has and prisma/migrations lack, or the other way round:\n${difference}`);
  return 1;
}

async function create() {
  if (name === undefined || !/^[a-z][a-z0-9_]*$/.test(name))
    throw new Error('a migration needs a name like add_contact_zone');
  const empty = process.argv.includes('--empty');
  const sql = empty ? '' : await withMigrated((url) => differenceToModels(url, true));
  if (sql === undefined) {
    console.log('the migrations already give what the models say; --empty makes a file to write by hand');
    return 1;
  }
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const file = path.join(migrationsDir, `${stamp}_${name}`, 'migration.sql');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `-- Why this migration exists:\n\n${sql}`);
  console.log(path.relative(root, file));
  return 0;
}

async function status() {
  const url = process.env.DATABASE_URL;
  if (url === undefined) throw new Error('DATABASE_URL is not set');
  const { applied, pending } = await tools.migrationState(url, { directory: migrationsDir });
  console.log(`${applied.length} applied, ${pending.length} pending${pending.map((entry) => `\n  ${entry}`).join('')}`);
  return pending.length === 0 ? 0 : 1;
}

/** What turns the database into the models, as SQL or as sentences; undefined when nothing does. */
async function differenceToModels(url, script) {
  const files = schemaFiles();
  const { exitCode, stdout } = await withSchemaEngine(url, files, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: root },
      to: { tag: 'schemaDatamodel', files },
      script,
      exitCode: true,
      filters: NO_FILTER,
    }),
  );
  return exitCode === 0 ? undefined : (stdout ?? '').trim();
}

/** Runs `work` with the URL of a database that has every migration and nothing else. */
async function withMigrated(work) {
  const database = `scratch_${randomBytes(6).toString('hex')}`;
  if (process.env.DATABASE_URL !== undefined) return withScratchOn(process.env.DATABASE_URL, database, work);
  const server = await tools.startEmbeddedPostgres({ ephemeral: true });
  try {
    const passwords = { owner: 'o', app: 'a', sequencer: 's', reader: 'r' };
    const { owner } = await tools.provisionRoles(server.adminUrl(), { database, passwords });
    await tools.migrateDeploy(owner, { directory: migrationsDir });
    return await work(owner);
  } finally {
    await server.stop();
  }
}

async function withScratchOn(url, database, work) {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${database} TEMPLATE template0`);
    const scratch = tools.databaseUrl(url, database);
    await tools.migrateDeploy(scratch, { directory: migrationsDir });
    return await work(scratch);
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await admin.end();
  }
}

function schemaFiles() {
  return fs
    .readdirSync(schemaDir)
    .filter((file) => file.endsWith('.prisma'))
    .sort()
    .map((file) => ({
      path: path.join(schemaDir, file),
      content: fs.readFileSync(path.join(schemaDir, file), 'utf8'),
    }));
}
