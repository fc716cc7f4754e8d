import { KeyService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, deriveKeys, readConfig, systemClock, toIso } from '#lib/platform';
import { CommandEnd } from '../../command.js';
import { startEmbeddedPostgres } from '../../database/index.js';
import { openDatabase } from '../../start/open-database.js';
import { type B2bYear, b2bYear } from './domain/b2b-year.js';
import { YEAR } from './domain/calendar.js';
import { setUpBrand } from './year-setup.js';
import { type Gateway, type Written, YearWriter } from './year-writer.js';

export interface YearOptions {
  readonly brand: string;
  readonly seed: number;
  /** The day after the last; left out: today. */
  readonly until?: string | undefined;
  /** Of `npm start`; used where the environment names no database. */
  readonly dataDir: string;
  /** One thing after the other. */
  readonly gently: boolean;
}

/** Writes a year into a brand of its own and says where to look. @throws CommandEnd */
export async function seedYear(options: YearOptions): Promise<number> {
  const today = new Date(systemClock.now()).toISOString().slice(0, 10);
  const { brand, seed, until = today } = options;
  if (until > today) throw new CommandEnd(`--until: ${until} lies ahead; facts are of what has happened.`, 2);
  await withGateway(options.dataDir, async (gateway) => {
    const begun = systemClock.monotonic();
    const by = `seed ${seed} until ${until}`;
    const written = await writeYear(gateway, brand, by, b2bYear(seed, until), options.gently ? 1 : LANES);
    const key = await reportsKey(gateway, brand);
    const seconds = ((systemClock.monotonic() - begun) / 1_000).toFixed(1);
    console.log(
      written === null ? `The brand "${brand}" has this year already.` : told(written, brand, until, seconds),
    );
    // A supervisor says it in its own words, when all is done.
    if (process.send !== undefined) return void process.send({ reportsKey: key });
    console.log(
      `\nSign in at /reports of the api with this key, and choose a period of up to a year before ${until}:\n\n${key}`,
    );
  });
  return 0;
}

/**
 * Writes a year; the same again changes nothing.
 * @param by names this very year, in the ledger too
 * @param lanes people who are brought in at the same time
 * @returns null where it is there already
 * @throws CommandEnd where the brand holds something else
 */
export async function writeYear(
  gateway: Gateway,
  brand: string,
  by: string,
  year: B2bYear,
  lanes = LANES,
): Promise<Written | null> {
  const held = await holdings(gateway.database, brand, by);
  if (held?.isWhole === true) return null;
  if (held !== null) throw new CommandEnd(refusal(brand, held), 1);
  const begins = year.calendar.at(BEFORE_ALL, 0);
  const brandId = await setUpBrand(gateway, brand, year.campaigns, { by, at: systemClock.now() }, begins);
  // It was there when its year began, so the months of it are closed like those of any other.
  await gateway.database.tx.execute`
    UPDATE consent.brand SET created_at = ${toIso(year.calendar.at(YEAR, 0))}::timestamptz WHERE id = ${brandId}`;
  return new YearWriter(gateway, brandId, by, lanes).write(year);
}

const LANES = 6;
/** Days before the end at which nobody has agreed to anything yet. */
const BEFORE_ALL = 2 * YEAR;

interface Holdings {
  readonly people: number;
  readonly facts: number;
  /** All facts are of this very year, and so is everything else: its own come last, at once, after what was agreed to. */
  readonly isWhole: boolean;
}

async function holdings({ tx }: Database, brand: string, by: string): Promise<Holdings | null> {
  const [row] = await tx.sql<{
    id: BrandId;
    people: number;
    strangers: number;
    facts: number;
    own: number;
    last: number;
  }>`
    SELECT b.id,
           (SELECT count(*) FROM consent.contact c WHERE c.brand_id = b.id) AS people,
           (SELECT count(*) FROM consent.contact c WHERE c.brand_id = b.id AND c.external_id NOT LIKE 'seed-%') AS strangers,
           (SELECT count(*) FROM reporting.fact f WHERE f.brand_id = b.id) AS facts,
           (SELECT count(*) FROM reporting.fact f WHERE f.brand_id = b.id AND f.recorded_by = ${by}) AS last,
           (SELECT count(*) FROM reporting.fact f
             WHERE f.brand_id = b.id AND (f.recorded_by = ${by} OR starts_with(f.recorded_by, ${by} || ', '))) AS own
      FROM consent.brand b WHERE b.key = ${brand}`;
  if (row === undefined) return null;
  const { people, strangers, facts, own, last } = row;
  return { people, facts, isWhole: strangers === 0 && last > 0 && facts === own };
}

function refusal(brand: string, { people, facts }: Holdings): string {
  return `The brand "${brand}" is there already, with ${people} contacts and ${facts} facts, and not with this year alone. What was written stays: a ledger only grows, and a seeded year would stand among it in every report. Name a brand that is not there yet: --brand ${brand}-2. On a machine of your own you may also start over: stop the gateway and remove its data directory.`;
}

function told(
  { people, messages, sent, events, facts }: Written,
  brand: string,
  until: string,
  seconds: string,
): string {
  return `A year before ${until} in the brand "${brand}", after ${seconds} s: ${people} people, ${messages} messages (${sent} sent), ${events} things that people did about them, ${facts} facts. All of it is made up. The api closes its months within five minutes: /reports/snapshots shows them. Marketing and sales agreed to the weights agreed@1: /reports/attribution?weights=agreed@1.`;
}

async function reportsKey({ database, ledger, keys }: Gateway, brand: string): Promise<string> {
  const request = { brand, name: 'seeded year', scopes: SCOPES, test: false, expiresAt: null };
  return (await new KeyService(database, ledger, keys).issue(request, { by: 'operator', at: systemClock.now() }, null))
    .text;
}

/** From a number in a report to its messages and their ledger entries, and nothing that changes anything. */
const SCOPES = ['reports:read', 'messages:read', 'ledger:read'] as const;

/** The deployment of the environment, or else the one that `npm start` keeps in a directory, whether it runs or not. */
async function withGateway(dataDir: string, work: (gateway: Gateway) => Promise<void>): Promise<void> {
  if (process.env['DATABASE_URL'] !== undefined) return withSettings(process.env, work);
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    const { urls, masterKey } = await openDatabase(server.adminUrl(), server.dataDir);
    await withSettings({ DATABASE_URL: urls.app, MASTER_KEY: masterKey }, work);
  } finally {
    await server.stop();
  }
}

async function withSettings(env: NodeJS.ProcessEnv, work: (gateway: Gateway) => Promise<void>): Promise<void> {
  const config = settingsFrom(env);
  const keys = deriveKeys(config.MASTER_KEY);
  const ledger = new LedgerService({ kek: keys.ledgerKek, macKey: keys.ledgerMac });
  const database = new Database({ url: config.DATABASE_URL, max: 8, name: 'consent-gateway cli' });
  try {
    await work({ database, ledger, keys });
  } finally {
    await database.close();
  }
}

function settingsFrom(env: NodeJS.ProcessEnv): ReturnType<typeof readConfig> {
  try {
    return readConfig(env);
  } catch (error) {
    throw new CommandEnd(error instanceof Error ? error.message : String(error), 2);
  }
}
