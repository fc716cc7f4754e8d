import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { KeyService } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, newApiKey, newId, readConfig } from '#lib/platform';
import { Reconciler } from '#lib/sending';
import { createApp } from '../create-app.js';
import { RunningApi } from '../testing/running-api.js';

/** Whoever may write every row, and has no key of the deployment, opens nothing by it; the daily comparison says so. */
describe('rows of API keys that somebody wrote behind the product’s back', () => {
  let api: RunningApi;
  let admin: pg.Client;
  let key: string;
  let operator: string;
  let id: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    admin = new pg.Client({ connectionString: api.database.urls.admin });
    await admin.connect();
    await api.brand('acme', ['setup:read', 'reports:read']);
    await api.brand('other');
    key = await api.key({
      brand: 'acme',
      scopes: ['setup:read', 'keys:write'],
      test: true,
      expiresAt: Date.now() + 3_600_000,
    });
    operator = await api.key({});
    id = (await service(KeyService).authenticate(key))!.keyId;
  });
  afterAll(async () => {
    await admin.end();
    await api.stop();
  });
  afterEach(async () => {
    expect(await differences()).toEqual([]);
  });

  const service = <T>(token: abstract new (...args: never[]) => T): T => api.app.get(token, { strict: false });
  const differences = async (): Promise<string[]> => {
    const ring = api.app.get<KeyRing>(KEY_RING, { strict: false });
    const found = await new Reconciler(service(Database), service(LedgerService), ring).run();
    return found.differences.map(({ table, problem }) => `${table} ${problem}`).sort();
  };
  const status = async (text = key, path = '/v1/purposes'): Promise<number> =>
    (await api.send('GET', path, { key: text })).status;
  /** Changes the row, looks, and puts it back as it was. */
  const tampered = async <T>(set: string, look: () => Promise<T>): Promise<T> => {
    await admin.query(`CREATE TABLE public.kept AS TABLE consent.api_key`);
    await admin.query(`UPDATE consent.api_key SET ${set} WHERE id = $1`, [id]);
    try {
      return await look();
    } finally {
      await admin.query(`
        UPDATE consent.api_key k SET (brand_id, scopes, test, expires_at, revoked_at, secret_hash, binding, public_id)
             = (SELECT brand_id, scopes, test, expires_at, revoked_at, secret_hash, binding, public_id FROM public.kept WHERE id = k.id);
        DROP TABLE public.kept`);
    }
  };

  it('open nothing with a secret of their own, and are found', async () => {
    const forged = newApiKey(false);
    const insert = `INSERT INTO consent.api_key (id, public_id, brand_id, name, secret_hash, scopes, test, binding)
                    SELECT $1, $2, NULL, 'forged', $3, scopes, false, binding FROM consent.api_key WHERE brand_id IS NULL`;
    const own = newId();
    await admin.query(insert, [own, forged.publicId, forged.secretHash]);
    expect([await status(operator, '/v1/brands'), await status(forged.text, '/v1/brands')]).toEqual([200, 401]);
    expect(await differences()).toEqual(['consent.api_key is in no entry of the log']);
    await admin.query(`UPDATE consent.api_key SET binding = NULL WHERE id = $1`, [own]);
    expect(await status(forged.text, '/v1/brands')).toBe(401);
    await admin.query('DELETE FROM consent.api_key WHERE id = $1', [own]);
  });

  it.each([
    ['more scopes', `scopes = scopes || '{setup:write,contacts:read}'`, 'scopes'],
    ['another brand', `brand_id = (SELECT id FROM consent.brand WHERE key = 'other')`, 'brand_id'],
    ['no brand', `brand_id = NULL`, 'brand_id'],
    ['what leaves the machine', `test = false`, 'test'],
    ['a later end', `expires_at = expires_at + interval '1 year'`, 'expires_at'],
    ['no end', `expires_at = NULL`, 'expires_at'],
    ['nothing that binds it', `binding = NULL`, 'binding'],
  ])('open nothing with %s, and are found', async (_what, set, column) => {
    expect(await status()).toBe(200);
    expect(await tampered(set, async () => [await status(), await differences()])).toEqual([
      401,
      [`consent.api_key says otherwise than its entry: ${column}`],
    ]);
    expect(await status()).toBe(200);
  });

  it('open nothing for whoever was signed in before, and are not issued anew as they are', async () => {
    const keys = service(KeyService);
    const keyId = id;
    const widened = `scopes = scopes || '{reports:read}'`;
    const rotate = () => api.send('POST', `/v1/keys/${keyId}/rotate`, { key: operator, body: {} });
    const [standing, rotated] = await tampered(
      widened,
      async () => [await keys.standing(keyId), await rotate()] as const,
    );
    expect([standing, rotated.status, rotated.text]).toEqual([
      null,
      409,
      expect.stringContaining('not stored as it was'),
    ]);
    expect(await keys.standing(keyId)).toMatchObject({ keyId });
  });

  it('open nothing once they were revoked, and are found', async () => {
    const revoked = await api.key({ brand: 'acme', scopes: ['setup:read'] });
    const { keyId } = (await service(KeyService).authenticate(revoked))!;
    expect((await api.send('DELETE', `/v1/keys/${keyId}`, { key: operator })).status).toBe(204);
    const set = (to: string) => admin.query(`UPDATE consent.api_key SET revoked_at = ${to} WHERE id = $1`, [keyId]);
    const { rows } = await admin.query<{ at: string }>(
      `SELECT revoked_at::text AS at FROM consent.api_key WHERE id = $1`,
      [keyId],
    );
    await set('NULL');
    expect([await status(revoked), await differences()]).toEqual([
      401,
      ['consent.api_key says otherwise than its entry: revoked_at'],
    ]);
    await set(`'${rows[0]!.at}'`);
  });

  it('are as the log has them after a rotation, to the instant at which the old key ends', async () => {
    const old = await api.key({ brand: 'acme', scopes: ['setup:read'] });
    const { keyId } = (await service(KeyService).authenticate(old))!;
    const rotated = await api.send('POST', `/v1/keys/${keyId}/rotate`, { key: operator, body: { overlapHours: 1 } });
    expect([rotated.status, await status(old), await status(rotated.json<{ key: string }>().key)]).toEqual([
      201, 200, 200,
    ]);
    expect(await differences()).toEqual([]);
    const later = (hours: number) =>
      admin.query(`UPDATE consent.api_key SET expires_at = expires_at + make_interval(hours => $2) WHERE id = $1`, [
        keyId,
        hours,
      ]);
    await later(1);
    expect([await status(old), await differences()]).toEqual([
      401,
      ['consent.api_key says otherwise than its entry: expires_at'],
    ]);
    await later(-1);
  });
});

describe('keys that versions before stored', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.urls.admin });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  const written = async (): Promise<string> => {
    const { text, publicId, secretHash } = newApiKey(false);
    await admin.query(
      `INSERT INTO consent.api_key (id, public_id, name, secret_hash, scopes, test) VALUES ($1, $2, 'before', $3, '{brands:write,setup:read}', false)`,
      [newId(), publicId, secretHash],
    );
    return text;
  };
  const masterKey = randomBytes(32).toString('base64');
  /** What these keys get from a process that starts now, and what an operator who lets them be bound is told. */
  const started = async <T>(look: (app: NestFastifyApplication) => Promise<T>): Promise<T> => {
    const config = readConfig({
      ...{ NODE_ENV: 'test', DATABASE_URL: database.urls.app, LOG_LEVEL: 'silent', MASTER_KEY: masterKey },
    });
    const app = await createApp(config);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    try {
      return await look(app);
    } finally {
      await app.close();
    }
  };
  const answers = (...texts: string[]): Promise<number[]> =>
    started(async (app) => {
      const all: number[] = [];
      for (const text of texts) {
        const headers = { authorization: `Bearer ${text}` };
        all.push((await app.inject({ method: 'GET', url: '/v1/brands', headers })).statusCode);
      }
      return all;
    });
  const adopt = () => started((app) => app.get(KeyService, { strict: false }).adopt({ by: 'spec', at: Date.now() }));
  /** Has the entry that tells of the adoption be of a type that there is not, or be as it was. */
  const retyped = async (from: string, to: string): Promise<number | null> => {
    const { rows } = await admin.query<{ name: string }>(`
      SELECT quote_ident(tgname) AS name FROM pg_trigger WHERE tgrelid = 'ledger.entry'::regclass AND NOT tgisinternal`);
    await admin.query('ALTER TABLE ledger.entry DISABLE TRIGGER ALL');
    const { rowCount } = await admin.query(`
      UPDATE ledger.entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"t":"${from}"', '"t":"${to}"'), 'UTF8')
       WHERE position(convert_to('"t":"${from}"', 'UTF8') IN leaf) > 0`);
    await admin.query('ALTER TABLE ledger.entry ENABLE TRIGGER ALL');
    for (const { name } of rows) await admin.query(`ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER ${name}`);
    return rowCount;
  };

  it('open nothing until an operator lets them be bound, and none does that is written afterwards', async () => {
    const before = await written();
    expect(await answers(before)).toEqual([401]);
    expect(await adopt()).toBe(1);
    const after = await written();
    expect(await answers(before, after)).toEqual([200, 401]);
    expect(await adopt()).toBeNull();
    expect(await answers(before, after)).toEqual([200, 401]);
    // Whoever writes every row has the log say that nobody ever let any be bound.
    expect(await retyped('keys.adopted', 'keys.adopteD')).toBe(1);
    expect(await answers(before, after)).toEqual([200, 401]);
    expect(await retyped('keys.adopteD', 'keys.adopted')).toBe(1);
    expect(await answers(before, after)).toEqual([200, 401]);
  });
});
