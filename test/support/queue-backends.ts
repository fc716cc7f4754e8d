import { describe } from '@jest/globals';
import { describeOnRedis } from './redis.js';

export interface QueueBackend {
  readonly kind: 'postgres' | 'redis';
  /** Value of the queue setting: `postgres`, or a redis:// URL that can be read from `beforeAll` on. */
  readonly queueUrl: string;
}

type Suite = (backend: QueueBackend) => void;

export function describeOnPostgresQueues(name: string, suite: Suite): void {
  describe(`${name}, queues on PostgreSQL`, () => suite({ kind: 'postgres', queueUrl: 'postgres' }));
}

/** One contract on both queue backends: the suite runs on PostgreSQL and again on a Redis of its own. */
export function describeOnEachQueueBackend(name: string, suite: Suite): void {
  describeOnPostgresQueues(name, suite);
  describeOnRedis(`${name}, queues on Redis`, (redis) =>
    suite({
      kind: 'redis',
      get queueUrl() {
        return redis.url;
      },
    }),
  );
}
