import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { itInLongForm, LONG } from '../support/form.js';
import { consent, Installation } from '../support/installation.js';
import type { RunningProcess } from '../support/processes.js';
import { describeOnEachQueueBackend, describeOnPostgresQueues, type QueueBackend } from '../support/queue-backends.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { contradictions, readTruth } from '../support/truth.js';
import { until } from '../support/until.js';

const KILLS = LONG ? 5 : 1;
const CLIENTS = 4;

/** A hand-over whose start was committed while the answer to the commit was lost is settled after eight seconds. */
const LEASES = { START_SECONDS: '3', LEASE_MARGIN_SECONDS: '1' };
const TIMEOUT_SECONDS = 2;

const suite = (backend: QueueBackend): void => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;
  let processes: RunningProcess[];
  let contacts: string[];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'postgres-killed-'));
    [postgres, recorder] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
    ]);
    installation = new Installation(postgres.urls, backend.queueUrl, LEASES);
    processes = await Promise.all((['api', 'worker', 'center'] as const).map((app) => installation.startReady(app)));
    await installation.setUp(recorder.port);
    await installation.provider(recorder.port, TIMEOUT_SECONDS);
    contacts = await installation.contacts(8);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  /** Sends until told to stop, one message after the other, whatever is answered. */
  const client = async (isOver: () => boolean): Promise<void> => {
    for (let i = 0; !isOver(); i++) {
      await installation.send(contacts[i % contacts.length] ?? '');
      await sleep(10 + Math.random() * 40);
    }
  };

  it('loses nothing that was acknowledged, and the processes find back by themselves', async () => {
    const pauses = Array.from({ length: KILLS }, () => Math.round(300 + Math.random() * 1200));
    let over = false;
    const load = Array.from({ length: CLIENTS }, () => client(() => over));
    for (const pause of pauses) {
      await sleep(pause);
      await postgres.kill();
      await sleep(200);
      await postgres.restart();
    }
    over = true;
    await Promise.all(load);
    const answeredAtOnce = installation.acked.length;

    for (const process of processes) await process.ready();
    const open = installation.asked.filter(({ id }) => id === null);
    await until('every request to be answered when it is repeated', async () => {
      const answers = await Promise.all(open.map((asked) => installation.repeat(asked)));
      return answers.every((answer) => answer?.status === 202);
    });
    const ends = await installation.ended(installation.acked);

    expect(processes.map((process) => process.exit())).toEqual([null, null, null]);
    const found = contradictions(await readTruth(installation), installation.acked, recorder.recorded());
    expect({ pauses, found }).toEqual({ pauses, found: [] });
    // The load met the kills: some requests got no answer, and some did.
    expect(open.length).toBeGreaterThan(0);
    expect(answeredAtOnce).toBeGreaterThan(0);
    // An outage says nothing about a message, so it ends none as failed or dropped.
    expect([...ends.values()].filter((end) => end !== 'sent' && end !== 'unknown')).toEqual([]);
    expect([...ends.values()].filter((end) => end === 'sent').length).toBeGreaterThan(ends.size / 2);
  }, 600_000);

  itInLongForm(
    'ends no message as failed because it was away while the message was on its way',
    async () => {
      // Each with a template of its own, which has to be read after its hand-over was committed.
      const templates = Array.from({ length: 20 }, (_, i) => `news-${i}`);
      for (const key of templates) {
        const contents = { en: { subject: key, html: null, text: `${key} {{unsubscribeUrl}}` } };
        await installation.ok('POST', '/v1/templates', {
          body: { key, channel: 'email', class: 'commercial', defaultLanguage: 'en', contents },
        });
      }
      await recorder.setFault({ at: 'end', do: 'delay', ms: 300 });
      const before = recorder.recorded().length;
      const send = (template: string, i: number) =>
        installation.send(contacts[i % contacts.length] ?? '', { template });
      const asked = await Promise.all(templates.map(send));
      await until('the first mails', () => recorder.recorded().length > before);

      const blocker = new pg.Client({ connectionString: postgres.urls.admin });
      await blocker.connect();
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE sending.template IN ACCESS EXCLUSIVE MODE');
      // Whoever wants to read a template now waits, and then its connection is cut.
      for (let i = 0; i < 10; i++) {
        await blocker.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        await sleep(50);
      }
      await blocker.query('ROLLBACK');
      await blocker.end();
      await recorder.setFault(null);

      const ends = await installation.ended(asked.map(({ id }) => id ?? 'never acknowledged'));
      expect([...ends.values()].filter((end) => end !== 'sent' && end !== 'unknown')).toEqual([]);
      expect(contradictions(await readTruth(installation), installation.acked, recorder.recorded())).toEqual([]);
    },
    600_000,
  );

  it('lets contacts and consents be changed afterwards, and messages go out at once', async () => {
    await installation.contact('after');
    await installation.ok('POST', '/v1/contacts/after/consents', { body: consent('granted', ['events']) });
    await installation.ok('PUT', '/v1/campaigns/after', {
      body: { name: 'After', policy: 'default' },
    });
    const { id } = await installation.send('after');
    expect(await installation.ended([id ?? ''])).toEqual(new Map([[id, 'sent']]));
  }, 300_000);

  it('keeps no process from ending in time while it is away', async () => {
    await postgres.kill();
    const begun = performance.now();
    const exits = await Promise.all(processes.map((process) => process.stop()));
    expect(exits).toEqual(exits.map(() => ({ code: 0, signal: null })));
    expect(performance.now() - begun).toBeLessThan(20_000);
  }, 600_000);
};

// With queues on Redis, which is not killed, nothing else is lost with the database.
(LONG ? describeOnEachQueueBackend : describeOnPostgresQueues)('PostgreSQL killed under load', suite);
