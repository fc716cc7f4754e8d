import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';
import { AuditExportService, LedgerService, type NewEntry, PublishedLog, trustPolicyOf } from '#lib/ledger';
import { Batcher, Database, deriveKeys, type KeyRing, newId, readConfig } from '#lib/platform';
import { ED25519, readZip, verifyBundle, writeSigningKey } from '#lib/proof';
import { freePort, startEmbeddedPostgres } from '../database/index.js';
import { LOG_KEY_FILE, newSigningKey } from '../ledger/key-folder.js';
import { writePrivately } from '../start/kept-file.js';
import { DURABLE_SETTINGS, prepareDatabase } from './bench-database.js';
import { type Latency, latencyOf, perSecond, round } from './figures.js';
import { consents } from './ledger-business.js';
import { bytesOf, measureOverhead, plainest } from './ledger-overhead.js';
import type { Appending, LedgerOptions, LedgerReport, Overhead } from './ledger-report.js';
import { MeasuredProcess } from './measured-process.js';

const CLIENTS = 16;
/** Of those who share transactions: they wait for each other, so a process has many of them. */
const SHARING_CLIENTS = 64;
const SHARING_LANES = 2;
/** Of a transaction that many share. */
const SHARED = 50;
const RATE = 1_000;
const PEOPLE = 2_000;
const BACKLOG = 100_000;
const BULK = 500;
const PROOFS = 500;
const RECORDS = 1_000;
const BRAND = newId<BrandId>();

/** Measures the ledger alone, on a database that loses nothing it acknowledged, with a real worker that sequences and publishes. */
export async function measureLedger(
  { seconds, entries }: LedgerOptions,
  log: (line: string) => void,
): Promise<LedgerReport> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-ledger-'));
  const postgres = await startEmbeddedPostgres({ settings: DURABLE_SETTINGS });
  const world = await LedgerUnderTest.start(folder, postgres.adminUrl(), postgres.pid);
  try {
    log(`appending at full speed for ${seconds} s ...`);
    const fullSpeed = await world.append(seconds * 1_000, null);
    log(`and by callers who share transactions ...`);
    const grouped = await world.append(seconds * 1_000, null, world.batcher());
    log(`appending ${RATE} a second for ${seconds} s ...`);
    const atRate = await world.append(seconds * 1_000, RATE);
    log('business transactions, with an append and with a bare insert in turns ...');
    const overhead = await world.overhead(Math.max(2, Math.round(seconds / 2)), 1);
    const sharedOverhead = await world.overhead(Math.max(2, Math.round(seconds / 2)), SHARED);
    const businessOverhead = await world.businessOverhead(Math.max(2, Math.round(seconds / 2)));
    log(`a backlog of ${BACKLOG} entries ...`);
    const drain = await world.drain();
    log(`a log of ${entries} entries, and ${PROOFS} proofs in it ...`);
    await world.grow(entries);
    const proofs = { entries, ...(await world.proofs()) };
    const bytesPerEntry = await world.bytesPerEntry();
    log(`a bundle of ${RECORDS} records ...`);
    const bundle = await world.bundle();
    const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
    return {
      bench: 'ledger',
      ...{
        fullSpeed,
        grouped,
        atRate: { ...atRate, rate: RATE },
        overhead,
        sharedOverhead,
        businessOverhead,
        drain,
        proofs,
        bytesPerEntry,
        bundle,
      },
      checks: [
        check(
          '3,000 durable appends a second, callers sharing transactions',
          grouped.appendsPerSecond >= 3_000,
          `${grouped.appendsPerSecond}; ${fullSpeed.appendsPerSecond} in a transaction each`,
        ),
        check(
          '99 of 100 published within a second at 1,000/s',
          atRate.publishedMs.p99 < 1_000,
          `${atRate.publishedMs.p99} ms`,
        ),
        check('a backlog drains at 10,000 a second', drain.positionsPerSecond >= 10_000, `${drain.positionsPerSecond}`),
        check(
          'a consent with its entries takes at most 1.5 times as long as with bare inserts',
          businessOverhead.ratio <= 1.5,
          `${businessOverhead.ratio}`,
        ),
        check('and one row with an entry at most 1.5 times as long', overhead.ratio <= 1.5, `${overhead.ratio}`),
        check('99 of 100 proofs within 10 ms', proofs.ms.p99 < 10, `${proofs.ms.p99} ms`),
        check('1,000 records built within 5 s', bundle.builtMs < 5_000, `${bundle.builtMs} ms`),
        check('and verified within 2 s', bundle.verifiedMs < 2_000, `${bundle.verifiedMs} ms`),
      ],
    };
  } finally {
    await world.stop();
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

class LedgerUnderTest {
  private readonly ledger: LedgerService;
  private readonly log: PublishedLog;
  private readonly exports: AuditExportService;
  private readonly ring: KeyRing;
  private people: SubjectId[] = [];
  private worker: MeasuredProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly database: Database,
    private readonly admin: pg.Client,
    private readonly postgresPid: number,
    masterKey: Buffer,
  ) {
    const ring = deriveKeys(masterKey);
    const keys = { kek: ring.ledgerKek, macKey: ring.ledgerMac };
    this.ring = ring;
    this.ledger = new LedgerService(keys);
    this.log = new PublishedLog(database);
    this.exports = new AuditExportService(database, this.ledger, keys);
  }

  static async start(folder: string, adminUrl: string, postgresPid: number): Promise<LedgerUnderTest> {
    const urls = await prepareDatabase(adminUrl);
    writePrivately(
      path.join(folder, LOG_KEY_FILE),
      `${writeSigningKey(newSigningKey('bench.localhost/ledger', ED25519))}\n`,
    );
    const masterKey = randomBytes(32);
    const settings = {
      ...{
        NODE_ENV: 'production',
        DATABASE_URL: urls.app,
        SEQUENCER_DATABASE_URL: urls.sequencer,
        QUEUE_URL: 'postgres',
      },
      ...{ LEDGER_DIR: folder, MASTER_KEY: masterKey.toString('base64'), LOG_LEVEL: 'warn' },
      WORKER_PORT: String(await freePort()),
    };
    readConfig(settings);
    const database = new Database({ url: urls.app, max: CLIENTS + 2, name: 'bench' });
    const admin = new pg.Client({ connectionString: new URL('/gateway', adminUrl).href });
    await admin.connect();
    await admin.query('CREATE TABLE public.business (id uuid PRIMARY KEY, body bytea)');
    await admin.query(
      'CREATE TABLE public.bare (n bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, id uuid UNIQUE, body bytea)',
    );
    await admin.query('GRANT SELECT, INSERT ON public.business, public.bare TO gateway_app');
    const world = new LedgerUnderTest(folder, settings, database, admin, postgresPid, masterKey);
    world.people = await database.transaction((tx) => world.ledger.createSubjects(tx, PEOPLE));
    await world.startWorker();
    return world;
  }

  async stop(): Promise<void> {
    await this.worker?.stop();
    await this.admin.end();
    await this.database.close();
  }

  /** As the product commits what many callers wait for. */
  batcher(): Batcher<NewEntry, EntryId> {
    return new Batcher(
      async (entries) => {
        const made = await this.database.transaction((tx) => this.ledger.append(tx, entries));
        return made.map(({ id }) => id);
      },
      { size: 500, lanes: SHARING_LANES },
    );
  }

  /**
   * @param rate appends a second, or as many as go
   * @param shared what puts callers together; each has a transaction of its own when absent
   */
  async append(ms: number, rate: number | null, shared?: Batcher<NewEntry, EntryId>): Promise<Appending> {
    const clients = shared === undefined ? CLIENTS : SHARING_CLIENTS;
    const appendOne =
      shared === undefined
        ? async () => (await this.database.transaction((tx) => this.ledger.append(tx, [this.decision()])))[0]?.id
        : () => shared.add(this.decision());
    const waiting = new Map<string, number>();
    const latencies: number[] = [];
    const begun = performance.now();
    let count = 0;
    let isOver = false;
    const watch = async (): Promise<void> => {
      while (!isOver || waiting.size > 0) {
        // The watch costs what it measures: a look every 40 ms, at a part of the entries.
        await sleep(40);
        const size = await this.log.size();
        const now = performance.now();
        const positions = await this.ledger.positions(this.database.tx, [...waiting.keys()] as never[]);
        for (const [id, idx] of positions) {
          if (idx >= size) continue;
          latencies.push(now - (waiting.get(id) ?? now));
          waiting.delete(id);
        }
      }
    };
    const client = async (i: number): Promise<void> => {
      for (let k = 0; performance.now() - begun < ms; k++) {
        if (rate !== null) await sleep(Math.max(0, begun + ((k * clients + i) * 1_000) / rate - performance.now()));
        const id = await appendOne();
        count += 1;
        if (id !== undefined && count % 25 === 0) waiting.set(id, performance.now());
      }
    };
    const watching = watch();
    await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
    const elapsed = performance.now() - begun;
    isOver = true;
    await watching;
    return { appendsPerSecond: perSecond(count, elapsed), publishedMs: latencyOf(latencies) };
  }

  async overhead(rounds: number, each: number): Promise<Overhead> {
    const works = plainest(this.database, await bytesOf(this.admin, 'send.decided'), each, (tx, count) =>
      this.ledger.append(
        tx,
        Array.from({ length: count }, () => this.decision()),
      ),
    );
    const clients = each === 1 ? CLIENTS : SHARING_LANES;
    return measureOverhead(works, { rounds, each, clients, postgresPid: this.postgresPid });
  }

  /** Of a transaction of the product itself. */
  async businessOverhead(rounds: number): Promise<Overhead> {
    const works = await consents(this.database, this.admin, this.ledger, this.ring, CLIENTS);
    return measureOverhead(works, { rounds, each: 1, clients: CLIENTS, postgresPid: this.postgresPid });
  }

  async drain(): Promise<LedgerReport['drain']> {
    await this.worker?.stop();
    await this.bulk(BACKLOG);
    const before = await this.sizes();
    const goal = before.head + before.pending;
    await this.startWorker();
    // The worker's own start is not the drain.
    while ((await this.sizes()).head === before.head) await sleep(5);
    const begun = performance.now();
    while ((await this.sizes()).head < goal) await sleep(5);
    const placed = performance.now() - begun;
    while ((await this.log.size()) < goal) await sleep(10);
    const published = performance.now() - begun;
    return {
      entries: goal - before.head,
      positionsPerSecond: perSecond(goal - before.head, placed),
      publishedPerSecond: perSecond(goal - before.head, published),
    };
  }

  async grow(entries: number): Promise<void> {
    const { head, pending } = await this.sizes();
    if (head + pending < entries) await this.bulk(entries - head - pending);
    while ((await this.log.size()) < entries) await sleep(100);
  }

  async proofs(): Promise<{ ms: Latency; emptyMs: Latency }> {
    const size = await this.log.size();
    const samples: number[] = [];
    const empty: number[] = [];
    for (const { id } of await this.someIds(size)) {
      const begun = performance.now();
      if ((await this.log.proof(id as never, BRAND)) === null) throw new Error('an entry has no proof');
      const proven = performance.now();
      samples.push(proven - begun);
      await this.database.tx.sql`SELECT 1`;
      empty.push(performance.now() - proven);
    }
    return { ms: latencyOf(samples), emptyMs: latencyOf(empty) };
  }

  async bytesPerEntry(): Promise<number> {
    const tables = ['entry', 'placement', 'disclosure', 'tile', 'checkpoint', 'cosignature'];
    const { rows } = await this.admin.query<{ bytes: string; entries: string }>(
      `SELECT sum(pg_total_relation_size('ledger.' || name)) AS bytes, (SELECT size FROM ledger.head) AS entries
         FROM unnest($1::text[]) AS t (name)`,
      [tables],
    );
    return Math.round(Number(rows[0]?.bytes) / Number(rows[0]?.entries));
  }

  async bundle(): Promise<LedgerReport['bundle']> {
    const [person] = await this.database.transaction((tx) => this.ledger.createSubjects(tx, 1));
    if (person === undefined) throw new Error('no person');
    const known: NewEntry = {
      type: 'contact.changed',
      ...{ at: Date.UTC(2026, 0, 1), brandId: BRAND, subjectId: person, clear: {} },
      disclosed: { contact: { id: newId() }, change: { created: true }, actor: 'bench' },
    };
    const made = Array.from({ length: RECORDS - 2 }, () => this.decision(person));
    await this.database.transaction((tx) => this.ledger.append(tx, [known, ...made]));
    const scope = { subjects: [person], campaign: null, from: null, to: null };
    // Measured is the building; whoever waits for a checkpoint waits for the log.
    await this.worker?.stop();
    const ordered = await this.exports.request(BRAND, scope, null, 'bench');
    await this.startWorker();
    const policy = trustPolicyOf(this.folder);
    let built = 0;
    for (;;) {
      const begun = performance.now();
      await this.exports.buildNext(() => policy);
      built = performance.now() - begun;
      const { state } = await this.exports.get(BRAND, ordered.id);
      if (state === 'ready') break;
      if (state === 'failed') throw new Error('the bundle could not be built');
      await sleep(100);
    }
    const parts: Buffer[] = [];
    for await (const part of (await this.exports.download(BRAND, ordered.id)).parts) parts.push(part);
    const bytes = Buffer.concat(parts);
    const begun = performance.now();
    const verdict = verifyBundle({ files: readZip(bytes), policy });
    const verified = performance.now() - begun;
    if (verdict.verdict !== 'holds') throw new Error('the bundle does not hold');
    return {
      records: RECORDS,
      builtMs: round(built, 0),
      verifiedMs: round(verified, 0),
      mb: round(bytes.length / 1e6, 1),
    };
  }

  private async startWorker(): Promise<void> {
    this.worker = MeasuredProcess.start('../../../worker/src/main.js', this.settings);
    const url = `http://127.0.0.1:${this.settings['WORKER_PORT']}/readyz`;
    for (;;) {
      if (this.worker.hasExited) throw new Error('the worker has ended; its log is above');
      if (
        await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return;
      await sleep(50);
    }
  }

  private async bulk(count: number): Promise<void> {
    const parts = Array.from({ length: Math.ceil(count / BULK) }, (_, i) => Math.min(BULK, count - i * BULK));
    const client = async (): Promise<void> => {
      for (let size = parts.pop(); size !== undefined; size = parts.pop()) {
        const entries = Array.from({ length: size }, () => this.decision());
        await this.database.transaction((tx) => this.ledger.append(tx, entries));
      }
    };
    await Promise.all(Array.from({ length: 3 }, client));
  }

  private async sizes(): Promise<{ head: number; pending: number }> {
    const { rows } = await this.admin.query<{ head: string; pending: string }>(
      'SELECT (SELECT size FROM ledger.head) AS head, (SELECT coalesce(sum(count), 0) FROM ledger.pending) AS pending',
    );
    return { head: Number(rows[0]?.head), pending: Number(rows[0]?.pending) };
  }

  /** Entries all over the log. */
  private async someIds(size: number): Promise<{ id: string }[]> {
    const positions = Array.from({ length: PROOFS }, (_, i) => Math.floor(((i + 0.5) * size) / PROOFS));
    const { rows } = await this.admin.query<{ id: string }>(
      `SELECT e.id FROM unnest($1::bigint[]) AS wanted (idx)
         JOIN LATERAL (SELECT * FROM ledger.placement WHERE first_idx <= idx ORDER BY first_idx DESC LIMIT 1) p ON true
         JOIN ledger.entry e ON e.n = p.n + (idx - p.first_idx) WHERE p.brand_id = $2`,
      [positions, BRAND],
    );
    return rows;
  }

  /** As the pipeline writes them: a decision with its facts, some 1.5 kB. */
  private decision(subjectId = this.people[Math.floor((this.drawn++ * 7919) % PEOPLE)]): NewEntry {
    if (subjectId === undefined) throw new Error('no person');
    return {
      type: 'send.decided',
      ...{ at: Date.UTC(2026, 0, 1), brandId: BRAND, subjectId },
      clear: { ch: 'email', mc: 'commercial', out: 'drop', reason: 'frequency_cap' },
      disclosed: { message: { id: newId() }, checks: FACTS },
    };
  }
  private drawn = 0;
}

const FACTS = Array.from({ length: 10 }, (_, i) => ({
  check: `check_${i}`,
  passed: true,
  facts: { of: 'the bench', n: i },
}));
