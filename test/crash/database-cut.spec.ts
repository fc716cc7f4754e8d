import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CRASH_POINTS, type CrashPoint } from '#lib/platform';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { LONG } from '../support/form.js';
import { type Asked, Installation } from '../support/installation.js';
import type { RunningProcess } from '../support/processes.js';
import { describeOnEachQueueBackend, describeOnPostgresQueues, type QueueBackend } from '../support/queue-backends.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { contradictions, readTruth } from '../support/truth.js';
import { until } from '../support/until.js';

const MESSAGES = 6;
/** What had been started and is not known to have ended is settled after eight seconds. */
const LEASES = { START_SECONDS: '3', LEASE_MARGIN_SECONDS: '1' };
const TIMEOUT_SECONDS = 2;
/** In the short form the database dies after a commit and before a call; hand-over.spec.ts has a process die at others. */
const IN_SHORT = new Set<CrashPoint>(['accept.after_commit', 'handover.before_call']);

const isTried = (point: CrashPoint): boolean => LONG || IN_SHORT.has(point);

const suite = (backend: QueueBackend): void => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;
  let contacts: string[];
  let standing: RunningProcess | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'database-cut-'));
    [postgres, recorder] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
    ]);
    installation = new Installation(postgres.urls, backend.queueUrl, LEASES);
    await installation.startReady('api');
    await installation.setUp(recorder.port);
    await installation.provider(recorder.port, TIMEOUT_SECONDS);
    contacts = await installation.contacts(MESSAGES);
  }, 180_000);
  afterEach(async () => {
    standing?.resume();
    await standing?.kill();
  });
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  const sendAll = () => Promise.all(contacts.map((contact) => installation.send(contact)));

  /** Kills the server under a process that stands still, starts it again, and lets the process go on. */
  const cut = async (process: RunningProcess): Promise<void> => {
    await until('it to stand at the point', () => process.isPaused());
    await postgres.kill();
    await postgres.restart();
    process.resume();
  };

  /** Waits for everything that was acknowledged, and compares what everybody knows. */
  const settle = async (asked: readonly Asked[]): Promise<string[]> => {
    const ends = await installation.ended(asked.map(({ id }) => id ?? 'never acknowledged'));
    expect(contradictions(await readTruth(installation), installation.acked, recorder.recorded())).toEqual([]);
    return [...ends.values()];
  };

  it.each(CRASH_POINTS.filter((point) => /^(attempt|handover|outcome)\./.test(point) && isTried(point)))(
    'the worker at %s: it goes on, every message ends once, and none is handed over twice',
    async (point) => {
      standing = await installation.startReady('worker', { HALT_AT: point });
      const asked = await sendAll();
      await cut(standing);
      const ends = await settle(asked);
      expect(ends.filter((end) => end !== 'sent' && end !== 'unknown')).toEqual([]);

      // The same process, not another one in its place.
      await standing.ready();
      expect(await settle(await sendAll())).toEqual(contacts.map(() => 'sent'));
    },
    180_000,
  );

  // A send is accepted before any queue hears of it, so one backend is enough.
  if (backend.kind !== 'postgres') return;
  it.each(CRASH_POINTS.filter((point) => point.startsWith('accept.') && isTried(point)))(
    'the api at %s: what was not answered is asked again and becomes one message',
    async (point) => {
      const other = installation.process('api');
      standing = await installation.startReady('api', { HALT_AT: point });
      const stored = await installation.count();
      const asking = sendAll();
      await cut(standing);
      const asked = await asking;
      await standing.ready();
      const open = asked.filter(({ id }) => id === null);
      if (point === 'accept.before_commit') expect(open.length).toBeGreaterThan(0);
      await until('every request to be answered when it is repeated', async () => {
        const answers = await Promise.all(open.map((one) => installation.repeat(one)));
        return answers.every((answer) => answer?.status === 202);
      });
      expect(await installation.count()).toBe(stored + MESSAGES);

      await standing.kill();
      installation.use(other);
      standing = await installation.startReady('worker');
      expect(await settle(asked)).toEqual(contacts.map(() => 'sent'));
    },
    180_000,
  );
};

// The queue only wakes, and it is not the queue that dies here.
(LONG ? describeOnEachQueueBackend : describeOnPostgresQueues)(
  'PostgreSQL killed while a process stands at a point of the hand-over',
  suite,
);
