import { afterEach, expect, it } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { CHANNELS } from '#lib/kernel';
import { describeOnRedisCluster } from '../../../../test/support/redis-cluster.js';
import { describeOnRedis } from '../../../../test/support/redis.js';
import { until } from '../../../../test/support/until.js';
import { queuesCheck, runCheck } from '../health/readiness.js';
import { newId } from '../random.js';
import { queueName, queueOptions, type WakeUp } from './queue.module.js';
import { readQueueUrl } from './queue-url.js';
import { formProblem } from './redis-client.js';

const open: { close(): Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));

const optionsOf = (url: string) => queueOptions({ QUEUE_URL: url, DATABASE_URL: '' });
const queuesAt = (url: string): Queue<WakeUp>[] =>
  CHANNELS.map((channel) => {
    const queue = new Queue<WakeUp>(queueName(channel), optionsOf(url));
    queue.on('error', () => undefined);
    open.push(queue);
    return queue;
  });
const readiness = (url: string, queues: readonly Queue[]) => runCheck(queuesCheck({ QUEUE_URL: url }, queues));
const problemOf = (url: string) => formProblem(readQueueUrl(url) ?? { kind: 'postgres' });

describeOnRedisCluster('queues on a Redis cluster', (cluster) => {
  it('wake by every channel, whichever node its queue is on', async () => {
    const woken: string[] = [];
    for (const channel of CHANNELS) {
      const work = (): Promise<void> => Promise.resolve(void woken.push(channel));
      const worker = new Worker<WakeUp>(queueName(channel), work, optionsOf(cluster.url));
      worker.on('error', () => undefined);
      open.push(worker);
    }
    const queues = queuesAt(cluster.url);
    await Promise.all(queues.map((queue) => queue.add('attempt', { ids: ['a'] }, { jobId: newId() })));
    await until('a wake-up by each channel', () => woken.length === CHANNELS.length);
    expect([...woken].sort()).toEqual([...CHANNELS].sort());
    expect(await readiness(cluster.url, queues)).toEqual({ status: 'up', backend: 'redis' });
    // Without queues on both nodes all this would show nothing.
    for (const node of cluster.nodes) {
      const client = new Redis(node);
      expect(await client.dbsize()).toBeGreaterThan(0);
      client.disconnect();
    }
  }, 30_000);

  it('are not ready where one node is named as if it were all, though some queues are on it', async () => {
    for (const node of cluster.nodes)
      expect(await readiness(node, queuesAt(node))).toEqual({
        status: 'down',
        message: expect.stringContaining('redis+cluster://'),
      });
  }, 30_000);

  it('begin by whether QUEUE_URL says what is there', async () => {
    expect(await problemOf(cluster.url)).toBeNull();
    expect(await problemOf(cluster.nodes[0] ?? '')).toContain('redis+cluster://');
  });
});

describeOnRedis('queues on one Redis', (redis) => {
  it('are not taken for a cluster, and one that is away says nothing', async () => {
    expect(await problemOf(redis.url)).toBeNull();
    expect(await problemOf(redis.url.replace('redis:', 'redis+cluster:'))).toContain('no cluster');
    expect(await problemOf('redis://127.0.0.1:1')).toBeNull();
  });

  it('are not ready while Redis is full', async () => {
    const queues = queuesAt(redis.url);
    expect(await readiness(redis.url, queues)).toMatchObject({ status: 'up' });
    const client = new Redis(redis.url);
    await client.config('SET', 'maxmemory', '1mb');
    expect(await readiness(redis.url, queues)).toEqual({ status: 'down', message: expect.stringContaining('full') });
    await client.config('SET', 'maxmemory', '0');
    expect(await readiness(redis.url, queues)).toMatchObject({ status: 'up' });
    client.disconnect();
  });
});
