import { afterAll, beforeAll, describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, startSupervised } from '../../apps/cli/src/database/index.js';
import { describeWithout, findProgram } from './optional-program.js';

export const redisProgram = findProgram([process.env['REDIS_SERVER_PATH'], 'redis-server']);

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** An empty Redis of its own on loopback that keeps nothing on disk and ends with this process. */
export async function startTestRedis(
  options: { readonly port?: number; readonly flags?: readonly string[] } = {},
): Promise<TestRedis> {
  if (redisProgram === undefined) throw new Error('redis-server is not installed');
  const port = options.port ?? (await freePort());
  const folder = mkdtempSync(path.join(tmpdir(), 'consent-gateway-redis-'));
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = startSupervised(
    redisProgram,
    [...flags, '--maxmemory-policy', 'noeviction', ...(options.flags ?? [])],
    {
      signal: 'TERM',
      removeAfter: folder,
    },
  );
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { lazyConnect: true, retryStrategy: (times) => (times < 200 ? 25 : null) });
  client.on('error', () => undefined); // Refused until the server listens.
  try {
    await client.ping();
  } finally {
    client.disconnect();
  }
  return {
    url,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A suite with a Redis of its own. `redis.url` can be read from `beforeAll` on. */
export function describeOnRedis(name: string, suite: (redis: { readonly url: string }) => void): void {
  if (redisProgram === undefined) return describeWithout('redis-server', name);
  describe(name, () => {
    let redis: TestRedis | undefined;
    beforeAll(async () => {
      redis = await startTestRedis();
    });
    afterAll(() => redis?.stop());
    suite({
      get url() {
        if (redis === undefined) throw new Error('Redis starts in beforeAll: read its url there or later');
        return redis.url;
      },
    });
  });
}
