import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERASED_FILE } from '#lib/ledger';
import { ED25519, signingKey, writeSigningKey, writeVerifierKey } from '#lib/proof';
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
  /** What waited when the backup was made: for who left afterwards, who was erased afterwards, and who stayed. */
  let toLeaver: string;
  let toErased: string;
  let toStayer: string;

  const keyOf = (seed: number) =>
    signingKey(`${['first', 'second'][seed - 1]}.example/ledger`, ED25519, Buffer.alloc(32, seed));
  const ledgerFolder = (name: string, seed: number): string => {
    const made = path.join(folder, name);
    mkdirSync(made);
    writeFileSync(path.join(made, 'log.key'), `${writeSigningKey(keyOf(seed))}\n`, { mode: 0o600 });
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
  /** As `pg_basebackup` does it: the files while the server writes to them, then its label and log, which make one state of them. */
  const backUp = async (): Promise<void> => {
    const client = await installation.admin.connect();
    try {
      const { rows: places } = await client.query<{ data: string }>(`SELECT current_setting('data_directory') AS data`);
      const data = places[0]?.data ?? '';
      const at = (name: string): string => path.join(backup, path.relative(postgres.folder, data), name);
      await client.query(`SELECT pg_backup_start('spec', true)`);
      // What vanishes meanwhile is in the log.
      spawnSync('cp', ['-a', postgres.folder, backup]);
      const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
      writeFileSync(at('backup_label'), rows[0]?.labelfile ?? '');
      const { uid, gid } = statSync(data);
      chownSync(at('backup_label'), uid, gid);
      rmSync(at('pg_wal'), { recursive: true });
      copy(path.join(data, 'pg_wal'), at('pg_wal'));
      rmSync(at('postmaster.pid'));
    } finally {
      client.release();
    }
  };
  const restore = async (): Promise<void> => {
    await installation.process('api').stop();
    await postgres.stop();
    rmSync(postgres.folder, { recursive: true });
    copy(backup, postgres.folder);
    await postgres.restart();
    await installation.startReady('api');
  };
  const isErased = async (): Promise<boolean> => {
    const { rows } = await installation.admin.query<{ n: string }>(
      'SELECT count(*) AS n FROM consent.contact WHERE erased_at IS NOT NULL',
    );
    return rows[0]?.n === '1';
  };

  const resume = (dir: string) =>
    spawnSync(
      process.execPath,
      ['dist/apps/cli/src/main.js', 'ledger', 'resume', '--by', 'Ada', '--reason', 'one opt-out was repeated'],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          DATABASE_URL: postgres.urls.app,
          MASTER_KEY: installation.masterKey,
          LEDGER_DIR: dir,
        },
      },
    );

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
    await installation.contact('erased');
    await published();
    await first.stop();

    toErased = await send('erased');
    toLeaver = await send('leaver');
    toStayer = await send('stayer');
    await backUp();
    await installation.ok('POST', '/v1/contacts/leaver/consents', { body: consent('withdrawn') });
    await installation.ok('POST', '/v1/contacts/erased/erasure', { body: {} });
    const second = await worker(signer);
    expect(await installation.ended([toErased, toLeaver, toStayer])).toEqual(
      new Map([
        [toErased, 'dropped'],
        [toLeaver, 'dropped'],
        [toStayer, 'sent'],
      ]),
    );
    await published();
    expect(mailed()).toBe(1);
    await until('the list of the erased', () => readFileSync(path.join(signer, ERASED_FILE), 'utf8') !== '');
    await second.stop();
    await restore();
    expect(await isErased()).toBe(false);
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
    // Although nothing may leave: who was erased since the backup is erased again.
    await until('them to be erased again', isErased);
    expect(await installation.statuses([toErased])).toEqual(new Map([[toErased, 'dropped']]));
    await Promise.all([unaware.stop(), aware.stop()]);
  }, 120_000);

  it('takes no new message, which would be lost with it, and says to try again', async () => {
    const answer = await installation.repeat({ to: 'stayer', idempotencyKey: 'later', id: null });
    expect(answer?.status).toBe(503);
    expect(JSON.parse(answer?.text ?? '')).toMatchObject({ code: 'sending_stopped', retryAfterSeconds: 60 });
  });

  itInLongForm(
    'lets messages leave once an operator has repeated what is missing and said so, and the erased are erased again; the log says so too',
    async () => {
      await restore();
      expect(await isErased()).toBe(false);
      const next = ledgerFolder('second', 2);
      const hasty = await worker(next);
      await held(hasty, 'nobody has said that second.example/ledger follows it');
      await hasty.stop();
      await installation.ok('POST', '/v1/contacts/leaver/consents', { body: consent('withdrawn') });
      await installation.ok('POST', `/v1/messages/${toStayer}/cancel`);
      const forgetful = resume(next);
      expect([forgetful.status, forgetful.stderr]).toEqual([2, expect.stringContaining('erased.ndjson is not in LEDGER_DIR')]); // prettier-ignore
      copy(path.join(signer, ERASED_FILE), next);
      const [first, second] = [1, 2].map((seed) => writeVerifierKey(keyOf(seed).key));
      writeFileSync(path.join(next, 'policy.txt'), `log ${first} https://first.example/ledger\nquorum none\n`);
      const said = resume(next);
      expect([said.status, said.stderr]).toEqual([0, '']);
      const [, size] = /^second.example\/ledger follows first.example\/ledger after (\d+) entries\n$/.exec(said.stdout) ?? []; // prettier-ignore
      const trusted = readFileSync(path.join(next, 'policy.txt'), 'utf8');
      const short = first?.split('+').slice(0, 2).join('+');
      expect(trusted).toContain(`log ${second}\nlog ${first} https://first.example/ledger\n`);
      expect(trusted).toContain(`# until ${size} ${short}\n`);

      const resumed = await worker(next);
      await resumed.ready();
      expect(await installation.ended([toErased, toLeaver])).toEqual(
        new Map([
          [toErased, 'dropped'],
          [toLeaver, 'dropped'],
        ]),
      );
      expect(await isErased()).toBe(true);
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
