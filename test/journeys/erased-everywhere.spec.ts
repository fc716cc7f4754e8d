import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { LedgerService, trustPolicyOf } from '#lib/ledger';
import { Database, deriveKeys } from '#lib/platform';
import { ED25519, readZip, signingKey, verifyBundle, writeSigningKey } from '#lib/proof';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { itInLongForm, LONG } from '../support/form.js';
import { consent, Installation } from '../support/installation.js';
import { describeOnEachQueueBackend, describeOnPostgresQueues, type QueueBackend } from '../support/queue-backends.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { until } from '../support/until.js';

const LOG = signingKey('gateway.example/erased', ED25519, Buffer.alloc(32, 1));
const KINDS = [
  'contact',
  'contact_point',
  'consent',
  'suppression',
  'addresses',
  'link',
  'send',
  'touch',
  'erasure',
  'export',
  'notice',
];

const suite = (backend: QueueBackend): void => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'erased-'));
  const words = new Map<string, string>();
  let postgres: DurablePostgres;
  let installation: Installation;
  let smtp: SmtpTestServer;

  /** Under which their entries' disclosures are sealed. */
  let secret: Buffer = randomBytes(32);
  /** A word that occurs nowhere else. */
  const the = (what: string): string => {
    const word = words.get(what) ?? `Canary${what}${randomBytes(5).toString('hex')}`;
    words.set(what, word);
    return word;
  };
  beforeAll(async () => {
    fs.writeFileSync(path.join(folder, 'log.key'), `${writeSigningKey(LOG)}\n`, { mode: 0o600 });
    [postgres, smtp] = await Promise.all([startDurablePostgres(), startSmtpServer()]);
    installation = new Installation(postgres.urls, backend.queueUrl, { LOG_LEVEL: 'trace' });
    await installation.start('worker', { LEDGER_DIR: folder });
    await installation.startReady('api');
    await installation.process('worker').ready();
    await installation.setUp(smtp.port);
    if (backend.kind === 'redis') {
      // Whatever comes to Redis from now on stands in its file, unpacked.
      const redis = new Redis(backend.queueUrl);
      await redis.config('SET', 'rdbcompression', 'no');
      await redis.config('SET', 'appendonly', 'yes');
      redis.disconnect();
    }
  }, 180_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), smtp.close()]);
    fs.rmSync(folder, { recursive: true });
  });

  /** Every row of every table, as text; bytes are hexadecimal there. */
  const databaseDump = async (): Promise<string> => {
    const { rows: tables } = await installation.admin.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.length).toBeGreaterThan(40);
    const dumps: string[] = [];
    for (const { name } of tables) {
      const { rows } = await installation.admin.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      dumps.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    // Statistics keep values of before for as long as a table is not analysed again.
    const { rows } = await installation.admin.query<{ row: string }>(
      `SELECT concat_ws(' ', 'pg_stats', tablename, attname, most_common_vals::text, histogram_bounds::text, most_common_elems::text) AS row
         FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    dumps.push(...rows.map(({ row }) => row));
    return dumps.join('\n');
  };
  /** Everything that the deployment's keys still open. */
  const opened = async (): Promise<string> => {
    const { ledgerKek: kek, ledgerMac: macKey } = deriveKeys(Buffer.from(installation.masterKey, 'base64'));
    const database = new Database({ url: postgres.urls.app, max: 1 });
    try {
      const all: string[] = [];
      for await (const page of new LedgerService({ kek, macKey }).allEntries(database.tx, KINDS)) {
        all.push(...page.map(({ disclosed }) => JSON.stringify(disclosed)));
      }
      return all.join('\n');
    } finally {
      await database.close();
    }
  };
  const queueDump = async (): Promise<string> => {
    if (backend.kind !== 'redis') return '';
    const redis = new Redis(backend.queueUrl);
    const keys = await redis.keys('*');
    const dumps = await Promise.all(
      keys.map(async (key) => `${key} ${(await redis.dumpBuffer(key))?.toString('latin1')}`),
    );
    redis.disconnect();
    return dumps.join('\n');
  };
  const found = (text: string): string[] => {
    const lower = text.toLowerCase();
    return [...words].flatMap(([what, word]) => {
      const forms = [
        word.toLowerCase(),
        Buffer.from(word).toString('hex'),
        Buffer.from(word.toLowerCase()).toString('hex'),
      ];
      return forms.some((form) => lower.includes(form)) ? [what] : [];
    });
  };
  /** The files below a folder that hold one of the words as it is. What PostgreSQL has packed is in the dump, unpacked. */
  const foundInFiles = (root: string): { file: string; words: string[] }[] =>
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => {
        const bytes = fs.readFileSync(file);
        const forms = [...words].flatMap(([what, word]) => [
          [what, Buffer.from(word)] as const,
          [what, Buffer.from(word.toLowerCase())] as const,
        ]);
        const inIt = [...forms, ['Secret', secret] as const].filter(([, form]) => bytes.includes(form));
        return { file: path.relative(root, file), words: inIt.map(([what]) => what) };
      })
      .filter(({ words: inIt }) => inIt.length > 0);
  const bundle = async (body: object): Promise<{ id: string; bytes: Buffer }> => {
    const { id } = await installation.ok<{ id: string }>('POST', '/v1/exports', { body });
    const state = () => installation.ok<{ state: string }>('GET', `/v1/exports/${id}`);
    await until('the bundle', async () => (await state()).state === 'ready');
    const { url } = installation.process('api');
    const headers = { authorization: `Bearer ${installation.key}` };
    const answer = await fetch(`${url}/v1/exports/${id}/bundle`, { headers });
    return { id, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  const textOf = (bytes: Buffer): string => {
    const files = readZip(bytes);
    const lines = (files.get('entries.ndjson')?.toString() ?? '').split('\n').filter(Boolean);
    const wires = lines.flatMap((line) => (JSON.parse(line) as { disclosures: string[] }).disclosures);
    return [...files.values(), ...wires.map((wire) => Buffer.from(wire, 'base64url'))].map(String).join('\n');
  };

  it('is in no table, no queue, no log, no bundle, and in nothing that the keys still open', async () => {
    const externalId = the('External');
    await installation.ok('PUT', `/v1/contacts/${externalId}`, {
      body: {
        contactPoints: [{ channel: 'email', address: `${the('Address')}@people.example` }],
        ...{ account: the('Account'), attributes: { name: the('Name') } },
      },
    });
    await installation.contact('stays');
    await installation.ok('POST', `/v1/contacts/${externalId}/consents`, {
      body: {
        ...{ ...consent('granted'), wording: the('Wording'), source: the('Source') },
        evidence: { ip: the('Ip'), userAgent: the('Agent') },
      },
    });
    const send = (more: object = {}) =>
      installation.ok<{ id: string }>('POST', '/v1/messages', {
        body: { to: externalId, template: 'news', topic: 'newsletter', variables: { code: the('Variable') }, ...more },
        headers: { 'idempotency-key': randomUUID() },
      });
    const { id } = await send();
    await send({ sendAt: new Date(Date.now() + 3_600_000).toISOString() });
    await installation.ended([id]);
    await installation.ok('GET', `/v1/contacts/${externalId}/export`);
    const [own, whole] = [await bundle({ contact: externalId }), await bundle({})];

    const { rows } = await installation.admin.query<{ secret: Buffer }>(
      'SELECT s.secret FROM ledger.subject s JOIN consent.contact c ON c.subject_id = s.id WHERE c.external_id = $1',
      [externalId],
    );
    secret = rows[0]?.secret ?? secret;
    // All of it is there before, and the database has it on its disk and in its statistics.
    await installation.admin.query('ANALYZE');
    await installation.admin.query('CHECKPOINT');
    if (LONG) {
      const places = foundInFiles(postgres.folder).filter(({ file }) => file.includes('base/'));
      const there = new Set(places.flatMap((place) => place.words));
      expect([there.size > 3, there.has('Secret')]).toEqual([true, true]);
    }
    const before = `${await databaseDump()}\n${await opened()}\n${textOf(own.bytes)}`;
    expect(found(before).sort()).toEqual([...words.keys()].sort());
    expect(found(textOf(whole.bytes))).toContain('Ip');

    const receipt = await installation.ok<{ status: string }>('POST', `/v1/contacts/${externalId}/erasure`, {
      body: {},
    });
    expect(receipt.status).toBe('erased');
    for (const one of [own, whole]) {
      expect((await installation.request('GET', `/v1/exports/${one.id}/bundle`)).status).toBe(409);
    }
    const after = await bundle({});
    expect(found(textOf(after.bytes))).toEqual([]);
    expect(verifyBundle({ files: readZip(after.bytes), policy: trustPolicyOf(folder) }).verdict).toBe('holds');
    const dump = await databaseDump();
    expect(found(dump)).toEqual([]);
    expect(dump).not.toContain(secret.toString('hex'));
    expect(found(await opened())).toEqual([]);
    expect(found(await queueDump())).toEqual([]);
    for (const { output } of installation.processes) expect(found(output())).toEqual([]);
    expect(found(postgres.log())).toEqual([]);
    for (const name of fs.readdirSync(folder))
      expect(found(fs.readFileSync(path.join(folder, name), 'utf8'))).toEqual([]);
    await until('the list of the erased', () => fs.readFileSync(path.join(folder, 'erased.ndjson'), 'utf8') !== '');
  }, 180_000);

  // The short form looks at tables alone. Files take a server that has stopped.
  itInLongForm(
    'is in no file of the database either, once it is rewritten, nor in one of Redis',
    async () => {
      for (const app of ['api', 'worker'] as const) await installation.process(app).stop();
      // What a plain VACUUM has freed lies in the pages until it is written over; whole tables are written anew here.
      await installation.admin.query('VACUUM (FULL)');
      await installation.admin.query('CHECKPOINT');
      await postgres.stop();
      const files = foundInFiles(postgres.folder);
      expect(files.filter(({ file }) => !file.includes('pg_wal/'))).toEqual([]);
      // The server's write-ahead log has it until its segments are used again, which docs/operations.md says.
      expect(files.length).toBeGreaterThan(0);
      if (backend.kind === 'redis') {
        const redis = new Redis(backend.queueUrl);
        await redis.call('SAVE');
        const [, dir = ''] = await redis.config('GET', 'dir');
        redis.disconnect();
        const names = fs.readdirSync(dir, { recursive: true }).map(String);
        expect(names.some((name) => name.endsWith('.rdb'))).toBe(true);
        expect(names.some((name) => name.endsWith('.incr.aof'))).toBe(true);
        expect(foundInFiles(dir)).toEqual([]);
      }
      await postgres.restart();
    },
    180_000,
  );
};

// What a wake-up holds is the same few ids in both queues.
(LONG ? describeOnEachQueueBackend : describeOnPostgresQueues)('a person who was erased', suite);
