import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { auditDatabase, memoryName, PublishedLog, trustPolicyOf } from '#lib/ledger';
import { type CrashPoint, Database, deriveKeys } from '#lib/platform';
import {
  ED25519,
  parseSignedCheckpoint,
  parseTrustPolicy,
  readZip,
  type SignedCheckpoint,
  signingKey,
  verifyBundle,
  verifyConsistency,
  writeSigningKey,
} from '#lib/proof';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { LONG } from '../support/form.js';
import { Installation } from '../support/installation.js';
import { until } from '../support/until.js';

const LOG = signingKey('gateway.example/crash', ED25519, Buffer.alloc(32, 1));
const POINTS: readonly CrashPoint[] = [
  'sequence.before_commit',
  'sequence.after_commit',
  'publish.before_tiles',
  'publish.after_tiles',
  'publish.before_memory',
  'publish.after_memory',
  'publish.before_commit',
  'publish.after_commit',
];
const EXPORT_POINTS: readonly CrashPoint[] = ['export.after_fix', 'export.before_commit', 'export.after_commit'];
/** In the short form: where the database or the bundle knows what the next of these places that remember does not. */
const TORN = new Set<CrashPoint>(['publish.after_tiles', 'export.before_commit']);
const isTried = (point: CrashPoint): boolean => LONG || TORN.has(point);
const KILLED = { code: null, signal: 'SIGKILL' };

describe('a worker that is killed while it publishes', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'publishing-'));
  const environment = { LEDGER_DIR: folder };
  const kept: SignedCheckpoint[] = [];
  let postgres: DurablePostgres;
  let installation: Installation;
  let database: Database;
  let log: PublishedLog;
  let people = 0;

  beforeAll(async () => {
    fs.writeFileSync(path.join(folder, 'log.key'), `${writeSigningKey(LOG)}\n`, { mode: 0o600 });
    postgres = await startDurablePostgres();
    installation = new Installation(postgres.urls, 'postgres');
    await installation.start('worker', environment);
    await installation.startReady('api');
    await installation.setUp(1);
    database = new Database({ url: postgres.urls.app, max: 2 });
    log = new PublishedLog(database);
    await grow();
    await isSound();
  }, 180_000);
  afterAll(async () => {
    await database.close();
    await installation.end();
    await postgres.remove();
    fs.rmSync(folder, { recursive: true });
  });

  /** New entries: each person is some. */
  const grow = async (): Promise<void> => void (await installation.contact(`p${people++}`));
  const stopWorker = async (): Promise<void> => void (await installation.process('worker').stop());
  const published = async (): Promise<SignedCheckpoint> => {
    const head = async (): Promise<number> => {
      const { rows } = await installation.admin.query<{ size: string }>('SELECT size FROM ledger.head');
      const { rows: waiting } = await installation.admin.query('SELECT 1 FROM ledger.pending LIMIT 1');
      return waiting.length > 0 ? Infinity : Number(rows[0]?.size);
    };
    return until('everything to be published', async () => {
      const note = await log.checkpoint();
      const signed = note === null ? null : parseSignedCheckpoint(note);
      return signed !== null && signed.checkpoint.size >= (await head()) ? signed : null;
    });
  };
  /** What is in the database, in the signer's memory and in the hands of everybody who kept a checkpoint is one log. */
  const isSound = async (): Promise<void> => {
    const now = await published();
    const { ledgerKek: kek, ledgerMac: macKey } = deriveKeys(Buffer.from(installation.masterKey, 'base64'));
    const report = await auditDatabase(database, {
      policy: parseTrustPolicy(trustPolicyOf(folder)),
      keys: { kek, macKey },
      memory: fs.readFileSync(path.join(folder, memoryName(LOG.key.name)), 'utf8'),
    });
    expect([report.verdict, report.steps.filter(({ result }) => result === 'fails')]).toEqual(['holds', []]);
    for (const { checkpoint: from } of kept) {
      const text = await log.consistency(from.size, now.checkpoint.size);
      const hashes = (text ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => Buffer.from(line, 'base64'));
      expect(verifyConsistency({ from, to: now.checkpoint }, hashes)).toEqual({ holds: true });
    }
    kept.push(now);
  };

  it.each(POINTS.filter(isTried))(
    'at %s loses no entry, signs no fork, and the next one goes on',
    async (point) => {
      await stopWorker();
      await grow();
      const dying = await installation.start('worker', { ...environment, CRASH_AT: point });
      expect(await dying.exited).toEqual(KILLED);
      await grow();
      await installation.startReady('worker', environment);
      await isSound();
    },
    120_000,
  );

  it.each(EXPORT_POINTS.filter(isTried))(
    'or makes a bundle, at %s: the next one makes it at the same checkpoint, and it holds',
    async (point) => {
      await grow();
      await stopWorker();
      const dying = await installation.start('worker', { ...environment, CRASH_AT: point });
      const { id } = await installation.ok<{ id: string }>('POST', '/v1/exports', { body: { contact: 'p0' } });
      expect(await dying.exited).toEqual(KILLED);
      const state = () => installation.ok<{ state: string; size: number | null }>('GET', `/v1/exports/${id}`);
      const { size } = await state();
      expect(size).not.toBeNull();
      await grow();
      // Nobody waits here until the lease of the dead is over.
      await installation.admin.query('UPDATE ledger.export SET lease_until = NULL WHERE id = $1', [id]);
      await installation.startReady('worker', environment);
      await until('the bundle', async () => (await state()).state === 'ready');
      expect((await state()).size).toBe(size);
      const { url } = installation.process('api');
      const answer = await fetch(`${url}/v1/exports/${id}/bundle`, {
        headers: { authorization: `Bearer ${installation.key}` },
      });
      const files = readZip(Buffer.from(await answer.arrayBuffer()));
      expect(verifyBundle({ files, policy: trustPolicyOf(folder) })).toMatchObject({ verdict: 'holds', size });
    },
    120_000,
  );

  it('names the log and its key in the log before it signs anything', async () => {
    const { rows } = await installation.admin.query<{ leaf: string; idx: string }>(
      `SELECT convert_from(leaf, 'UTF8') AS leaf, idx FROM ledger.log WHERE leaf LIKE convert_to('%"t":"log.started"%', 'UTF8') ORDER BY idx`,
    );
    expect(rows[0]?.idx).toBe('0');
    const named = rows.filter(({ leaf }) => leaf.includes(`"origin":"${LOG.key.name}"`));
    expect(named).toHaveLength(1);
  });
});
