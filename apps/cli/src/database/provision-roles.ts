import pg from 'pg';

const { escapeIdentifier, escapeLiteral } = pg;

/** The roles of the product, by what they are for. */
export const ROLES = {
  /** Owns the database and its schemas, runs migrations. No process of the application works as it. */
  owner: 'gateway_owner',
  /** api, center and worker. */
  app: 'gateway_app',
  /** The one writer of ledger positions. */
  sequencer: 'gateway_sequencer',
  /** Reports and auditors. */
  reader: 'gateway_reader',
} as const;

export type RoleKey = keyof typeof ROLES;
const ROLE_KEYS = Object.keys(ROLES) as RoleKey[];

export interface ProvisionOptions {
  /** Created when absent. */
  readonly database: string;
  /** One per role; set again at every call, so they can be rotated. */
  readonly passwords: Readonly<Record<RoleKey, string>>;
}

/**
 * Creates the four roles and the database that `gateway_owner` owns, and takes from everybody else what
 * PostgreSQL gives by default. Safe to run again and at the same time as another run.
 *
 * @param adminUrl a superuser, or a role with CREATEDB and CREATEROLE.
 * @returns the database's URL for each role.
 */
export async function provisionRoles(adminUrl: string, options: ProvisionOptions): Promise<Record<RoleKey, string>> {
  await withClient(adminUrl, async (admin) => {
    await admin.query(LOCK);
    for (const key of ROLE_KEYS) await provisionRole(admin, ROLES[key], options.passwords[key]);
    const known = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [options.database]);
    if (known.rowCount === 0) {
      // Only a member of the owner may create a database in its name; a superuser always is.
      await admin.query(`GRANT ${ROLES.owner} TO CURRENT_USER`);
      await admin.query(`CREATE DATABASE ${escapeIdentifier(options.database)} OWNER ${ROLES.owner}`);
    }
    await restrictDatabase(admin, options.database);
  });
  await withClient(databaseUrl(adminUrl, options.database), async (admin) => {
    // Such locks are a database's own.
    await admin.query(LOCK);
    await admin.query(`
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      GRANT CREATE, USAGE ON SCHEMA public TO ${ROLES.owner};`);
  });
  return roleUrls(adminUrl, options.database, options.passwords);
}

/** Several at once would change the same row of a catalog: "tuple concurrently updated". Until the connection ends. */
const LOCK = "SELECT pg_advisory_lock(hashtext('consent-gateway:provision'))";

/** Only the four roles may connect to `database`. CREATE DATABASE ... TEMPLATE does not copy this. */
export async function restrictDatabase(admin: pg.Client, database: string): Promise<void> {
  const name = escapeIdentifier(database);
  await admin.query(`
    REVOKE ALL ON DATABASE ${name} FROM PUBLIC;
    GRANT CONNECT ON DATABASE ${name} TO ${ROLE_KEYS.map((key) => ROLES[key]).join(', ')};`);
}

/** The URL of `database` on the same server for each role. */
export function roleUrls(
  anyUrl: string,
  database: string,
  passwords: Readonly<Record<RoleKey, string>>,
): Record<RoleKey, string> {
  const urlOf = (key: RoleKey): string => {
    const url = new URL(databaseUrl(anyUrl, database));
    url.username = ROLES[key];
    url.password = encodeURIComponent(passwords[key]);
    return url.toString();
  };
  return { owner: urlOf('owner'), app: urlOf('app'), sequencer: urlOf('sequencer'), reader: urlOf('reader') };
}

export function databaseUrl(anyUrl: string, database: string): string {
  const url = new URL(anyUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.toString();
}

async function provisionRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const known = await admin.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (known.rowCount === 0) await admin.query(`CREATE ROLE ${role}`);
  // SUPERUSER, REPLICATION and BYPASSRLS are off by default, and only a superuser may name them.
  await admin.query(`ALTER ROLE ${role} LOGIN NOCREATEDB NOCREATEROLE PASSWORD ${escapeLiteral(password)}`);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'consent-gateway-provision' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
