import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { type TestBrowser, describeInBrowser } from '../support/browser.js';
import { freePort } from '../../apps/cli/src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { consent, Installation } from '../support/installation.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { contradictions, readTruth } from '../support/truth.js';
import { until } from '../support/until.js';

/** RFC 8058 3.2: what a mail client posts, in the form it may choose; and what some send instead. */
const BODIES: readonly [string, () => RequestInit][] = [
  ['a form', () => ({ body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })],
  [
    'multipart',
    () => {
      const body = new FormData();
      body.set('List-Unsubscribe', 'One-Click');
      return { body };
    },
  ],
  ['no body', () => ({})],
  ['an empty form', () => ({ body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } })],
];

describe('journey B: a contact changes their mind', () => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    const port = await freePort();
    const center = { CENTER_PORT: String(port), CENTER_URL: `http://127.0.0.1:${port}` };
    installation = new Installation(database.urls, 'postgres', center);
    await Promise.all((['api', 'worker', 'center'] as const).map((app) => installation.startReady(app)));
    await installation.setUp(smtp.port);
  }, 120_000);
  afterAll(async () => {
    const mails = smtp.accepted.map(({ raw, recipients }) => ({
      messageId: /^message-id:\s*(\S+)\s*$/im.exec(raw.toString('latin1'))?.[1] ?? null,
      rcpt: recipients,
      at: '',
    }));
    const found = contradictions(await readTruth(installation), installation.acked, mails);
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
    expect(found).toEqual([]);
  }, 60_000);

  const sendTo = async (
    to: string,
    more: object = {},
  ): Promise<{ id: string; status: string; decision: { reason: string | null } }> =>
    installation.ok('POST', '/v1/messages', {
      body: { to, template: 'news', topic: 'newsletter', ...more },
      headers: { 'idempotency-key': randomUUID() },
    });
  const rawOf = (id: string): Buffer | undefined => smtp.accepted.find(({ raw }) => raw.includes(`<${id}@`))?.raw;
  /** A new contact, a real mail to them, and the URL in its header. */
  const oneClickUrl = async (contact: string): Promise<string> => {
    await installation.contact(contact);
    const { id } = await sendTo(contact);
    const raw = await until('the mail', () => rawOf(id));
    const header = (await PostalMime.parse(raw)).headers.find(({ key }) => key === 'list-unsubscribe');
    const url = /^<(http[^>]+)>$/.exec(header?.value ?? '')?.[1];
    if (url === undefined) throw new Error(`the mail has no way out: ${header?.value}`);
    return url;
  };
  /** Everything that says where people stand, as one hash. */
  const consentHash = async (): Promise<string> => {
    const hash = createHash('sha256');
    for (const table of ['consent_event', 'consent_state', 'suppression', 'contact', 'contact_point']) {
      const { rows } = await installation.admin.query<{ rows: string }>(
        `SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)), '[]')::text AS rows FROM consent.${table} t`,
      );
      hash.update(rows[0]?.rows ?? '');
    }
    // Messages still on their way add entries of their own.
    const { rows } = await installation.admin.query<{ n: string }>(
      `SELECT count(*) AS n FROM ledger.entry WHERE convert_from(leaf, 'UTF8') !~ '"t":"send\\.'`,
    );
    return hash.update(rows[0]?.n ?? '').digest('hex');
  };
  const history = async (contact: string): Promise<string[]> => {
    const { contactPoints } = await installation.ok<{
      contactPoints: { events: { kind: string; topic: string | null; method: string }[] }[];
    }>('GET', `/v1/contacts/${contact}/history`);
    return contactPoints.flatMap(({ events }) => events.map(({ kind, topic, method }) => `${kind} ${topic} ${method}`));
  };
  /** What each topic of somebody stands at. */
  const standing = async (contact: string): Promise<string[]> => {
    const { contactPoints } = await installation.ok<{
      contactPoints: { states: { topic: string | null; status: string }[] }[];
    }>('GET', `/v1/contacts/${contact}/consents`);
    return contactPoints.flatMap(({ states }) => states.map(({ topic, status }) => `${topic} ${status}`));
  };

  it.each(BODIES)(
    'leaves by one click with %s, and twice leaves everything as once did',
    async (name, request) => {
      const contact = `left-by-${name.replaceAll(' ', '-')}`;
      const url = await oneClickUrl(contact);
      const before = await history(contact);
      const first = await fetch(url, { method: 'POST', redirect: 'manual', ...request() });
      expect([first.status, first.headers.get('set-cookie')]).toEqual([200, null]);
      expect((await history(contact)).slice(before.length)).toEqual(['withdrawn newsletter one_click']);
      const afterOnce = await standing(contact);
      expect((await fetch(url, { method: 'POST', redirect: 'manual', ...request() })).status).toBe(200);
      expect(await standing(contact)).toEqual(afterOnce);
      // The second no is one of its own: a yes that was given elsewhere in between is over by it.
      expect((await history(contact)).slice(before.length)).toEqual(Array(2).fill('withdrawn newsletter one_click'));

      const next = await sendTo(contact);
      expect([next.status, next.decision.reason]).toEqual(['dropped', 'consent_withdrawn']);
      expect(rawOf(next.id)).toBeUndefined();
    },
    60_000,
  );

  it('leaves by however many clicks come at the same time, and loses none of them', async () => {
    const url = await oneClickUrl('impatient');
    const before = await history('impatient');
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(url, { method: 'POST' })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await history('impatient')).slice(before.length)).toEqual(Array(20).fill('withdrawn newsletter one_click'));
    expect(await standing('impatient')).toContain('newsletter withdrawn');
  }, 60_000);

  it('leaves nothing but what the mail was about', async () => {
    const url = await oneClickUrl('reader');
    await installation.ok('POST', '/v1/contacts/reader/consents', { body: consent('granted', ['events']) });
    await fetch(url, { method: 'POST' });
    expect((await sendTo('reader', { topic: 'events' })).status).toBe('queued');
    const receipt = await sendTo('reader', { template: 'receipt', topic: undefined, purpose: 'transactional' });
    expect(receipt.status).toBe('queued');
    await installation.ended([receipt.id]);
  }, 60_000);

  it.each([
    ['only an opt-out counts', 'permissive', 'withdrawn', 'consent_withdrawn'],
    ['only an objection counts', 'disabled', 'objected', 'objection'],
  ])(
    'stays away, where %s, when the address is taken from the contact and given back',
    async (_what, enforcement, kind, reason) => {
      const labels = { en: enforcement };
      await installation.ok('PUT', `/v1/purposes/${enforcement}`, {
        body: { enforcement, legalBasis: 'legitimate_interests', labels },
      });
      const contact = `back-${enforcement}`;
      const contactPoints = [{ channel: 'email', address: `${contact}@people.example` }];
      const put = (points: object) =>
        installation.ok('PUT', `/v1/contacts/${contact}`, { body: { contactPoints: points } });
      const send = () => sendTo(contact, { topic: undefined, purpose: enforcement });
      await put(contactPoints);
      expect((await send()).status).toBe('queued');
      await installation.ok('POST', `/v1/contacts/${contact}/consents`, {
        body: { ...consent(kind, []), purpose: enforcement },
      });
      const refused = (await send()).decision.reason;
      expect(refused).toBe(reason);
      await put([]);
      await put(contactPoints);
      expect((await send()).decision.reason).toBe(reason);
    },
    60_000,
  );

  it('is not changed by looking: GET, HEAD and OPTIONS, with whatever scanners and prefetchers send along', async () => {
    const url = await oneClickUrl('scanned');
    const before = await consentHash();
    const prefetch = { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender', 'x-moz': 'prefetch' };
    for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
      expect((await fetch(url, { method, headers: prefetch })).ok).toBe(true);
      await fetch(`${url}?List-Unsubscribe=One-Click`, { method });
      await fetch(url, { method, headers: { 'x-http-method-override': 'POST', 'x-http-method': 'POST' } });
    }
    expect(await consentHash()).toBe(before);
  }, 60_000);

  it('changes nothing for a link that nobody made, and says no more than that', async () => {
    const url = await oneClickUrl('forged');
    const before = await consentHash();
    const token = url.slice(url.lastIndexOf('/') + 1);
    const base = url.slice(0, url.lastIndexOf('/') + 1);
    const forged = [
      token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
      `B${token.slice(1)}`,
      token.slice(0, -4),
      `${token}AAAA`,
      'x',
      '%00',
    ];
    const answers = await Promise.all(
      forged.map(async (one) => {
        const answer = await fetch(base + one, { method: 'POST' });
        return [answer.status, await answer.text()] as const;
      }),
    );
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([404]));
    expect(new Set(answers.slice(0, -1).map(([, text]) => text)).size).toBe(1);
    expect(await consentHash()).toBe(before);
  }, 60_000);

  it('names what was already on its way, and starts nothing after it', async () => {
    await installation.contact('late');
    smtp.faultFor(1, { at: 'end', delayMs: 1500 });
    const flying = await sendTo('late');
    const waiting = await sendTo('late', { sendAt: new Date(Date.now() + 2000).toISOString() });
    await until('the first mail to be on its way', async () =>
      smtp.arrived.some(({ raw }) => raw.includes(`<${flying.id}@`)),
    );
    const change = await installation.ok<{ inFlight: string[] }>('POST', '/v1/contacts/late/consents', {
      body: consent('withdrawn'),
    });
    expect(change.inFlight).toEqual([flying.id]);
    smtp.fault = null;
    const ends = await installation.ended([flying.id, waiting.id]);
    expect([ends.get(flying.id), ends.get(waiting.id)]).toEqual(['sent', 'dropped']);
    expect(rawOf(waiting.id)).toBeUndefined();
  }, 60_000);

  it('orders an opt-out against the hand-overs around it: none starts at a later position, and all that fly are named', async () => {
    const contacts = Array.from({ length: 6 }, (_, i) => `racer${i}`);
    await Promise.all(contacts.map((contact) => installation.contact(contact)));
    smtp.fault = { at: 'end', delayMs: 500 };
    const results = await Promise.all(
      contacts.map(async (contact, i) => {
        const sending = Array.from({ length: 5 }, () => sendTo(contact));
        // Some leave whenever it happens to be, the others while a mail to them is certainly on its way.
        if (i % 2 === 0) await sleep(i * 40);
        else
          await until('a mail on its way', () =>
            smtp.arrived.some(({ recipients }) => recipients[0] === `${contact}@people.example`),
          );
        const change = await installation.ok<{ events: { entry: string }[]; inFlight: string[] }>(
          'POST',
          `/v1/contacts/${contact}/consents`,
          { body: consent('withdrawn') },
        );
        const messages = await Promise.all(sending);
        return { messages, left: change.events[0]?.entry ?? '', inFlight: change.inFlight };
      }),
    );
    await installation.ended(results.flatMap(({ messages }) => messages.map(({ id }) => id)));
    smtp.fault = null;
    await readTruth(installation); // by now every entry has its position
    const { rows } = await installation.admin.query<{ id: string; idx: string }>('SELECT id, idx FROM ledger.log');
    const position = new Map(rows.map(({ id, idx }) => [id, Number(idx)]));

    let flew = 0;
    for (const { messages, left, inFlight } of results) {
      const leftAt = position.get(left) ?? NaN;
      for (const { id } of messages) {
        const { steps } = await installation.ok<{ steps: { type: string; position: number }[] }>(
          'GET',
          `/v1/messages/${id}/explain`,
        );
        const started = steps.find(({ type }) => type === 'send.handover_started')?.position;
        const ended = steps.at(-1)?.position ?? NaN;
        if (started === undefined) continue;
        expect(started).toBeLessThan(leftAt);
        expect([id, inFlight.includes(id)]).toEqual([id, ended > leftAt]);
        if (ended > leftAt) flew += 1;
      }
    }
    expect(flew).toBeGreaterThan(0);
  }, 60_000);

  describeInBrowser('in a browser with JavaScript', (browser: TestBrowser) => {
    it('opening the link changes nothing, and the button on it leaves', async () => {
      const url = await oneClickUrl('clicking');
      const before = await consentHash();
      const page = await browser.newPage();
      await page.goto(url, { waitUntil: 'networkidle' });
      await page.reload({ waitUntil: 'networkidle' });
      expect(await consentHash()).toBe(before);

      await Promise.all([page.waitForLoadState('networkidle'), page.click('button[formaction*=leave]')]);
      await until('the change', async () => (await history('clicking')).at(-1) === 'withdrawn newsletter page');
      const next = await sendTo('clicking');
      expect(next.decision.reason).toBe('consent_withdrawn');
    }, 60_000);
  });
});
