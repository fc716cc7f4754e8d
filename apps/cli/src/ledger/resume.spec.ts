import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ERASED_FILE, KEY_FILE, LedgerService, Publisher, Sequencer } from '#lib/ledger';
import { Database, deriveKeys } from '#lib/platform';
import { ED25519, signingKey, writeSigningKey } from '#lib/proof';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { CommandEnd } from '../command.js';
import { resume } from './resume.js';

describe('consentctl ledger resume', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consentctl-resume-'));
  const masterKey = randomBytes(32);
  const { ledgerKek, ledgerMac } = deriveKeys(masterKey);
  const keys = { kek: ledgerKek, macKey: ledgerMac };
  const ledger = new LedgerService(keys);
  const ledgerFolder = (name: string, seed: number): string => {
    const made = path.join(folder, name);
    fs.mkdirSync(made);
    const line = writeSigningKey(signingKey(`${name}.example/ledger`, ED25519, Buffer.alloc(32, seed)));
    fs.writeFileSync(path.join(made, KEY_FILE), `${line}\n`, { mode: 0o600 });
    fs.writeFileSync(path.join(made, ERASED_FILE), '');
    return made;
  };
  const [first, second] = [ledgerFolder('first', 1), ledgerFolder('second', 2)];
  let server: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    server = await createTestDatabase();
    database = new Database({ url: server.urls.app, max: 2 });
    Object.assign(process.env, {
      DATABASE_URL: server.urls.app,
      MASTER_KEY: masterKey.toString('base64'),
      LEDGER_DIR: second,
    });
  });
  afterAll(async () => {
    await database.close();
    await server.drop();
    fs.rmSync(folder, { recursive: true });
    for (const name of ['DATABASE_URL', 'MASTER_KEY', 'LEDGER_DIR']) Reflect.deleteProperty(process.env, name);
  });

  /** What a worker with that folder says of the log, once everything that waits is in it. */
  const looked = async (dir: string): Promise<string | null> => {
    const url = server.urls.sequencer;
    const sequencer = new Sequencer({ url, keys });
    await sequencer.runOnce();
    await sequencer.stop();
    const told: (string | null)[] = [];
    const publisher = new Publisher({ url, folder: dir, onProblem: (problem) => told.push(problem) });
    publisher.start();
    await until('it to say something', () => told.length > 0);
    await publisher.stop();
    return told[0] ?? null;
  };
  const entries = async (): Promise<number> => (await ledger.entries(database.tx, -1, 100)).entries.length;
  const said = (): Promise<unknown> =>
    resume(['--by', 'Ada', '--reason', 'the key is lost']).catch((error: unknown) => {
      if (!(error instanceof CommandEnd)) throw error;
      return [error.exitCode, error.message];
    });

  it('is refused while nothing was signed, and while the log is signed and nothing contradicts it', async () => {
    await database.transaction((tx) => ledger.begin(tx, Date.now()));
    expect(await said()).toEqual([2, expect.stringContaining('There is no log')]);
    expect(await looked(first)).toBeNull();
    expect(await ledger.hold(database.tx)).toBeNull();
    expect(await said()).toEqual([2, expect.stringContaining('start one with this LEDGER_DIR first')]);
    // Nothing is left of what was refused.
    expect([await looked(first), await entries()]).toEqual([null, 1]);
  });

  it('is refused where nobody has looked at the log since, as after a restart of its database', async () => {
    const admin = new pg.Client({ connectionString: server.urls.admin });
    await admin.connect();
    await admin.query("UPDATE ledger.publisher SET recognised = 'as before the restart'");
    await admin.end();
    expect(await ledger.hold(database.tx)).toMatchObject({ kind: 'unrecognised' });
    expect(await said()).toEqual([2, expect.stringContaining('start one with this LEDGER_DIR first')]);
    expect([await looked(first), await ledger.hold(database.tx), await entries()]).toEqual([null, null, 1]);
  });

  it('is taken once a worker with the new folder has said that nobody has said that it follows', async () => {
    expect(await looked(second)).toContain('nobody has said that second.example/ledger follows it');
    expect(await said()).toBe(0);
    expect(await looked(second)).toBeNull();
    expect(await ledger.hold(database.tx)).toBeNull();
  });
});
