import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ImportService, type ImportSummary } from '#lib/consent';
import { Gateway } from '../support/gateway.js';
import { buildOnce } from '../support/processes.js';
import { until } from '../support/until.js';

const ROWS = 5_000;
/** Rows that the service gives one transaction. */
const BATCH = 1_000;

/** What an import left: everything that a row of the file makes is counted by itself. */
interface Kept {
  readonly contacts: number;
  readonly points: number;
  readonly events: number;
  readonly states: number;
  readonly entries: number;
  readonly changes: number;
}

describe('an import that is killed with kill -9 in the middle', () => {
  let gateway: Gateway;
  const masterKey = randomBytes(32).toString('base64');
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-import-'));
  const file = path.join(dir, 'people.csv');
  beforeAll(async () => {
    buildOnce();
    gateway = await Gateway.start({ MASTER_KEY: masterKey });
    const person = (i: number): string =>
      `p${i},email,p${i}@people.example,commercial,newsletter,2026-01-01T00:00:00Z,web_form,Yes`;
    const header = 'externalId,channel,address,purpose,topics,occurredAt,method,wording';
    fs.writeFileSync(file, [header, ...Array.from({ length: ROWS }, (_, i) => person(i))].join('\n'));
  }, 120_000);
  afterAll(async () => {
    await gateway.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  /** Starts `consentctl import` as anybody does. */
  function start(...options: readonly string[]) {
    const main = path.resolve('dist', 'apps', 'cli', 'src', 'main.js');
    const child = spawn(process.execPath, [main, 'import', file, '--brand', 'spec', '--json', ...options], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        DATABASE_URL: gateway.database.urls.app,
        MASTER_KEY: masterKey,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const written: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => written.push(chunk));
    const ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as string | null,
    }));
    return { child, ended, output: () => Buffer.concat(written).toString('utf8') };
  }

  async function whole(...options: readonly string[]): Promise<ImportSummary> {
    const { ended, output } = start(...options);
    expect([(await ended).code, output()]).toEqual([0, expect.stringMatching(/^\{/)]);
    return JSON.parse(output()) as ImportSummary;
  }

  async function killedWhen(isTime: () => Promise<boolean>, ...options: readonly string[]): Promise<void> {
    const { child, ended, output } = start(...options);
    await until(
      () => `the import to be under way; it wrote ${output()}`,
      async () => child.exitCode !== null || (await isTime()),
      60_000,
    );
    child.kill('SIGKILL');
    expect([await ended, output()]).toEqual([{ code: null, signal: 'SIGKILL' }, '']);
    // PostgreSQL notices that its client is gone, and takes back what that had not committed.
    await until(
      () => 'the sessions of the dead process to end',
      async () =>
        (await count(
          `pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND state <> 'active'`,
        )) === 0,
      30_000,
    );
  }

  async function count(from: string): Promise<number> {
    const [row] = (await gateway.asAdmin(`SELECT count(*)::int AS n FROM ${from}`)) as { n: number }[];
    return row?.n ?? -1;
  }

  const kept = async (): Promise<Kept> => ({
    contacts: await count('consent.contact'),
    points: await count('consent.contact_point'),
    events: await count('consent.consent_event'),
    states: await count('consent.consent_state'),
    entries: await count(
      `ledger.entry WHERE convert_from(leaf, 'UTF8') LIKE '%"via":"import"%' OR convert_from(leaf, 'UTF8') LIKE '%"t":"consent.%'`,
    ),
    changes: await count('consent.import_change'),
  });
  const of = (people: number): Kept => ({
    contacts: people,
    points: people,
    // To the purpose and to the topic.
    events: 2 * people,
    states: 2 * people,
    entries: 4 * people,
    changes: 3 * people,
  });

  it('as a dry run leaves nothing but what is cleared away within the hour', async () => {
    await killedWhen(async () => (await count(`consent.import_rehearsal WHERE key <> ''`)) > 0, '--dry-run');
    expect(await kept()).toEqual(of(0));
    expect(await count('consent.import')).toBe(0);
    expect(await gateway.get(ImportService).forgetBrokenOff()).toBe(0);
    await gateway.asAdmin(`UPDATE consent.import_rehearsal SET at = at - interval '61 minutes'`);
    expect(await gateway.get(ImportService).forgetBrokenOff()).toBe(1);
    expect(await count('consent.import_rehearsal')).toBe(0);
  }, 120_000);

  it('has kept whole batches and says how many rows; the same file again brings in the others, and no row twice', async () => {
    await killedWhen(async () => (await count('consent.contact')) > 0);
    const before = await kept();
    const people = before.contacts;
    expect(people % BATCH).toBe(0);
    expect([0, ROWS]).not.toContain(people);
    expect(before).toEqual(of(people));
    const [broken] = await gateway.get(ImportService).list(gateway.brandId, null, 10);
    expect(broken).toMatchObject({ endedAt: null, counts: { rows: people, created: people } });

    const { id, counts } = await whole();
    expect(counts).toMatchObject({ rows: ROWS, created: ROWS - people, unchanged: people, refused: 0 });
    expect(await kept()).toEqual(of(ROWS));
    const again = await whole();
    expect(again.counts).toMatchObject({ created: 0, unchanged: ROWS });
    expect(await kept()).toEqual(of(ROWS));

    // What broke off can be taken back by itself.
    const undo = (which: string) => gateway.get(ImportService).undo(gateway.brandId, which, 'spec');
    expect(await undo(broken?.id ?? '')).toEqual({ retracted: 2 * people, contactPointsEnded: people });
    expect(await undo(id ?? '')).toEqual({ retracted: 2 * (ROWS - people), contactPointsEnded: ROWS - people });
  }, 300_000);
});
