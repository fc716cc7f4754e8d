import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeOptOutToken } from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { deriveKeys, newId } from '#lib/platform';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { consent, Installation } from '../support/installation.js';
import { until } from '../support/until.js';

let postgres: DurablePostgres;
let installation: Installation;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'frozen-'));
  postgres = await startDurablePostgres();
  installation = new Installation(postgres.urls, 'postgres', { CENTER_JOURNAL_DIR: path.join(folder, 'opt-outs') });
  await Promise.all([installation.startReady('api'), installation.startReady('center')]);
  await installation.setUp(9);
}, 120_000);
afterAll(async () => {
  await installation.end();
  await postgres.remove();
  rmSync(folder, { recursive: true });
});

/** Address of the opt-out link of a mail about the newsletter. */
async function linkOf(externalId: string): Promise<string> {
  const { rows } = await installation.admin.query<{ point: ContactPointId; topic: string }>(
    `SELECT p.id AS point, t.id AS topic FROM consent.contact c JOIN consent.contact_point p ON p.contact_id = c.id
       JOIN consent.topic t ON t.brand_id = c.brand_id AND t.key = 'newsletter' WHERE c.external_id = $1`,
    [externalId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`${externalId} has no link`);
  const link = { contactPointId: row.point, scopeId: row.topic, messageId: newId<MessageId>() };
  const { links } = deriveKeys(Buffer.from(installation.masterKey, 'base64'));
  return `${installation.process('center').url}/u/${makeOptOutToken(links, link)}`;
}

it('a PostgreSQL whose processes stand still is away: wishes are kept, the api says when to come again, all is done after', async () => {
  const people = await installation.contacts(3);
  const [clicking = '', leaving = '', looking = ''] = await Promise.all(people.map(linkOf));
  postgres.freeze();
  const timed = async (
    asked: Promise<Response>,
  ): Promise<{ status: number; text: string; again: string | null; ms: number }> => {
    const begun = performance.now();
    const response = await asked;
    const text = await response.text();
    return { status: response.status, text, again: response.headers.get('retry-after'), ms: performance.now() - begun };
  };
  const english = { headers: { 'accept-language': 'en' } };
  let answers: Awaited<ReturnType<typeof timed>>[];
  try {
    answers = await Promise.all([
      timed(fetch(clicking, { method: 'POST', ...english })),
      timed(fetch(`${leaving}?act=leave`, { method: 'POST', ...english })),
      timed(fetch(looking, english)),
      timed(
        fetch(`${installation.process('api').url}/v1/contacts/${people[2]}/consents`, {
          method: 'POST',
          headers: { authorization: `Bearer ${installation.key}`, 'content-type': 'application/json' },
          body: JSON.stringify(consent('withdrawn')),
        }),
      ),
    ]);
  } finally {
    postgres.thaw();
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 503]);
  expect(answers.slice(0, 2).every(({ text }) => text.includes('written down'))).toBe(true);
  expect(answers[3]?.again).toBe('2');
  // Five seconds, or ten for whoever waits for a connection first.
  for (const { ms } of answers) expect(ms).toBeLessThan(12_000);

  await until('both wishes are carried out', async () => {
    const { rows } = await installation.admin.query<{ n: string }>(
      `SELECT count(DISTINCT contact_point_id) AS n FROM consent.consent_event WHERE kind = 'withdrawn'`,
    );
    return Number(rows[0]?.n) >= 2;
  });
  const again = { body: consent('withdrawn') };
  await until(
    'the api withdraws',
    async () => (await installation.request('POST', `/v1/contacts/${people[2]}/consents`, again)).status < 300,
  );
  let seen = '';
  const center = installation.process('center');
  await until(
    () => `the center to be ready: ${seen}\n${center.output().slice(-3000)}`,
    async () => {
      const ready = await fetch(`${center.url}/readyz`);
      seen = await ready.text();
      return ready.ok && seen.includes('"opt-outs":{"status":"up","waiting":0,"setAside":0}');
    },
    30_000,
  );
}, 120_000);
