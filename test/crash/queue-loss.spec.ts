import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { itInLongForm } from '../support/form.js';
import { type Asked, Installation } from '../support/installation.js';
import { describeOnRedis, startTestRedis, type TestRedis } from '../support/redis.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { contradictions, readTruth } from '../support/truth.js';
import { freePort } from '../../apps/cli/src/database/index.js';

const MESSAGES = 12;

describeOnRedis('a Redis that loses everything', () => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;
  let contacts: string[];
  let port: number;
  let redis: TestRedis;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'queue-loss-'));
    port = await freePort();
    [postgres, recorder, redis] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
      startTestRedis({ port }),
    ]);
    installation = new Installation(postgres.urls, redis.url);
    await installation.startReady('api');
    await installation.setUp(recorder.port);
    contacts = await installation.contacts(MESSAGES);
  }, 600_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop(), redis.stop()]);
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    const found = contradictions(await readTruth(installation), installation.acked, recorder.recorded());
    expect(found).toEqual([]);
  }, 300_000);

  const sendAll = () => Promise.all(contacts.map((contact) => installation.send(contact)));
  const idsOf = (asked: readonly Asked[]): string[] => asked.map(({ id }) => id ?? 'never acknowledged');
  const expectAllSent = async (asked: readonly Asked[]): Promise<void> => {
    const ends = await installation.ended(idsOf(asked));
    expect([...ends.values()]).toEqual(asked.map(() => 'sent'));
  };
  const command = async (...words: [string, ...string[]]): Promise<unknown> => {
    const client = new Redis(redis.url);
    try {
      return await client.call(...words);
    } finally {
      client.disconnect();
    }
  };
  /** Killed, not asked to end: its clients see a connection that breaks. */
  const killRedis = async (): Promise<void> => {
    const pid = /process_id:(\d+)/.exec(String(await command('INFO', 'server')))?.[1];
    process.kill(Number(pid), 'SIGKILL');
    await redis.stop();
  };

  it('delays what was waiting when it was flushed', async () => {
    const asked = await sendAll();
    expect(Number(await command('DBSIZE'))).toBeGreaterThan(0);
    await command('FLUSHALL');
    await installation.startReady('worker');
    await expectAllSent(asked);
  }, 600_000);

  itInLongForm(
    'delays what comes while it is flushed again and again',
    async () => {
      const asked: Asked[] = [];
      for (let round = 0; round < 5; round++) {
        asked.push(...(await sendAll()));
        await command('FLUSHALL');
        await sleep(100);
      }
      await expectAllSent(asked);
    },
    120_000,
  );

  it('is not missed by the door: messages are accepted while it is dead, and leave when it is back, empty', async () => {
    await killRedis();
    const asked = await sendAll();
    expect(idsOf(asked)).not.toContain('never acknowledged');
    expect((await fetch(`${installation.process('api').url}/readyz`)).status).toBe(503);
    expect((await installation.statuses(idsOf(asked))).size).toBe(MESSAGES);
    redis = await startTestRedis({ port });
    await expectAllSent(asked);
    await installation.process('api').ready();
    expect(installation.processes.map((process) => process.exit())).toEqual([null, null]);
  }, 600_000);

  itInLongForm(
    'is not missed by the door either when it is full',
    async () => {
      await command('CONFIG', 'SET', 'maxmemory', '1mb');
      const asked = await sendAll();
      expect(idsOf(asked)).not.toContain('never acknowledged');
      await command('CONFIG', 'SET', 'maxmemory', '0');
      await expectAllSent(asked);
    },
    120_000,
  );

  it('does not keep processes from ending in time, and one that starts without it works once it is back', async () => {
    await killRedis();
    const [worker, api] = [installation.process('worker'), installation.process('api')];
    const begun = performance.now();
    const exits = await Promise.all([worker.stop(), api.stop()]);
    expect(exits).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
    expect(performance.now() - begun).toBeLessThan(20_000);

    await Promise.all([installation.start('api'), installation.start('worker')]);
    await sleep(1000);
    redis = await startTestRedis({ port });
    await Promise.all([installation.process('api').ready(), installation.process('worker').ready()]);
    await expectAllSent(await sendAll());
  }, 600_000);
});
