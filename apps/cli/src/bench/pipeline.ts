import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '#lib/platform';
import { measureBaseline } from './baseline.js';
import { sendBulk } from './bulk-client.js';
import { type Latency, latencyOf, perSecond, round } from './figures.js';
import { type CpuTimes, type Backend, GatewayUnderTest } from './gateway-under-test.js';
import { bulkLine } from './messages.js';
import { seed } from './seed.js';
import { type DatabaseCost, DatabaseMeter, STATEMENT_SETTINGS } from './statements.js';

export interface PipelineOptions {
  readonly messages: number;
  readonly backend: Backend;
  /** Pairs of pipeline and baseline; each pipeline run stands between two baselines. */
  readonly rounds: number;
  /** Folder for CPU profiles of api and workers in the last round. */
  readonly profile?: string | undefined;
  /** Whether PostgreSQL counts what each statement costs in the last round. */
  readonly statements?: boolean;
}

export interface PipelineReport {
  readonly bench: 'pipeline';
  readonly backend: Backend;
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly messagesPerHour: number;
  /** Jobs per second of bare BullMQ on the same backend in the same run. */
  readonly baselinePerSecond: number;
  readonly ratio: number;
  readonly rounds: readonly {
    readonly messagesPerSecond: number;
    readonly baselinePerSecond: number;
    readonly ratio: number;
  }[];
  /** From the first byte of a batch of lines to the last byte of its answers. */
  readonly acceptBatchMs: Latency & { readonly lines: number };
  /** From the last answer until every message had its end, and every entry its position. */
  readonly drainMs: { readonly ends: number; readonly ledger: number };
  readonly peakRssMb: { readonly api: number; readonly worker: number };
  /**
   * Processor time per message in microseconds, client included; null where nothing tells. Unlike messages per second
   * it hardly depends on what else the machine does meanwhile.
   */
  readonly cpuMicroseconds: { readonly [Part in keyof CpuTimes | 'client']: number | null };
  /** The same per job of the baseline, everything together. */
  readonly baselineCpuMicroseconds: number | null;
  /** What the last round cost PostgreSQL, per message; null unless it was asked for. */
  readonly database: DatabaseCost | null;
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

/** Lines of one batch; the api commits as many together. */
const BATCH_LINES = 500;
const STREAMS = 2;
/** Batches of one stream that wait for their answers. */
const WINDOW = 3;
/** At least; otherwise as many as in a round. */
const LEAST_WARM_UP = 4_000;
/** More would measure nothing else and only take longer to seed. */
const MAX_CONTACTS = 20_000;
/** Entries of a message on its way to `sent`: accepted, handover started, ended. */
const ENTRIES_PER_MESSAGE = 3;
const POLL_MS = 20;
const STUCK_MS = 60_000;

/**
 * Sends messages through the real processes to their ends, and the same number of jobs through bare BullMQ before
 * and after, so that a machine that is busy for a while is busy for both.
 */
export async function measurePipeline(options: PipelineOptions, log: (line: string) => void): Promise<PipelineReport> {
  const settings = options.statements === true ? STATEMENT_SETTINGS : {};
  return GatewayUnderTest.measured(options.backend, log, (gateway) => measure(gateway, options, log), settings);
}

async function measure(
  gateway: GatewayUnderTest,
  options: PipelineOptions,
  log: (line: string) => void,
): Promise<PipelineReport> {
  const contacts = Math.min(options.messages, MAX_CONTACTS);
  const reader = new Database({ url: gateway.databaseUrls.app, max: 1, name: 'consent-gateway bench' });
  const meter = options.statements === true ? await DatabaseMeter.open(gateway.adminUrl) : null;
  let database: DatabaseCost | null = null;
  try {
    log(`writing ${contacts} contacts with their consents`);
    const { apiKey } = await seed(gateway.settings, contacts);
    const run = new PipelineRun(gateway, reader, apiKey, contacts);

    // A whole round, of both: V8 compiles what runs often, and is not done with it after some thousand messages.
    const warmUp = Math.max(LEAST_WARM_UP, options.messages);
    log('warming up');
    await run.send('warm-up', warmUp);
    await run.baseline(warmUp);

    const runs: PipelineRunResult[] = [];
    const baselines = [await run.baseline(options.messages)];
    for (let round = 1; round <= options.rounds; round++) {
      const profile = round === options.rounds ? options.profile : undefined;
      const isMetered = round === options.rounds;
      if (isMetered) await meter?.begin();
      const result = await run.send(`round-${round}`, options.messages, profile);
      if (isMetered && meter !== null) database = await meter.end(options.messages);
      baselines.push(await run.baseline(options.messages));
      runs.push(result);
      const around = baselines.slice(-2).map((one) => one.perSecond);
      log(`round ${round}: ${result.perSecond} messages/s, bare BullMQ ${around.join(' and ')}`);
    }
    return await report(
      options,
      gateway,
      runs,
      baselines,
      await run.checks(warmUp + options.rounds * options.messages),
      database,
    );
  } finally {
    await meter?.close();
    await reader.close();
  }
}

interface BaselineResult {
  readonly perSecond: number;
  readonly cpu: number | null;
}

interface PipelineRunResult {
  readonly perSecond: number;
  readonly batchMs: readonly number[];
  readonly endsMs: number;
  readonly ledgerMs: number;
  readonly cpu: CpuTimes & { readonly client: number };
}

class PipelineRun {
  constructor(
    private readonly gateway: GatewayUnderTest,
    private readonly reader: Database,
    private readonly apiKey: string,
    private readonly contacts: number,
  ) {}

  /** Sends that many messages and waits until each has its end and every entry its position. */
  async send(name: string, messages: number, profile?: string): Promise<PipelineRunResult> {
    const streams = this.streams(name, messages);
    const { api, workers, apiUrl } = this.gateway;
    const profiled = { api, ...Object.fromEntries(workers.map((worker, i) => [`worker-${i + 1}`, worker])) };
    const goal = (await this.ledgerSize(true)) + ENTRIES_PER_MESSAGE * messages;
    if (profile !== undefined) await Promise.all(Object.values(profiled).map((one) => one.profile()));
    const cpuBefore = await this.cpu();

    const begun = performance.now();
    const results = await Promise.all(streams.map((batches) => sendBulk(apiUrl, this.apiKey, batches, WINDOW)));
    const answered = performance.now();
    const refusals = results.flatMap((result) => result.refusals);
    if (refusals.length > 0) throw new Error(`not every line was accepted, for example:\n${refusals.join('\n')}`);
    const { endedAt, sequencedAt } = await this.untilDone(goal);

    const cpuAfter = await this.cpu();
    if (profile !== undefined) {
      for (const [name, one] of Object.entries(profiled)) {
        await one.saveProfile(path.join(profile, `${name}.cpuprofile`));
      }
    }
    return {
      perSecond: perSecond(messages, sequencedAt - begun),
      batchMs: results.flatMap(({ batchMs }) => batchMs),
      endsMs: Math.max(0, endedAt - answered),
      ledgerMs: Math.max(0, sequencedAt - endedAt),
      cpu: mapCpu((part) => microsecondsBetween(cpuBefore[part], cpuAfter[part], messages)),
    };
  }

  /** As many jobs through the queue alone. */
  async baseline(jobs: number): Promise<BaselineResult> {
    const data = Array.from({ length: jobs }, (_, i) => bulkLine('baseline', i, this.contacts));
    const before = await this.cpu();
    const { queueUrl, databaseUrls, backend } = this.gateway;
    const rate = await measureBaseline({ QUEUE_URL: queueUrl, DATABASE_URL: databaseUrls.owner }, data);
    const after = await this.cpu();
    const parts = (['client', backend] as const).map((part) => microsecondsBetween(before[part], after[part], jobs));
    const cpu = parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
    return { perSecond: rate, cpu };
  }

  /** What must be true when everything has been sent; each compared with the database. */
  async checks(sent: number): Promise<PipelineReport['checks']> {
    const { tx } = this.reader;
    const ends = await tx.sql<{
      status: string;
      n: number;
    }>`SELECT status, count(*) AS n FROM sending.message GROUP BY status`;
    const [entries] = await tx.sql<{ n: number }>`
      SELECT count(*) AS n
        FROM ledger.placement p
        CROSS JOIN LATERAL generate_series(p.n, p.n + p.count - 1) AS placed (n)
        JOIN ledger.entry e ON e.n = placed.n
       WHERE position('"t":"send.' IN convert_from(e.leaf, 'UTF8')) > 0`;
    const [waiting] = await tx.sql<{ n: number }>`SELECT count(*) AS n FROM ledger.pending`;
    const [aside] = await tx.sql<{ n: number }>`SELECT count(*) AS n FROM ledger.quarantine`;
    const byStatus = new Map(ends.map(({ status, n }) => [status, n]));
    const accepted = ends.reduce((sum, { n }) => sum + n, 0);
    const check = (name: string, expected: number, found: number) => ({
      check: name,
      passed: expected === found,
      found: `${found} of ${expected}`,
    });
    return [
      check('every message accepted once', sent, accepted),
      check('every message ended as sent', sent, byStatus.get('sent') ?? 0),
      check('three ledger entries per message, each with a position', ENTRIES_PER_MESSAGE * sent, entries?.n ?? 0),
      check('no ledger entry waits', 0, waiting?.n ?? 0),
      check('no ledger entry was set aside', 0, aside?.n ?? 0),
    ];
  }

  private streams(run: string, messages: number) {
    const lines = Array.from({ length: messages }, (_, i) => `${JSON.stringify(bulkLine(run, i, this.contacts))}\n`);
    const batches = Array.from({ length: Math.ceil(messages / BATCH_LINES) }, (_, i) => {
      const own = lines.slice(i * BATCH_LINES, (i + 1) * BATCH_LINES);
      return { bytes: Buffer.from(own.join('')), lines: own.length };
    });
    return Array.from({ length: STREAMS }, (_, stream) => batches.filter((_batch, i) => i % STREAMS === stream));
  }

  /** Asks for one row at a time, so that asking costs nothing: a message's last entry is that of its end. */
  private async untilDone(goal: number): Promise<{ endedAt: number; sequencedAt: number }> {
    let lastSize = -1;
    let lastChange = performance.now();
    for (;;) {
      const size = await this.ledgerSize(false);
      const now = performance.now();
      if (size >= goal) return { endedAt: now - (await this.sinceLastEnd()), sequencedAt: now };
      if (size !== lastSize) [lastSize, lastChange] = [size, now];
      if (now - lastChange > STUCK_MS) throw new Error(`the ledger has ${size} of ${goal} entries and does not grow`);
      await sleep(POLL_MS);
    }
  }

  /** Milliseconds, on the clock of the database. */
  private async sinceLastEnd(): Promise<number> {
    const asked = performance.now();
    const [row] = await this.reader.tx.sql<{ now: number; last: number }>`
      SELECT clock_timestamp() AS now, max(ended_at) AS last FROM sending.message`;
    const answered = performance.now();
    return row === undefined ? 0 : Math.max(0, row.now - row.last - (answered - asked));
  }

  /** Leaves of the tree; `settled` waits until nothing is pending. */
  private async ledgerSize(settled: boolean): Promise<number> {
    for (;;) {
      const [row] = await this.reader.tx.sql<{ size: number; pending: boolean }>`
        SELECT size, EXISTS (SELECT 1 FROM ledger.pending) AS pending FROM ledger.head`;
      if (row !== undefined && !(settled && row.pending)) return row.size;
      await sleep(POLL_MS);
    }
  }

  private async cpu(): Promise<CpuTimes & { client: number }> {
    const { user, system } = process.cpuUsage();
    return { ...(await this.gateway.cpuTimes()), client: (user + system) / 1000 };
  }
}

function mapCpu<T>(value: (part: keyof CpuTimes | 'client') => T) {
  const [api, worker, postgres] = [value('api'), value('worker'), value('postgres')];
  return { api, worker, postgres, redis: value('redis'), client: value('client') } as PipelineRunResult['cpu'];
}

function microsecondsBetween(before: number | null, after: number | null, messages: number): number | null {
  return before === null || after === null ? null : round(((after - before) * 1000) / messages, 0);
}

async function report(
  options: PipelineOptions,
  gateway: GatewayUnderTest,
  runs: readonly PipelineRunResult[],
  baselines: readonly BaselineResult[],
  checks: PipelineReport['checks'],
  database: DatabaseCost | null,
): Promise<PipelineReport> {
  const rounds = runs.map(({ perSecond: messagesPerSecond }, i) => {
    const around = mean(baselines.slice(i, i + 2).map((one) => one.perSecond));
    return {
      messagesPerSecond,
      baselinePerSecond: Math.round(around),
      ratio: round(messagesPerSecond / around, 3),
    };
  });
  const messagesPerSecond = Math.round(mean(rounds.map((r) => r.messagesPerSecond)));
  const baselinePerSecond = Math.round(mean(rounds.map((r) => r.baselinePerSecond)));
  const [api, worker] = [await gateway.api.usage(), await gateway.workerUsage()];
  const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  const last = runs.at(-1);
  if (last === undefined) throw new Error('nothing was measured');
  return {
    bench: 'pipeline',
    backend: options.backend,
    messages: options.messages,
    messagesPerSecond,
    messagesPerHour: messagesPerSecond * 3_600,
    baselinePerSecond,
    ratio: round(mean(rounds.map((r) => r.ratio)), 3),
    rounds,
    acceptBatchMs: { lines: BATCH_LINES, ...latencyOf(runs.flatMap(({ batchMs }) => batchMs)) },
    drainMs: { ends: Math.round(last.endsMs), ledger: Math.round(last.ledgerMs) },
    peakRssMb: { api: megabytes(api.peakRssBytes), worker: megabytes(worker.peakRssBytes) },
    cpuMicroseconds: last.cpu,
    baselineCpuMicroseconds: baselines.at(-1)?.cpu ?? null,
    database,
    checks,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
