import { describe } from '@jest/globals';
import { describeOnRedis } from './redis.js';

export interface QueueBackend {
  readonly kind: 'postgres' | 'redis';
  /** Value of the queue setting: `postgres`, or a redis:// URL that can be read from `beforeAll` on. */
  readonly queueUrl: string;
}

/** One contract on both queue backends: the suite runs on PostgreSQL and again on a Redis of its own. */
export function describeOnEachQueueBackend(name: string, suite: (backend: QueueBackend) => void): void {
  describe(`${name}, queues on PostgreSQL`, () => suite({ kind: 'postgres', queueUrl: 'postgres' }));
  describeOnRedis(`${name}, queues on Redis`, (redis) =>
    suite({
      kind: 'redis',
      get queueUrl() {
        return redis.url;
      },
    }),
  );
}
