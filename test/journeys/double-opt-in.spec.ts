import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { freePort } from '../../apps/cli/src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Installation } from '../support/installation.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { until } from '../support/until.js';

interface Event {
  readonly id: string;
  readonly topic: string | null;
  readonly kind: string;
  readonly request: string | null;
  readonly wording: string | null;
  readonly stated: { readonly flags?: readonly string[] };
}

describe('a consent that the owner of the address confirms', () => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    const port = await freePort();
    installation = new Installation(database.urls, 'postgres', {
      CENTER_PORT: String(port),
      CENTER_URL: `http://127.0.0.1:${port}`,
    });
    await Promise.all((['api', 'worker', 'center'] as const).map((app) => installation.startReady(app)));
    await installation.setUp(smtp.port);
    await installation.ok('PUT', '/v1/double-opt-in/email', { body: {} });
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
  }, 60_000);

  const ask = async (externalId: string, more: object = {}) =>
    installation.request('POST', '/v1/double-opt-ins', {
      body: {
        channel: 'email',
        address: `${externalId}@people.example`,
        externalId,
        language: 'de',
        purpose: 'commercial',
        topics: ['newsletter'],
        wording: 'Ja, ich will Neuigkeiten.',
        source: 'https://north.example/join',
        evidence: { ip: '192.0.2.33', userAgent: 'Mozilla/5.0 Form' },
        ...more,
      },
    });
  const mailsTo = (name: string) =>
    smtp.accepted.filter(({ recipients }) => recipients[0] === `${name}@people.example`);
  const mailTo = async (name: string) =>
    PostalMime.parse((await until('the mail', () => mailsTo(name).at(-1)))?.raw ?? '');
  const linkIn = async (name: string): Promise<string> => {
    const url = /^http:\S+\/c\/\S+$/m.exec((await mailTo(name)).text ?? '')?.[0];
    if (url === undefined) throw new Error('the mail has no link');
    return url;
  };
  /** What the button behind a link sends. */
  const wordsAt = async (link: string): Promise<URLSearchParams> => {
    const [, words] = /name="words" value="([^"]+)"/.exec(await (await fetch(link)).text()) ?? [];
    if (words === undefined) throw new Error('the page has no button');
    return new URLSearchParams({ words });
  };
  const history = async (contact: string): Promise<Event[]> => {
    const answer = await installation.ok<{ contactPoints: { events: Event[] }[] }>(
      'GET',
      `/v1/contacts/${contact}/history`,
    );
    return answer.contactPoints.flatMap(({ events }) => events);
  };
  const news = async (to: string) =>
    installation.ok<{ id: string; status: string; decision: { reason: string | null } }>('POST', '/v1/messages', {
      body: { to, template: 'news', topic: 'newsletter' },
      headers: { 'idempotency-key': randomUUID() },
    });
  const everything = async (): Promise<string> => {
    const hash = createHash('sha256');
    for (const table of ['consent_event', 'consent_state', 'contact', 'contact_point', 'double_opt_in']) {
      const { rows } = await installation.admin.query<{ rows: string }>(
        `SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)), '[]')::text AS rows FROM consent.${table} t`,
      );
      hash.update(rows[0]?.rows ?? '');
    }
    return hash.digest('hex');
  };

  it('is asked for by a neutral mail, changed by no look at its link, given by one button, once, and proven by both', async () => {
    expect((await ask('lena')).status).toBe(202);
    expect((await news('lena')).decision.reason).toBe('confirmation_pending');

    const mail = await mailTo('lena');
    expect(mail.subject).toBe('Bitte bestätigen Sie Ihre Adresse');
    expect(mail.headers.some(({ key }) => key.startsWith('list-unsubscribe'))).toBe(false);
    expect(`${mail.text}${mail.html}`).toContain('Das war ich nicht');
    expect(mail.html).not.toMatch(/<img|http(?!:\/\/127\.0\.0\.1:\d+\/c\/)/);
    const link = await linkIn('lena');
    expect(link).not.toMatch(/lena|people|%40|@/);

    const token = link.slice(link.lastIndexOf('/') + 1);
    const { rows: atRest } = await installation.admin.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM (
         SELECT m::text AS t FROM sending.message m UNION ALL SELECT i::text FROM sending.idempotency i
         UNION ALL SELECT o::text FROM consent.double_opt_in o) x WHERE t LIKE '%' || $1 || '%'`,
      [token],
    );
    expect(atRest).toEqual([{ n: 0 }]);

    const before = await everything();
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const url of [link, `${link}/not-me`]) expect((await fetch(url, { method })).ok).toBe(true);
    }
    expect(await (await fetch(link)).text()).toContain('<form method="post">');
    expect(await everything()).toBe(before);

    const bare = await fetch(link, { method: 'POST', redirect: 'manual' });
    expect([bare.status, await bare.text()]).toEqual([200, expect.stringContaining('Bestätigen')]);
    expect(await everything()).toBe(before);
    const body = await wordsAt(link);
    const confirmed = await fetch(link, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'user-agent': 'Mozilla/5.0 Browser' },
      body,
    });
    expect([confirmed.status, confirmed.headers.get('set-cookie')]).toEqual([200, null]);
    expect(await confirmed.text()).toContain('Bestätigt');
    const events = await history('lena');
    expect(events.map(({ kind, topic }) => `${kind} ${topic}`)).toEqual([
      'requested null',
      'requested newsletter',
      'confirmed null',
      'confirmed newsletter',
    ]);
    expect(events[1]?.wording).toBe('Ja, ich will Neuigkeiten.');
    // Each with its own: what stood on the form, and what stood above the button behind the link.
    expect(events[2]).toMatchObject({ request: events[0]?.id });
    expect(events[3]).toMatchObject({ request: events[1]?.id });
    expect(events[3]?.wording).toMatch(/^Möchten Sie an diese Adresse Nachrichten zu .* erhalten\? · Bestätigen$/);
    // Seconds after the mail, by a client that says it is no page: kept, and marked.
    expect(events[3]?.stated.flags).toEqual(expect.arrayContaining(['fast', 'not_from_page']));

    const after = await everything();
    const again = await Promise.all(Array.from({ length: 5 }, () => fetch(link, { method: 'POST', body })));
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await everything()).toBe(after);

    const sent = await news('lena');
    expect((await installation.ended([sent.id])).get(sent.id)).toBe('sent');
    const message = await installation.ok<{ reliedOn: unknown }>('GET', `/v1/messages/${sent.id}`);
    expect(message.reliedOn).toEqual({ purpose: events[2]?.id, topic: events[3]?.id });
  }, 90_000);

  it('is one however many buttons are pressed at the same time', async () => {
    await ask('many');
    const link = await linkIn('many');
    const body = await wordsAt(link);
    await Promise.all(Array.from({ length: 10 }, () => fetch(link, { method: 'POST', body })));
    expect((await history('many')).filter(({ kind }) => kind === 'confirmed')).toHaveLength(2);
  }, 60_000);

  it('is refused by "this was not me", and then no button gives it any more', async () => {
    await ask('victim');
    const link = await linkIn('victim');
    const body = await wordsAt(link);
    const denied = await fetch(`${link}/not-me`, { method: 'POST' });
    expect(await denied.text()).toContain('Vermerkt');
    const after = await everything();
    expect(await (await fetch(link, { method: 'POST', body })).text()).toContain('Vermerkt');
    expect(await everything()).toBe(after);
    expect((await history('victim')).at(-1)?.kind).toBe('refused');
    expect((await news('victim')).decision.reason).toBe('consent_denied');
  }, 60_000);

  it('is answered the same for every address, and mailed to none that is confirmed or was written to just now', async () => {
    const answers = [
      await ask('lena'),
      await ask('unknown'),
      await ask('unknown'),
      await ask('UNKNOWN', { externalId: undefined }),
    ];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await linkIn('unknown');
    const later = await ask('marker');
    expect(later.status).toBe(202);
    await linkIn('marker');
    expect([mailsTo('lena').length, mailsTo('unknown').length]).toEqual([2, 1]); // one confirmation and the news; one
  }, 60_000);

  it('cannot be given by a link that nobody made, that is over, or that is for something else: all the same page', async () => {
    await ask('slow');
    const link = await linkIn('slow');
    const base = link.slice(0, link.lastIndexOf('/') + 1);
    const token = link.slice(base.length);
    await installation.admin.query(
      `UPDATE consent.double_opt_in SET expires_at = date_trunc('milliseconds', now()) WHERE confirmed_at IS NULL`,
    );
    const before = await everything();
    const tried = [
      link,
      `${base}${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      `${base}x`,
      link.replace('/c/', '/u/'),
    ];
    const pages = await Promise.all(
      tried.map(async (url) => {
        const answer = await fetch(url, { method: 'POST' });
        return `${answer.status} ${await answer.text()}`;
      }),
    );
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toMatch(/^404 /);
    expect(await everything()).toBe(before);
  }, 60_000);
});
