import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { LONG } from '../support/form.js';
import { type Asked, Installation } from '../support/installation.js';
import { describeOnEachQueueBackend, describeOnPostgresQueues, type QueueBackend } from '../support/queue-backends.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { contradictions, readTruth } from '../support/truth.js';
import { until } from '../support/until.js';

const CLEAN = { code: 0, signal: null };
const idsOf = (asked: readonly Asked[]): string[] => asked.map(({ id }) => id ?? 'never acknowledged');

const suite = (backend: QueueBackend): void => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;
  let contacts: string[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'stop-'));
    [postgres, recorder] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
    ]);
    installation = new Installation(postgres.urls, backend.queueUrl);
    await installation.startReady('api');
    await installation.setUp(recorder.port);
    contacts = await installation.contacts(10);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('ends what it has begun with a slow mail server, and leaves the rest to the next worker', async () => {
    await recorder.setFault({ at: 'end', do: 'delay', ms: 300 });
    const leaving = await installation.startReady('worker');
    const asked = (
      await Promise.all(
        Array.from({ length: 4 }, () => Promise.all(contacts.map((contact) => installation.send(contact)))),
      )
    ).flat();
    await until('the mail server to take a mail', () => recorder.recorded().length > 0);
    expect(await leaving.stop()).toEqual(CLEAN);

    const left = [...(await installation.statuses(idsOf(asked))).values()];
    expect(left.filter((status) => status !== 'sent' && status !== 'queued')).toEqual([]);
    expect(left).toContain('sent');
    await recorder.setFault(null);
    await installation.startReady('worker');
    const ends = await installation.ended(idsOf(asked));
    expect([...ends.values()]).toEqual(asked.map(() => 'sent'));
    const truth = await readTruth(installation);
    expect(contradictions(truth, installation.acked, recorder.recorded())).toEqual([]);
    // Nothing was begun twice, either.
    for (const steps of truth.steps.values()) {
      const begun = steps.filter(({ type }) => type === 'send.handover_started').length;
      // With all steps, so that a red says what became of the tries before.
      expect({ begun, steps }).toEqual({ begun: 1, steps });
    }
  }, 600_000);

  it('does not make its stop as long as the line of those who wait', async () => {
    await recorder.setFault({ at: 'end', do: 'delay', ms: 300 });
    const leaving = installation.process('worker');
    const before = recorder.recorded().length;
    // One wake-up for all of them, and with this mail server more work than the stop may take.
    const asked = await installation.sendBulk(
      Array.from({ length: 300 }, (_, i) => contacts[i % contacts.length] ?? ''),
    );
    await until('the mail server to take a mail', () => recorder.recorded().length > before);
    const begun = performance.now();
    expect(await leaving.stop()).toEqual(CLEAN);
    expect(performance.now() - begun).toBeLessThan(10_000);
    const left = [...(await installation.statuses(idsOf(asked))).values()];
    expect(left.filter((status) => status !== 'sent' && status !== 'queued')).toEqual([]);
    expect(left).toContain('queued');

    await recorder.setFault(null);
    await installation.startReady('worker');
    await installation.ended(idsOf(asked));
    expect(contradictions(await readTruth(installation), installation.acked, recorder.recorded())).toEqual([]);
  }, 600_000);

  it('answers the request it has begun to answer', async () => {
    const api = installation.process('api');
    const blocker = new pg.Client({ connectionString: postgres.urls.admin });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE sending.idempotency IN ACCESS EXCLUSIVE MODE');
    const sending = installation.send(contacts[0] ?? '');
    await until('the request to wait for the table', async () => {
      const { rows } = await blocker.query<{ n: string }>(
        "SELECT count(*) AS n FROM pg_locks WHERE NOT granted AND relation = 'sending.idempotency'::regclass",
      );
      return rows[0]?.n === '1';
    });
    const stopping = api.stop();
    await sleep(500);
    expect(api.exit()).toBeNull();
    await blocker.query('ROLLBACK');
    await blocker.end();

    const { id } = await sending;
    expect(id).not.toBeNull();
    expect(await stopping).toEqual(CLEAN);
    expect(await installation.ended(idsOf([await sending]))).toEqual(new Map([[id, 'sent']]));
  }, 600_000);
};

// What has begun stands in the database, whoever woke the process.
(LONG ? describeOnEachQueueBackend : describeOnPostgresQueues)('a process that is asked to end', suite);
