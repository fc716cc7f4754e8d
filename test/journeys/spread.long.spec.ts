import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Installation } from '../support/installation.js';
import { type SmtpRecorder, startSmtpRecorder } from '../support/smtp-recorder.js';
import { NO_LAW } from '../support/no-law.js';

const MESSAGES = 60;
const BURST = 10;
const PER_SECOND = 20;
const INTERVAL_MS = 1000 / PER_SECOND;
const MINUTE_MS = 60_000;
/** For all to be accepted while it is still quiet. */
const HEADSTART_MS = 12_000;

/** Quiet from an hour ago to the next full minute that leaves time enough; the wall clock of Berlin is the brand's. */
function quietUntilNextMinute(): { rule: object; end: number } {
  const end = Math.ceil((Date.now() + HEADSTART_MS) / MINUTE_MS) * MINUTE_MS;
  const clock = (at: number): string =>
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Berlin' }).format(at);
  const windows = [{ days: [1, 2, 3, 4, 5, 6, 7], start: clock(end - 3_600_000), end: clock(end) }];
  return { rule: { id: 'night', channels: ['email'], classes: ['commercial'], windows, action: 'defer' }, end };
}

describe('many messages that were held until the same end of quiet hours', () => {
  let database: TestDatabase;
  let installation: Installation;
  let recorder: SmtpRecorder;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'spread-'));
    [database, recorder] = await Promise.all([createTestDatabase(), startSmtpRecorder(path.join(folder, 'mail.log'))]);
    installation = new Installation(database.urls, 'postgres');
    await Promise.all([
      installation.startReady('api'),
      installation.startReady('worker'),
      installation.startReady('worker'),
    ]);
    await installation.setUp(recorder.port);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([database.drop(), recorder.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('leave one by one at the rate, none earlier, however many the bucket would let burst out', async () => {
    const contacts = await installation.contacts(MESSAGES);
    const { rule, end } = quietUntilNextMinute();
    const rate = { id: 'flow', scope: 'brand', permits: PER_SECOND, interval: 'PT1S', burst: BURST };
    await installation.ok('POST', '/v1/policies', {
      body: { key: 'default', caps: [], quietHours: [rule], rates: [rate], jurisdiction: NO_LAW },
    });
    const ids = (await installation.sendBulk(contacts)).map(({ id }) => id ?? 'never acknowledged');
    const { rows: held } = await installation.admin.query<{ n: string }>(
      `SELECT count(*) AS n FROM sending.message WHERE status = 'queued' AND reason = 'quiet_hours' AND not_before = to_timestamp($1)`,
      [end / 1000],
    );
    expect(Number(held[0]?.n)).toBe(MESSAGES);

    const ends = await installation.ended(ids, 120_000);
    expect([...ends.values()]).toEqual(ids.map(() => 'sent'));
    const { rows } = await installation.admin.query<{ leaf: string }>(
      `SELECT convert_from(leaf, 'UTF8') AS leaf FROM ledger.entry WHERE convert_from(leaf, 'UTF8') LIKE '%"send.handover_started"%'`,
    );
    const turns = ascending(rows.map(({ leaf }) => Date.parse((JSON.parse(leaf) as { now: string }).now)));
    const arrivals = ascending(recorder.recorded().map(({ at }) => Date.parse(at)));
    expect([turns.length, arrivals.length]).toEqual([MESSAGES, MESSAGES]);
    expect(Math.min(...turns)).toBeGreaterThanOrEqual(end);
    expect(Math.min(...turns.slice(1).map((turn, i) => turn - (turns[i] ?? 0)))).toBeGreaterThanOrEqual(INTERVAL_MS);
    // Each is at the mail server after its turn and not before; two processes may read one clock a millisecond apart.
    expect(Math.min(...arrivals.map((at, i) => at - (turns[i] ?? Infinity)))).toBeGreaterThanOrEqual(-1);
  }, 240_000);
});

function ascending(instants: readonly number[]): number[] {
  return instants.toSorted((a, b) => a - b);
}
