import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { column, type CopyTarget, Database, readConfig } from '#lib/platform';
import { startEmbeddedPostgres } from '../database/index.js';
import { DURABLE_SETTINGS, prepareDatabase } from './bench-database.js';
import { perSecond, round } from './figures.js';
import { NAMES, seed } from './seed.js';
import { type DatabaseCost, DatabaseMeter, STATEMENT_SETTINGS } from './statements.js';

export interface ImportOptions {
  readonly rows: number;
  /** Also tells what each statement of the import costs PostgreSQL. */
  readonly statements?: boolean;
}

/** Rows that the import has in one transaction. */
const LINES = 1000;

interface Pass {
  readonly seconds: number;
  readonly rowsPerSecond: number;
  /** The most memory that the importing process had in use at any time. */
  readonly peakRssMb: number;
}

export interface ImportReport {
  readonly bench: 'import';
  readonly rows: number;
  readonly fileMb: number;
  readonly dryRun: Pass;
  readonly import: Pass;
  /** The same file once more: nothing to do. */
  readonly again: Pass;
  readonly undo: Pass;
  /** The lines of the file as they are, copied into a table of one column in as many transactions. */
  readonly copy: { readonly seconds: number; readonly rowsPerSecond: number };
  /** How many times as long as that copy the import takes. */
  readonly timesCopy: number;
  /** Per row. */
  readonly database?: DatabaseCost;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

interface Summary {
  readonly id: string | null;
  readonly counts: Counts;
}

interface Counts {
  readonly created: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly raised: number;
}

/**
 * Imports a file of new people, each with an address and a consent with evidence, by the command an operator uses, into
 * a database of its own that loses nothing it acknowledged.
 */
export async function measureImport(
  { rows, statements = false }: ImportOptions,
  log: (line: string) => void,
): Promise<ImportReport> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-import-'));
  const file = path.join(folder, 'contacts.csv');
  const postgres = await startEmbeddedPostgres({
    settings: { ...DURABLE_SETTINGS, ...(statements ? STATEMENT_SETTINGS : {}) },
  });
  try {
    const urls = await prepareDatabase(postgres.adminUrl());
    const settings = {
      NODE_ENV: 'production',
      DATABASE_URL: urls.app,
      QUEUE_URL: 'postgres',
      MASTER_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'warn',
    };
    readConfig(settings);
    await seed(settings, 0);
    log(`writing ${rows} rows into ${file}`);
    await writeFile(file, rows);
    const run = async <Answer>(what: string, ...args: string[]) => {
      log(`${what} ...`);
      return importOnce<Answer>(settings, rows, args);
    };
    const dry = await run<Summary>('dry run', file, '--dry-run');
    const copy = await copyOnce(urls, file, rows, log);
    const meter = statements ? await DatabaseMeter.open(postgres.adminUrl('gateway')) : null;
    await meter?.begin();
    const real = await run<Summary>('import', file);
    const database = await meter?.end(rows);
    await meter?.close();
    const again = await run<Summary>('the same file again', file);
    const undone = await run<Undone>('undo', '--undo', real.answer.id ?? '');
    const check = (name: string, wanted: number, found: number) => ({
      check: name,
      passed: wanted === found,
      found: `${found} of ${wanted}`,
    });
    return {
      bench: 'import',
      rows,
      fileMb: round(fs.statSync(file).size / 1e6, 1),
      dryRun: dry.pass,
      import: real.pass,
      again: again.pass,
      undo: undone.pass,
      copy,
      ...(database === undefined ? {} : { database }),
      timesCopy: round(real.pass.seconds / copy.seconds, 1),
      checks: [
        check('the dry run foresaw every contact', rows, dry.answer.counts.created),
        check('every row made a contact', rows, real.answer.counts.created),
        check('and raised a purpose and a topic', 2 * rows, real.answer.counts.raised),
        check('the second time nothing was left to do', rows, again.answer.counts.unchanged),
        check('undoing took every consent back', 2 * rows, undone.answer.retracted),
        check('and ended every contact point', rows, undone.answer.contactPointsEnded),
      ],
    };
  } finally {
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

interface Undone {
  readonly retracted: number;
  readonly contactPointsEnded: number;
}

const LINE: CopyTarget<string> = { table: 'public.bench_line', columns: { line: column.text((line) => line) } };

/** What it costs at the least to have the bytes of the file in the database, as durably and in as many transactions. */
async function copyOnce(
  urls: Readonly<Record<'owner' | 'app', string>>,
  file: string,
  rows: number,
  log: (line: string) => void,
): Promise<ImportReport['copy']> {
  log('a copy of its lines ...');
  const owner = new Database({ url: urls.owner, max: 1, name: 'bench' });
  try {
    await owner.tx.execute`CREATE TABLE public.bench_line (line text NOT NULL)`;
    const begun = performance.now();
    let batch: string[] = [];
    const store = () => owner.transaction((tx) => tx.copy(LINE, batch));
    for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) {
      if (batch.push(line) < LINES) continue;
      await store();
      batch = [];
    }
    await store();
    const elapsed = performance.now() - begun;
    await owner.tx.execute`DROP TABLE public.bench_line`;
    return { seconds: round(elapsed / 1000, 2), rowsPerSecond: perSecond(rows, elapsed) };
  } finally {
    await owner.close();
  }
}

async function writeFile(file: string, rows: number): Promise<void> {
  const out = fs.createWriteStream(file);
  out.write(
    'externalId,language,country,channel,address,purpose,topics,kind,occurredAt,method,source,wording,attributes.name\n',
  );
  for (let i = 0; i < rows; i++) {
    const at = new Date(Date.UTC(2026, 0, 1) + (i % 10_000_000) * 1000).toISOString();
    const line = `crm-${i},de,DE,email,reader${i}@people.example,commercial,${NAMES.topic},granted,${at},web_form,https://bench.example/sign-up,"Ja, ich möchte den Newsletter.",Reader ${i}\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

async function importOnce<Answer>(
  settings: Readonly<Record<string, string>>,
  rows: number,
  given: readonly string[],
): Promise<{ pass: Pass; answer: Answer }> {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const begun = performance.now();
  const args = ['--enable-source-maps', main, 'import', ...given, '--brand', 'bench', '--json'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  let peakKb = 0;
  const watch = setInterval(() => (peakKb = Math.max(peakKb, peakRssKb(child.pid))), 100);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(watch);
  const elapsed = performance.now() - begun;
  if (code !== 0) throw new Error(`the import ended with ${code}: ${Buffer.concat(output).toString()}`);
  const answer = JSON.parse(Buffer.concat(output).toString()) as Answer;
  const pass = {
    seconds: round(elapsed / 1000, 1),
    rowsPerSecond: perSecond(rows, elapsed),
    peakRssMb: Math.round(peakKb / 1024),
  };
  return { pass, answer };
}

/** The high-water mark that the kernel keeps; 0 where there is no /proc to read it from. */
function peakRssKb(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
