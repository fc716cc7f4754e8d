import { z } from 'zod';
import { CommandEnd, parseCommandLine } from '../command.js';
import { migrateDeploy, migrateQueueSchema, migrationState, provisionRoles } from '../database/index.js';

const MIGRATE = {
  name: 'migrate',
  summary:
    'brings the database of DATABASE_OWNER_URL to this version; with DATABASE_ADMIN_URL it makes the roles first',
  options: z.object({
    check: z.boolean().default(false).describe('change nothing; exit 1 when something is missing'),
  }),
};

const url = z
  .string('is missing')
  .regex(/^postgres(ql)?:\/\/[^/]*:[^/]*@[^/]+\/.+/, 'must be postgresql://role:password@host/database');
const Environment = z.object({
  DATABASE_OWNER_URL: url,
  DATABASE_ADMIN_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgresql://')
    .optional(),
  DATABASE_URL: url.optional(),
  SEQUENCER_DATABASE_URL: url.optional(),
  READER_DATABASE_URL: url.optional(),
});

/** The step before a new version of the applications starts. Safe to run again, and beside another run. */
export async function run(argv: readonly string[]): Promise<number> {
  const { check } = parseCommandLine(MIGRATE, argv);
  const env = readEnvironment();
  const owner = env.DATABASE_OWNER_URL;
  if (check) {
    const { pending } = await migrationState(owner);
    for (const name of pending) console.log(`missing: ${name}`);
    return pending.length === 0 ? 0 : 1;
  }
  if (env.DATABASE_ADMIN_URL !== undefined) await provision(env.DATABASE_ADMIN_URL, env);
  await migrateDeploy(owner, { log: (line) => console.log(line) });
  await migrateQueueSchema(owner);
  console.log('the database is up to date');
  return 0;
}

/** Name of the database and passwords are those of the URLs, so each is written down once. */
async function provision(adminUrl: string, env: z.infer<typeof Environment>): Promise<void> {
  const passwordOf = (
    name: 'DATABASE_OWNER_URL' | 'DATABASE_URL' | 'SEQUENCER_DATABASE_URL' | 'READER_DATABASE_URL',
  ): string => {
    const given = env[name];
    if (given === undefined)
      throw new CommandEnd(`${name} is missing; with DATABASE_ADMIN_URL all four roles are made.`, 2);
    return decodeURIComponent(new URL(given).password);
  };
  const database = decodeURIComponent(new URL(env.DATABASE_OWNER_URL).pathname.slice(1));
  const passwords = {
    owner: passwordOf('DATABASE_OWNER_URL'),
    app: passwordOf('DATABASE_URL'),
    sequencer: passwordOf('SEQUENCER_DATABASE_URL'),
    reader: passwordOf('READER_DATABASE_URL'),
  };
  await provisionRoles(adminUrl, { database, passwords });
}

function readEnvironment(): z.infer<typeof Environment> {
  const parsed = Environment.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new CommandEnd(`The environment cannot be used:\n${problems.join('\n')}`, 2);
}
