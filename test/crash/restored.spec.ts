import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ED25519, signingKey, writeSigningKey } from '#lib/proof';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { itInLongForm } from '../support/form.js';
import { consent, Installation } from '../support/installation.js';
import type { RunningProcess } from '../support/processes.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { until } from '../support/until.js';

/** As long as a worker would need many times over to send what waits. */
const WATCHED_MS = 4_000;

/** With owners and modes, which the server insists on. */
const copy = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to]);

describe('a database restored from a backup', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'restored-'));
  const backup = path.join(folder, 'backup');
  let postgres: DurablePostgres;
  let installation: Installation;
  let recorder: SmtpRecorder;
  /** What waited when the backup was made: for who left afterwards, and for who stayed. */
  let toLeaver: string;
  let toStayer: string;

  const ledgerFolder = (name: string, seed: number): string => {
    const made = path.join(folder, name);
    mkdirSync(made);
    const key = signingKey(`${name}.example/ledger`, ED25519, Buffer.alloc(32, seed));
    writeFileSync(path.join(made, 'log.key'), `${writeSigningKey(key)}\n`, { mode: 0o600 });
    return made;
  };
  const signer = ledgerFolder('first', 1);
  const worker = (dir: string | null): Promise<RunningProcess> =>
    installation.start('worker', dir === null ? {} : { LEDGER_DIR: dir });
  const send = async (to: string): Promise<string> => (await installation.send(to)).id ?? 'never acknowledged';
  const readiness = async (process: RunningProcess) => {
    const answer = await fetch(`${process.url}/readyz`).catch(() => null);
    const body = (await answer?.json()) as
      | { details: Record<string, { status: string; message?: string }> }
      | undefined;
    return body?.details['hand-over'];
  };
  const held = (process: RunningProcess, reason: string) =>
    until(
      () => `the worker to say "${reason}":\n${process.output().slice(-3000)}`,
      async () => (await readiness(process))?.message?.includes(reason) === true,
    );
  const published = () =>
    until('everything to be signed', async () => {
      const { rows } = await installation.admin.query<{ done: boolean }>(
        `SELECT h.size = (SELECT max(size) FROM ledger.checkpoint) AND NOT EXISTS (SELECT FROM ledger.pending) AS done
           FROM ledger.head h`,
      );
      return rows[0]?.done === true;
    });
  const mailed = (): number => recorder.recorded().length;

  beforeAll(async () => {
    [postgres, recorder] = await Promise.all([
      startDurablePostgres(),
      startSmtpRecorder(path.join(folder, 'mail.log')),
    ]);
    installation = new Installation(postgres.urls, 'postgres');
    const [, first] = await Promise.all([installation.startReady('api'), worker(signer)]);
    await installation.setUp(recorder.port);
    await installation.contact('leaver');
    await installation.contact('stayer');
    await published();
    await first.stop();

    toLeaver = await send('leaver');
    toStayer = await send('stayer');
    await installation.process('api').stop();
    await postgres.stop();
    copy(postgres.folder, backup);
    await postgres.restart();
    await installation.startReady('api');
    await installation.ok('POST', '/v1/contacts/leaver/consents', { body: consent('withdrawn') });
    const second = await worker(signer);
    expect(await installation.ended([toLeaver, toStayer])).toEqual(
      new Map([
        [toLeaver, 'dropped'],
        [toStayer, 'sent'],
      ]),
    );
    await published();
    expect(mailed()).toBe(1);
    await Promise.all([second.stop(), installation.process('api').stop()]);

    await postgres.stop();
    rmSync(postgres.folder, { recursive: true });
    copy(backup, postgres.folder);
    await postgres.restart();
    await installation.startReady('api');
  }, 180_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('lets nothing leave, neither before nor after it is compared with what was signed', async () => {
    const unaware = await worker(null);
    await held(unaware, 'nobody has compared');
    await sleep(WATCHED_MS);
    const aware = await worker(signer);
    await held(aware, 'it is an older one');
    await sleep(WATCHED_MS);
    expect(mailed()).toBe(1);
    expect([...(await installation.statuses([toLeaver, toStayer])).values()]).toEqual(['queued', 'queued']);
    await Promise.all([unaware.stop(), aware.stop()]);
  }, 120_000);

  it('takes no new message, which would be lost with it, and says to try again', async () => {
    const answer = await installation.repeat({ to: 'stayer', idempotencyKey: 'later', id: null });
    expect(answer?.status).toBe(503);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ code: 'sending_stopped', retryAfterSeconds: 60 });
  });

  itInLongForm(
    'lets messages leave once an operator has repeated what is missing and said so, and the log says so too',
    async () => {
      const next = ledgerFolder('second', 2);
      const hasty = await worker(next);
      await held(hasty, 'nobody has said that second.example/ledger follows it');
      await hasty.stop();
      await installation.ok('POST', '/v1/contacts/leaver/consents', { body: consent('withdrawn') });
      await installation.ok('POST', `/v1/messages/${toStayer}/cancel`);
      const said = spawnSync(
        process.execPath,
        ['dist/apps/cli/src/main.js', 'ledger', 'resume', '--by', 'Ada', '--reason', 'one opt-out was repeated'],
        {
          encoding: 'utf8',
          env: {
            PATH: process.env['PATH'],
            DATABASE_URL: postgres.urls.app,
            MASTER_KEY: installation.masterKey,
            LEDGER_DIR: next,
          },
        },
      );
      expect([said.status, said.stderr]).toEqual([0, '']);
      expect(said.stdout).toMatch(/^second.example\/ledger follows first.example\/ledger after \d+ entries\n$/);

      const resumed = await worker(next);
      await resumed.ready();
      expect(await installation.ended([toLeaver])).toEqual(new Map([[toLeaver, 'dropped']]));
      const later = await send('stayer');
      expect(await installation.ended([later])).toEqual(new Map([[later, 'sent']]));
      expect(mailed()).toBe(2);
      await published();
      const { rows } = await installation.admin.query<{ n: string }>(
        `SELECT count(*) AS n FROM ledger.log WHERE position('"t":"log.resumed"'::bytea IN leaf) > 0`,
      );
      expect(rows[0]?.n).toBe('1');
    },
    120_000,
  );
});
