import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type PoolClient } from 'pg';
import type { ModelTransactions, ModelTx } from './models.js';
import { clientGivingUpAfter, handleBy, NoAnswer, Patience, type PatienceOptions } from './patience.js';
import { columnTypes, handleOn } from './statement.js';
import type { Tx } from './tx.js';

const DEADLOCK = '40P01';
const SERIALIZATION_FAILURE = '40001';
/** How Prisma reports either of the two. */
const PRISMA_CONFLICT = 'P2034';
const REPEATABLE = new Set<unknown>([DEADLOCK, SERIALIZATION_FAILURE, PRISMA_CONFLICT]);
const RETRIES = 5;

const SESSION = {
  // Instants are parsed as UTC text.
  timezone: 'UTC',
  // Whatever is set for the role or the database: a function of somebody else must not stand in for PostgreSQL's.
  search_path: 'pg_catalog,public',
  // A statement that hangs must not hold a contact's lock for ever.
  statement_timeout: '60000',
  idle_in_transaction_session_timeout: '60000',
  lock_timeout: '30000',
  // Every statement of ours looks rows up by a key. A prepared statement keeps the plan it was given while its table
  // was small, which would be to read the whole table: measured at 10,000 rows, up to five times the index look-ups.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  jit: 'off',
  plan_cache_mode: 'force_generic_plan',
} as const;

/**
 * A new connection is a new process of PostgreSQL, a handshake, and every statement planned anew. Ten seconds, as the pool
 * has it, are no more than a breath between two campaigns; some networks forget connections that were silent for four
 * minutes.
 */
const IDLE_MS = 2 * 60_000;

export interface DatabaseOptions {
  /** postgresql:// URL of the role this process works as. */
  readonly url: string;
  /** Connections at most; the pool opens them on demand. */
  readonly max?: number;
  /** Shown in pg_stat_activity. */
  readonly name?: string;
  /** Left out: waits for as long as PostgreSQL and the network let it. */
  readonly patience?: PatienceOptions;
}

/** One part of a rehearsal. `play` answers whether those after it shall see what it did. */
export type RehearsedPart = (play: () => Promise<boolean>) => Promise<void>;

/** Ends a rehearsal. */
class Rehearsed extends Error {}

/** A connection for a while. */
interface Lent {
  readonly tx: Tx;
  /** Answers the tag of the command that was done. */
  readonly command: (text: string) => Promise<string>;
  /** Keeps it from coming back to the pool. */
  readonly spoil: (because: Error) => void;
}

/** The pool of one process, and the only place where transactions begin and end. */
export class Database {
  private readonly config: pg.PoolConfig;
  private readonly pool: pg.Pool;
  private readonly patience: Patience | null;
  private models: Promise<ModelTransactions> | undefined;
  private readonly single: Tx;
  private readonly rehearsing = new AsyncLocalStorage<ModelTx>();
  private rehearsals = 0;

  constructor(options: DatabaseOptions) {
    const { patience } = options;
    // PostgreSQL itself cuts what is slow, a little earlier: nothing then goes on behind our back.
    const limits = patience?.cutsSlow
      ? { statement_timeout: Math.ceil(patience.answerMs * 0.9), lock_timeout: Math.ceil(patience.answerMs * 0.8) }
      : {};
    this.config = {
      connectionString: options.url,
      max: options.max ?? 10,
      idleTimeoutMillis: IDLE_MS,
      application_name: options.name ?? 'consent-gateway',
      options: Object.entries({ ...SESSION, ...limits })
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
    };
    this.patience = patience === undefined ? null : new Patience(patience, this.config);
    this.pool = new pg.Pool({
      ...this.config,
      types: columnTypes,
      ...(patience && { Client: clientGivingUpAfter(patience.answerMs) }),
    });
    // An idle connection that PostgreSQL drops is replaced by the pool; unhandled, its event would end the process.
    this.pool.on('error', () => undefined);
    this.single = {
      ...(this.patience === null
        ? handleOn({ query: (config: pg.QueryConfig) => this.pool.query(config) } as Pick<PoolClient, 'query'>)
        : handleBy((ask) => this.lend(({ tx }) => ask(tx)))),
      copy: (target, rows) => this.transaction((tx) => tx.copy(target, rows)),
      copyOut: (statement, visit) => this.transaction((tx) => tx.copyOut(statement, visit)),
    };
  }

  /** Each statement commits by itself. */
  get tx(): Tx {
    return this.rehearsal ?? this.single;
  }

  /**
   * Runs `work` in one READ COMMITTED transaction: its locks are row locks, and what it reads after a
   * lock was granted is what the lock's previous owner committed.
   *
   * A deadlock or serialization failure rolls back and runs `work` again, so `work` must not touch
   * anything but this transaction.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { rehearsal } = this;
    if (rehearsal !== undefined) return work(rehearsal);
    return repeated(() => this.once(work, 'READ COMMITTED'));
  }

  /** Runs `work`, which writes nothing: everything that it reads is as it was committed at one instant. */
  async snapshot<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return repeated(() => this.once(work, 'REPEATABLE READ READ ONLY'));
  }

  /**
   * Like `transaction`, with Prisma's models beside SQL: both run on the same connection and commit or
   * roll back together. For everyday reads and writes; the first call loads Prisma.
   */
  async transactionWithModels<T>(work: (tx: ModelTx) => Promise<T>): Promise<T> {
    const { rehearsal } = this;
    if (rehearsal !== undefined) return work(rehearsal);
    this.models ??= import('./models.js').then(({ openModels }) => openModels(this.config));
    const models = await this.models;
    return repeated(() => models.run(work));
  }

  /**
   * Runs `work`, and takes back whatever it did. All that it asks of this database, one question after another, is asked
   * in one transaction, so each of its parts sees what those before it did. A part that throws, or says so itself, is
   * taken back at once, with its locks. For set-up: nothing that waits is locked for longer than its part.
   */
  async rehearse<T>(work: (part: RehearsedPart) => Promise<T>): Promise<T> {
    let answer: { readonly value: T } | undefined;
    const part: RehearsedPart = async (play) => {
      await this.tx.execute`SAVEPOINT part`;
      let isKept = false;
      try {
        isKept = await play();
      } finally {
        if (isKept) await this.tx.execute`RELEASE SAVEPOINT part`;
        else await this.tx.execute`ROLLBACK TO SAVEPOINT part`;
      }
    };
    this.rehearsals++;
    try {
      await this.transactionWithModels(async (tx) => {
        answer = { value: await this.rehearsing.run(tx, () => work(part)) };
        throw new Rehearsed();
      });
    } catch (error) {
      if (!(error instanceof Rehearsed)) throw error;
    } finally {
      if (--this.rehearsals === 0) this.rehearsing.disable();
    }
    if (answer === undefined) throw new Error('a rehearsal ended without an answer');
    return answer.value;
  }

  private get rehearsal(): ModelTx | undefined {
    return this.rehearsals === 0 ? undefined : this.rehearsing.getStore();
  }

  private async once<T>(
    work: (tx: Tx) => Promise<T>,
    level: 'READ COMMITTED' | 'REPEATABLE READ READ ONLY',
  ): Promise<T> {
    return this.lend(async ({ tx, command, spoil }) => {
      try {
        await command(`BEGIN ISOLATION LEVEL ${level}`);
        const result = await work(tx);
        // PostgreSQL answers otherwise when a statement failed and `work` went on as if nothing had happened.
        if ((await command('COMMIT')) !== 'COMMIT')
          throw new Error('the transaction was rolled back: one of its statements had failed');
        return result;
      } catch (error) {
        await command('ROLLBACK').catch(spoil);
        throw error;
      }
    });
  }

  /** Lends a connection. One that broke, or on which an answer is overdue, does not come back to the pool. */
  private async lend<T>(work: (lent: Lent) => Promise<T>): Promise<T> {
    const client = await this.connection();
    let broken: Error | undefined;
    const spoil = (error: Error): void => void (broken ??= error);
    const onError = (error: Error): void => {
      broken = error;
    };
    const { patience } = this;
    const ask = async <A>(question: () => Promise<A>): Promise<A> => {
      if (patience === null) return question();
      if (broken !== undefined) throw broken;
      try {
        return await patience.for(question());
      } catch (error) {
        if (error instanceof NoAnswer) spoil(error);
        throw error;
      }
    };
    const tx = handleOn(client);
    client.on('error', onError);
    try {
      return await work({
        tx: patience === null ? tx : handleBy((use) => ask(() => use(tx))),
        command: async (text) => (await ask(() => client.query(text))).command,
        spoil,
      });
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  private async connection(): Promise<PoolClient> {
    const connecting = this.pool.connect();
    if (this.patience === null) return connecting;
    try {
      return await this.patience.for(connecting);
    } catch (error) {
      if (error instanceof NoAnswer) connecting.then((late) => late.release()).catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const models = await this.models?.catch(() => undefined);
    await models?.close();
    await this.pool.end();
  }
}

async function repeated<T>(once: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once();
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (!REPEATABLE.has(code) || attempt > RETRIES) throw error;
      await sleep(5 * 2 ** attempt);
    }
  }
}
