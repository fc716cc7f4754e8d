import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { newApiKey, newId } from '#lib/platform';
import { run } from './adopt.js';

describe('consentctl adopt', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  const before = { ...process.env };
  beforeAll(async () => {
    database = await createTestDatabase();
    admin = new pg.Client({ connectionString: database.urls.admin });
    await admin.connect();
    Object.assign(process.env, {
      DATABASE_URL: database.urls.app,
      MASTER_KEY: randomBytes(32).toString('base64'),
    });
  });
  afterAll(async () => {
    process.env = before;
    await admin.end();
    await database.drop();
  });

  const written = async (name: string): Promise<void> => {
    const { publicId, secretHash } = newApiKey(false);
    await admin.query(
      `INSERT INTO consent.api_key (id, public_id, name, secret_hash, scopes, test) VALUES ($1, $2, $3, $4, '{setup:read}', false)`,
      [newId(), publicId, name, secretHash],
    );
  };
  const said = async (...argv: string[]): Promise<{ code: number; text: string }> => {
    const lines: string[] = [];
    const { log } = console;
    console.log = (line: string) => void lines.push(line);
    const code = await run(argv).finally(() => (console.log = log));
    return { code, text: lines.join('\n') };
  };
  const told = async () =>
    (
      await admin.query<{ leaf: { t: string; cnt: number } }>(
        `SELECT convert_from(leaf, 'UTF8')::jsonb AS leaf FROM ledger.entry ORDER BY n`,
      )
    ).rows.flatMap(({ leaf: { t, cnt } }) => (t.endsWith('.adopted') ? [`${t} ${cnt}`] : []));

  it('has an operator look first, binds once on their word, and names what is written afterwards', async () => {
    expect(await said()).toEqual({ code: 0, text: '' });
    await written('one of before');
    const looked = await said();
    expect([looked.code, looked.text.split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(/ operator {2}"one of before" {2}setup:read$/),
        expect.stringMatching(/nothing was changed/),
      ],
    ]);
    expect(await told()).toEqual([]);
    expect(await said('--by', 'Ada')).toEqual({ code: 0, text: 'addresses told: 0\nkeys bound: 1' });
    expect(await said()).toEqual({ code: 0, text: '' });
    expect(await told()).toEqual(['addresses.adopted 0', 'keys.adopted 1']);

    await written('forged');
    const again = await said('--by', 'Ada');
    expect([again.code, again.text]).toEqual([
      1,
      expect.stringMatching(
        /^The log was told of addresses before\.\nKeys were bound before\.\n.*"forged".*\n.*since they were bound/,
      ),
    ]);
    expect(await told()).toHaveLength(2);
  });
});
