import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort, startSupervised } from '../database/index.js';

export interface RedisServer {
  readonly url: string;
  /** Processor time it has used, in milliseconds. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts redis-server on a free port of the loopback interface with the settings that production needs: an
 * append-only file synced every second, and no eviction.
 * @throws Error when there is no redis-server on this machine.
 */
export async function startRedisServer(): Promise<RedisServer> {
  const program = process.env['REDIS_SERVER_PATH'] ?? 'redis-server';
  if (spawnSync(program, ['--version']).status !== 0) {
    throw new Error(
      'There is no redis-server here. Install it, name it in REDIS_SERVER_PATH, or measure with --backend postgres.',
    );
  }
  const port = await freePort();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-bench-redis-'));
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = startSupervised(program, flags, { signal: 'TERM', removeAfter: folder });
  const url = `redis://127.0.0.1:${port}`;
  const client = new Redis(url, { retryStrategy: (times) => (times < 200 ? 25 : null) });
  client.on('error', () => undefined); // Refused until the server listens.
  await client.ping();
  return {
    url,
    async cpuMs() {
      const info = await client.info('cpu');
      const seconds = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
      return (seconds('used_cpu_sys') + seconds('used_cpu_user')) * 1000;
    },
    async stop() {
      client.disconnect();
      await server.stop();
    },
  };
}
