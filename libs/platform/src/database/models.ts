import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import pg, { type PoolClient } from 'pg';
import { type Prisma, PrismaClient } from './generated/client.js';
import { handleOn } from './statement.js';
import type { Tx } from './tx.js';

/** A transaction in which Prisma's models and SQL see each other's writes. */
export interface ModelTx extends Tx {
  readonly models: Prisma.TransactionClient;
}

/** Opens transactions through Prisma. */
export interface ModelTransactions {
  /** Runs `work` once; commits when it resolves, rolls back when it throws. */
  run<T>(work: (tx: ModelTx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Set-up is rare: a few connections of its own keep it from waiting behind messages, and they end when idle. */
const CONNECTIONS = 4;
const WAIT_FOR_CONNECTION_MS = 10_000;
const WHOLE_TRANSACTION_MS = 60_000;

/** Where the connection of the transaction that is being opened is noted. */
interface Opening {
  client?: PoolClient;
}

const openings = new AsyncLocalStorage<Opening>();

/** Notes which connection Prisma took for the transaction it is opening, so that SQL can run on it as well. */
class NotingPool extends pg.Pool {
  override connect(): Promise<PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<PoolClient> | void {
    if (callback !== undefined) return super.connect(callback);
    const opening = openings.getStore();
    return super.connect().then((client) => {
      if (opening !== undefined) opening.client ??= client;
      return client;
    });
  }
}

type ConnectCallback = (
  error: Error | undefined,
  client: PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/** Prisma over a small pool of its own with the connection settings in `config`. */
export function openModels(config: pg.PoolConfig): ModelTransactions {
  const pool = new NotingPool({ ...config, max: CONNECTIONS });
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true, onPoolError: () => undefined }),
    errorFormat: 'minimal',
    transactionOptions: { maxWait: WAIT_FOR_CONNECTION_MS, timeout: WHOLE_TRANSACTION_MS },
  });
  let running = 0;
  return {
    async run<T>(work: (tx: ModelTx) => Promise<T>): Promise<T> {
      const opening: Opening = {};
      running++;
      try {
        return await openings.run(opening, () =>
          prisma.$transaction((models) => {
            const { client } = opening;
            if (client === undefined) throw new Error('Prisma opened a transaction on a connection that was not noted');
            // A transaction inside this one would be another connection, and must not be taken for this one.
            return openings.exit(() => work({ ...handleOn(client), models }));
          }),
        );
      } finally {
        // While a storage is in use, Node keeps account of every promise of the process (measured: an await takes half
        // as long again), which would be for good after the first change of the set-up.
        if (--running === 0) openings.disable();
      }
    },
    async close(): Promise<void> {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}
