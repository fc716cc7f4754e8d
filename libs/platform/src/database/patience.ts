import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { SqlPart } from './composed.js';
import type { CopyTarget } from './copy.js';
import type { Tx } from './tx.js';

/** How long a process waits for PostgreSQL before it counts as away, although the connection to it stands. */
export interface PatienceOptions {
  /** For a connection, and for each statement. */
  readonly answerMs: number;
  /**
   * Whether a statement is given up after that time whatever the reason. Otherwise it is first asked, on a connection of
   * its own, whether PostgreSQL answers anybody: then the statement is merely long, and is waited for.
   */
  readonly cutsSlow: boolean;
}

/** PostgreSQL may be stopped, or the network may have forgotten the connection. What was asked may still be done later. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('PostgreSQL did not answer in time');
  }
}

/** How long it may take to connect and to be answered the smallest question. */
const PROBE_MS = 2_000;

/** Waits for answers no longer than it was told to. */
export class Patience {
  private probing: Promise<boolean> | undefined;

  constructor(
    private readonly options: PatienceOptions,
    private readonly config: pg.ClientConfig,
  ) {}

  /** @throws NoAnswer; `answer` goes on, and whatever becomes of it is told to nobody */
  for<T>(answer: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const end = (tell: () => void): void => {
        isOver = true;
        clearTimeout(timer);
        tell();
      };
      const wait = (): void => {
        timer = setTimeout(() => {
          void this.mayBeLong().then((mayBe) => {
            if (isOver) return;
            if (mayBe) wait();
            else end(() => reject(new NoAnswer()));
          });
        }, this.options.answerMs);
      };
      answer.then(
        (value) => end(() => resolve(value)),
        (error: Error) => end(() => reject(error)),
      );
      wait();
    });
  }

  private async mayBeLong(): Promise<boolean> {
    if (this.options.cutsSlow) return false;
    // Many wait at once; one question answers for all.
    this.probing ??= answersAnybody(this.config).finally(() => (this.probing = undefined));
    return this.probing;
  }
}

async function answersAnybody(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: PROBE_MS });
  client.on('error', () => undefined);
  const asked = client
    .connect()
    .then(() => client.query('SELECT 1'))
    // Also a refusal is an answer, such as that there are too many connections; what the network says has no severity.
    .then(() => true, (error: unknown) => (error as { severity?: unknown }).severity !== undefined); // prettier-ignore
  const stop = new AbortController();
  const late = sleep(PROBE_MS, false, { signal: stop.signal }).catch(() => false);
  try {
    return await Promise.race([asked, late]);
  } finally {
    stop.abort();
    client.end().catch(() => undefined);
  }
}

/** A handle whose every statement is made by `use`, which chooses the handle that it runs on and how it is waited for. */
export function handleBy(use: <T>(ask: (tx: Tx) => Promise<T>) => Promise<T>): Tx {
  return {
    sql: <Row extends object>(strings: TemplateStringsArray, ...values: unknown[]) =>
      use((tx) => tx.sql<Row>(strings, ...values)),
    rows: <Row extends readonly unknown[]>(strings: TemplateStringsArray, ...values: unknown[]) =>
      use((tx) => tx.rows<Row>(strings, ...values)),
    execute: (strings, ...values) => use((tx) => tx.execute(strings, ...values)),
    composed: <Row extends readonly unknown[]>(statement: SqlPart) => use((tx) => tx.composed<Row>(statement)),
    copy: <Row>(target: CopyTarget<Row>, rows: readonly Row[]) => use((tx) => tx.copy(target, rows)),
    copyOut: (statement, visit) => use((tx) => tx.copyOut(statement, visit)),
  };
}

/** A client that gives up connecting: the pool has one limit alone, for that and for waiting until one is free. */
export function clientGivingUpAfter(ms: number): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super({ ...(typeof config === 'string' ? { connectionString: config } : config), connectionTimeoutMillis: ms });
    }
  };
}
