import { Queue, type QueueOptions, Worker } from 'bullmq';
import { type Config, queueOptions } from '#lib/platform';
import { perSecond } from './figures.js';

const BATCH = 500;
/** The fastest of those tried on two cores: 1, 10, 50, 200. */
const CONCURRENCY = 50;
const STREAMS = 2;
const QUEUE = '{bench-baseline}';

/**
 * What the queue alone can do: every message is one job, added in bulk and completed by a worker that does nothing,
 * in this process. Decides nothing, keeps nothing, proves nothing.
 *
 * @param data one job's data per message, as large as the line by which the gateway accepts it
 * @returns jobs per second from the first `addBulk` to the last completion
 */
export async function measureBaseline(
  config: Pick<Config, 'QUEUE_URL' | 'DATABASE_URL'>,
  data: readonly object[],
): Promise<number> {
  const options = withConnections(queueOptions(config));
  const queue = new Queue(QUEUE, options);
  let left = data.length;
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const worker = new Worker(
    QUEUE,
    () => {
      if (--left === 0) finish();
      return Promise.resolve();
    },
    { ...options, concurrency: CONCURRENCY },
  );
  const failed = new Promise<never>((_resolve, reject) => {
    queue.on('error', reject);
    worker.on('error', reject);
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([failed, Promise.all([queue.waitUntilReady(), worker.waitUntilReady()])]);
    const begun = performance.now();
    let next = 0;
    const stream = async (): Promise<void> => {
      while (next < data.length) {
        const from = next;
        next += BATCH;
        await queue.addBulk(data.slice(from, from + BATCH).map((job) => ({ name: 'message', data: job })));
      }
    };
    await Promise.race([failed, Promise.all(Array.from({ length: STREAMS }, stream))]);
    await Promise.race([failed, finished]);
    return perSecond(data.length, performance.now() - begun);
  } finally {
    await worker.close();
    await queue.close();
  }
}

/** On PostgreSQL a queue of the gateway makes do with two connections; bare, it may have as many as it can use. */
function withConnections(options: QueueOptions): QueueOptions {
  return { ...options, connection: { ...options.connection, max: 10 } };
}
