import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { itInLongForm, LONG } from '../support/form.js';
import { type Asked, Installation, SHORT_LEASE } from '../support/installation.js';
import { describeOnEachQueueBackend, describeOnPostgresQueues, type QueueBackend } from '../support/queue-backends.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { contradictions, readTruth, type Truth } from '../support/truth.js';
import { until } from '../support/until.js';

const MESSAGES = 12;
/** Much longer than the second in which it should have begun, and than a slow machine needs after that. */
const ASLEEP_MS = 6_000;
const idsOf = (asked: readonly Asked[]): string[] => asked.map(({ id }) => id ?? 'never acknowledged');

const suite = (backend: QueueBackend): void => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;
  let contacts: string[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pause-'));
    [postgres, recorder] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
    ]);
    installation = new Installation(postgres.urls, backend.queueUrl);
    await installation.startReady('api');
    await installation.setUp(recorder.port);
    contacts = await installation.contacts(MESSAGES);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  const sendAll = () => Promise.all(contacts.map((contact) => installation.send(contact)));
  const truth = async (): Promise<Truth> => {
    const read = await readTruth(installation);
    expect(contradictions(read, installation.acked, recorder.recorded())).toEqual([]);
    return read;
  };
  const stepsOf = ({ steps }: Truth, ids: readonly string[], type: string): number =>
    ids.filter((id) => steps.get(id)?.some((step) => step.type === type)).length;

  it('reports too late, which is noted and changes nothing', async () => {
    await installation.provider(recorder.port, 1, 2);
    const sleeper = await installation.startReady('worker', SHORT_LEASE);
    await recorder.setFault({ at: 'end', do: 'delay', ms: 700 });
    const asked = await sendAll();
    // The server has written the mail down and takes its time to say so: now the worker falls asleep.
    await until('the mail server to take a mail', () => recorder.recorded().length > 0);
    sleeper.pause();
    await installation.provider(recorder.port);
    await recorder.setFault(null);
    const other = await installation.startReady('worker');
    const ends = await installation.ended(idsOf(asked));
    const unknown = [...ends].flatMap(([id, end]) => (end === 'unknown' ? [id] : []));
    expect(unknown.length).toBeGreaterThan(0);

    sleeper.resume();
    await until(
      'the late report',
      async () => stepsOf(await readTruth(installation), unknown, 'send.stale_outcome') > 0,
    );
    expect(await installation.statuses(idsOf(asked))).toEqual(ends);
    await truth();

    // Awake again it is a worker like the other.
    await other.stop();
    const later = await installation.ended(idsOf(await sendAll()));
    expect([...later.values()]).toEqual(contacts.map(() => 'sent'));
    await truth();
    await sleeper.stop();
  }, 800_000);

  // What a process does on its own wire is the same whoever woke it.
  if (backend.kind === 'redis') return;

  itInLongForm(
    'does not begin on the wire what it should have begun before it slept',
    async () => {
      await installation.provider(recorder.port, 60);
      const sleeper = await installation.startReady('worker', { START_SECONDS: '1' });
      await recorder.setFault({ at: 'greeting', do: 'delay', ms: 500 });
      const before = recorder.recorded().length;
      const asked = await sendAll();
      await until('hand-overs to start', async () =>
        [...(await installation.statuses(idsOf(asked))).values()].includes('started'),
      );
      // Time to connect; the server has not greeted yet, so no content can have been sent.
      await sleep(200);
      sleeper.pause();
      await recorder.setFault(null);
      expect(recorder.recorded().length).toBe(before);
      await sleep(ASLEEP_MS);
      sleeper.resume();

      const ends = await installation.ended(idsOf(asked));
      expect([...ends.values()]).toEqual(contacts.map(() => 'sent'));
      const { steps } = await truth();
      for (const mail of recorder.recorded().slice(before)) {
        const id = /^<([0-9a-f-]{36})@/.exec(mail.messageId ?? '')?.[1] ?? '';
        const starts = steps
          .get(id)
          ?.flatMap(({ type, committedAt }) => (type === 'send.handover_started' ? (committedAt ?? []) : []));
        const age = Date.parse(mail.at) - Math.max(...(starts ?? []).filter((at) => at <= Date.parse(mail.at)));
        expect(age).toBeLessThan(ASLEEP_MS);
      }
      await sleeper.stop();
    },
    180_000,
  );
};

// A lease is a row of the database, whoever woke its worker.
(LONG ? describeOnEachQueueBackend : describeOnPostgresQueues)('a worker that sleeps through its lease', suite);
