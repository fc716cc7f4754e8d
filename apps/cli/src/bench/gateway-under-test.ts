import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '#lib/platform';
import { ED25519, writeSigningKey } from '#lib/proof';
import { freePort, startEmbeddedPostgres, type RoleKey } from '../database/index.js';
import { LOG_KEY_FILE, newSigningKey } from '../ledger/key-folder.js';
import { writePrivately } from '../start/kept-file.js';
import { DURABLE_SETTINGS, prepareDatabase } from './bench-database.js';
import { cpuMsOfTree } from './figures.js';
import { MeasuredProcess } from './measured-process.js';
import type { Usage } from './probe.js';
import { type RedisServer, startRedisServer } from './redis-server.js';

export type Backend = 'redis' | 'postgres';

const READY_TIMEOUT_MS = 120_000;

/** Processor time per part of the gateway, in milliseconds since its start; null where nothing tells. */
export interface CpuTimes {
  readonly api: number;
  readonly worker: number;
  readonly postgres: number | null;
  readonly redis: number | null;
}

/** The whole gateway, by itself: a PostgreSQL, a Redis where wanted, and the real api and worker. */
export class GatewayUnderTest {
  private constructor(
    readonly backend: Backend,
    readonly apiUrl: string,
    readonly databaseUrls: Readonly<Record<RoleKey, string>>,
    readonly queueUrl: string,
    readonly settings: Readonly<Record<string, string>>,
    readonly api: MeasuredProcess,
    /** As many as there are cores, as docs/operations.md advises. */
    readonly workers: readonly MeasuredProcess[],
    /** A superuser's, on the gateway's database. */
    readonly adminUrl: string,
    private readonly postgresPid: number,
    private readonly redis: RedisServer | undefined,
    /** Ends everything that `start` started, in the opposite order. */
    private readonly stopAll: () => Promise<void>,
  ) {}

  /**
   * Starts one, has it measured, and ends it. Where one of its processes ends meanwhile, so does the measuring, which
   * would wait for what never comes.
   * @param more settings of PostgreSQL
   * @throws Error in one clear sentence when a part is missing, does not start or has ended; nothing is left running.
   */
  static async measured<T>(
    backend: Backend,
    log: (line: string) => void,
    work: (gateway: GatewayUnderTest) => Promise<T>,
    more: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const gateway = await GatewayUnderTest.start(backend, log, more);
    try {
      return await Promise.race([work(gateway), gateway.lost]);
    } catch (error) {
      // A connection breaks before the end of the process that held it is known.
      await Promise.race([gateway.lost, sleep(500)]);
      throw error;
    } finally {
      await gateway.stopAll();
    }
  }

  private static async start(
    backend: Backend,
    log: (line: string) => void,
    more: Readonly<Record<string, string>>,
  ): Promise<GatewayUnderTest> {
    const started: (() => Promise<void>)[] = [];
    const stopAll = async (): Promise<void> => {
      for (const stop of started.splice(0).reverse()) await stop();
    };
    try {
      const redis = backend === 'redis' ? await startRedisServer() : undefined;
      if (redis !== undefined) started.push(() => redis.stop());
      const postgres = await startEmbeddedPostgres({ unixSocket: true, settings: { ...DURABLE_SETTINGS, ...more } });
      started.push(() => postgres.stop());
      const urls = await prepareDatabase(postgres.adminUrl());

      // The log is published while it grows, as in every installation.
      const ledgerFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-bench-log-'));
      started.push(async () => fs.rmSync(ledgerFolder, { recursive: true, force: true }));
      const logKey = newSigningKey('bench.example/log', ED25519);
      writePrivately(path.join(ledgerFolder, LOG_KEY_FILE), `${writeSigningKey(logKey)}\n`);

      const queueUrl = redis?.url ?? 'postgres';
      const apiPort = await freePort();
      const settings = {
        NODE_ENV: 'production',
        DATABASE_URL: urls.app,
        QUEUE_URL: queueUrl,
        MASTER_KEY: randomBytes(32).toString('base64'),
        LOG_LEVEL: 'warn',
        API_PORT: String(apiPort),
      };
      readConfig(settings); // A wrong setting is reported here, not in the log of a process that ended.
      const api = MeasuredProcess.start('../../../api/src/main.js', settings);
      started.push(() => api.stop());
      const apiUrl = `http://127.0.0.1:${apiPort}`;
      await untilLive(api, apiUrl);
      const workers: MeasuredProcess[] = [];
      while (workers.length < os.availableParallelism()) {
        const own = {
          SEQUENCER_DATABASE_URL: urls.sequencer,
          LEDGER_DIR: ledgerFolder,
          WORKER_PORT: String(await freePort()),
        };
        const worker = MeasuredProcess.start('../../../worker/src/main.js', { ...settings, ...own });
        started.push(() => worker.stop());
        await untilLive(worker, `http://127.0.0.1:${own.WORKER_PORT}`);
        workers.push(worker);
      }
      log(`the gateway runs on ${backend === 'redis' ? 'Redis' : 'PostgreSQL alone'}`);
      return new GatewayUnderTest(
        backend,
        apiUrl,
        urls,
        queueUrl,
        settings,
        api,
        workers,
        postgres.adminUrl('gateway'),
        postgres.pid,
        redis,
        stopAll,
      );
    } catch (error) {
      await stopAll();
      throw error;
    }
  }

  async cpuTimes(): Promise<CpuTimes> {
    return {
      api: (await this.api.usage()).cpuMs,
      worker: (await this.workerUsage()).cpuMs,
      postgres: cpuMsOfTree(this.postgresPid),
      redis: (await this.redis?.cpuMs()) ?? null,
    };
  }

  private get lost(): Promise<never> {
    return Promise.race([this.api, ...this.workers].map(({ lost }) => lost));
  }

  /** Of all workers together. */
  async workerUsage(): Promise<Pick<Usage, 'cpuMs' | 'peakRssBytes'>> {
    let [cpuMs, peakRssBytes] = [0, 0];
    for (const worker of this.workers) {
      const usage = await worker.usage();
      cpuMs += usage.cpuMs;
      peakRssBytes += usage.peakRssBytes;
    }
    return { cpuMs, peakRssBytes };
  }
}

async function untilLive(process: MeasuredProcess, url: string): Promise<void> {
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += 50) {
    if (process.hasExited) throw new Error('a process of the gateway ended while it started; its log is above');
    const live = await fetch(`${url}/livez`).then(
      (answer) => answer.status < 500,
      () => false,
    );
    if (live) return;
    await sleep(50);
  }
  throw new Error(`nothing answers at ${url}`);
}
