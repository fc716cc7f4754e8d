import { afterAll, beforeAll, describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort } from '../../apps/cli/src/database/index.js';
import { describeWithout } from './optional-program.js';
import { redisProgram, startTestRedis, type TestRedis } from './redis.js';
import { until } from './until.js';

/** Slots of a cluster, divided between two nodes. */
const HALVES = [
  ['0', '8191'],
  ['8192', '16383'],
] as const;

export interface TestRedisCluster {
  /** Value of the queue setting. */
  readonly url: string;
  /** The nodes one by one, as redis:// URLs. */
  readonly nodes: readonly string[];
}

/** A suite with a cluster of two nodes on loopback. Its URLs can be read from `beforeAll` on. */
export function describeOnRedisCluster(name: string, suite: (cluster: TestRedisCluster) => void): void {
  if (redisProgram === undefined) return describeWithout('redis-server', name);
  describe(name, () => {
    let servers: TestRedis[] = [];
    beforeAll(async () => {
      servers = await startCluster();
    }, 60_000);
    afterAll(() => Promise.all(servers.map((server) => server.stop())));
    suite({
      get url() {
        return `redis+cluster://${servers.map(({ url }) => new URL(url).host).join(',')}`;
      },
      get nodes() {
        return servers.map(({ url }) => url);
      },
    });
  });
}

async function startCluster(): Promise<TestRedis[]> {
  const buses = await Promise.all(HALVES.map(() => freePort()));
  const servers = await Promise.all(
    buses.map((bus) => startTestRedis({ flags: ['--cluster-enabled', 'yes', '--cluster-port', String(bus)] })),
  );
  const clients = servers.map(({ url }) => new Redis(url));
  try {
    await Promise.all(clients.map((client, i) => client.call('CLUSTER', 'ADDSLOTSRANGE', ...(HALVES[i] ?? []))));
    // Two nodes of the same epoch would have to find out first which of them has which slots.
    await Promise.all(clients.map((client, i) => client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(i + 1))));
    const other = new URL(servers[1]?.url ?? '').port;
    await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', other, String(buses[1]));
    await until('the nodes to know each other', async () => {
      const infos = await Promise.all(clients.map((client) => client.cluster('INFO')));
      return infos.every((info) => info.includes('cluster_state:ok') && info.includes('cluster_size:2'));
    });
  } finally {
    for (const client of clients) client.disconnect();
  }
  return servers;
}
