import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { MessageId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { AttemptService, HandOverService } from '#lib/sending';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

describe('what mail servers report', () => {
  let api: RunningApi;
  let key: string;
  let stranger: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    stranger = await api.brand('other');
    await setUpSending(api, key);
  });
  afterAll(async () => api.stop());

  /** A message that left, to somebody who wants the news. */
  const sent = async (): Promise<{ id: MessageId; name: string }> => {
    const name = `c-${randomUUID()}`;
    const contactPoints = [{ channel: 'email', address: `${name}@people.example` }];
    await api.send('PUT', `/v1/contacts/${name}`, { key, body: { contactPoints } });
    const wish = {
      channel: 'email',
      purpose: 'commercial',
      topics: ['newsletter'],
      kind: 'granted',
      wording: 'Yes, please.',
    };
    const consent = { ...wish, legalBasis: 'consent', method: 'web_form' };
    await api.send('POST', `/v1/contacts/${name}/consents`, { key, body: consent });
    const { id } = (await message(name)).json<{ id: MessageId }>();
    const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.get<T>(token, { strict: false });
    await get(HandOverService).handOver(await get(AttemptService).attempt([id]));
    return { id, name };
  };
  const message = (to: string) =>
    api.send('POST', '/v1/messages', {
      key,
      body: { to, template: 'news', topic: 'newsletter' },
      headers: { 'idempotency-key': randomUUID() },
    });
  const touches = async (id: MessageId): Promise<string[]> => {
    const rows = await api.app.get(Database, { strict: false }).tx.sql<{ what: string }>`
      SELECT concat_ws(' ', type, bounce, smtp_status) AS what FROM sending.touch WHERE message_id = ${id} ORDER BY recorded_at`;
    return rows.map(({ what }) => what);
  };
  const bring = (raw: string, who = key) =>
    api.send('POST', '/v1/inbound/mail', { key: who, raw: raw.replaceAll('\n', '\r\n'), headers: { 'content-type': 'message/rfc822' } }); // prettier-ignore
  const report = (
    kind: string,
    part: string,
    original: string,
    to = 'bounces@acme.example',
  ) => `From: MAILER-DAEMON@mx.example
To: ${to}
Subject: Undelivered Mail
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=${kind}; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/${kind}

${part}

--b
${original}

--b--
`;
  const quoted = (id: string) => `Content-Type: message/rfc822

Message-ID: <${id}@acme.example>
Subject: News

News`;
  const headersOnly = (id: string) => `Content-Type: text/rfc822-headers

Message-ID: <${id}@acme.example>
Subject: News`;
  const failed = (status: string) => `Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ada@people.example
Action: failed
Status: ${status}`;
  const ABUSE = 'Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1';
  const recorded = { outcome: 'reported', why: null, changed: false, forReview: false, inFlight: [] };
  const ignored = { outcome: 'ignored', why: 'bounce', changed: false, forReview: false, inFlight: [] };

  it('that an address does not exist ends it; twice is the same as once', async () => {
    const { id, name } = await sent();
    const dsn = report('delivery-status', failed('5.1.1'), quoted(id));
    expect((await bring(dsn)).json()).toEqual(recorded);
    expect((await bring(dsn)).json()).toEqual(recorded);
    expect(await touches(id)).toEqual(['sent', 'bounced hard 5.1.1']);
    expect((await message(name)).json()).toMatchObject({ decision: { reason: 'suppressed_bounce' } });
  });

  it('that a mailbox is full is about this message', async () => {
    const { id, name } = await sent();
    expect((await bring(report('delivery-status', failed('5.2.2'), headersOnly(id)))).json()).toEqual(recorded);
    expect(await touches(id)).toEqual(['sent', 'bounced soft 5.2.2']);
    expect((await message(name)).json()).toMatchObject({ decision: { outcome: 'pass' } });
  });

  it('names its message by the return path where it quotes nothing', async () => {
    const { id } = await sent();
    const nothing = 'Content-Type: text/plain\n\n';
    const to = `bounces+${id}@acme.example`;
    expect((await bring(report('delivery-status', failed('5.1.1'), nothing, to))).json()).toEqual(recorded);
    expect(await touches(id)).toEqual(['sent', 'bounced hard 5.1.1']);
  });

  it('that somebody complained ends the address for good', async () => {
    const { id, name } = await sent();
    expect((await bring(report('feedback-report', ABUSE, quoted(id)))).json()).toEqual(recorded);
    expect(await touches(id)).toEqual(['sent', 'complained']);
    expect((await message(name)).json()).toMatchObject({ decision: { reason: 'suppressed_complaint' } });
  });

  it('words alone do, where a server or a provider writes no reports', async () => {
    const [gone, complained] = [await sent(), await sent()];
    const bounce = `From: MAILER-DAEMON@mx.example\nTo: bounces+${gone.id}@acme.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.\n\n<ada@people.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nSubject: News\n\nNews`;
    const complaint = `From: staff@hotmail.com\nTo: bounces@acme.example\nSubject: complaint about message from 192.0.2.7\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n${quoted(complained.id)}\n\n--b--\n`;
    for (const raw of [bounce, complaint, bounce, complaint]) expect((await bring(raw)).json()).toEqual(recorded);
    expect(await touches(gone.id)).toEqual(['sent', 'bounced hard 5.1.1']);
    expect(await touches(complained.id)).toEqual(['sent', 'complained']);
    expect((await message(gone.name)).json()).toMatchObject({ decision: { reason: 'suppressed_bounce' } });
    expect((await message(complained.name)).json()).toMatchObject({ decision: { reason: 'suppressed_complaint' } });
  });

  it.each([
    ['years ago', 'Mon, 01 Jan 2024 00:00:00 +0000'],
    ['tomorrow', new Date(Date.now() + 86_400_000).toUTCString()],
  ])('a clock that says %s takes nothing from a bounce or a complaint', async (_when, date) => {
    const [first, second] = [await sent(), await sent()];
    const bounce = report('delivery-status', `${failed('5.1.1')}\nLast-Attempt-Date: ${date}`, quoted(first.id));
    const complaint = report('feedback-report', `${ABUSE}\nArrival-Date: ${date}`, quoted(second.id));
    for (const raw of [bounce, complaint, bounce, complaint]) expect((await bring(raw)).json()).toEqual(recorded);
    expect(await touches(first.id)).toEqual(['sent', 'bounced hard 5.1.1']);
    expect(await touches(second.id)).toEqual(['sent', 'complained']);
    expect((await message(first.name)).json()).toMatchObject({ decision: { reason: 'suppressed_bounce' } });
    expect((await message(second.name)).json()).toMatchObject({ decision: { reason: 'suppressed_complaint' } });
  });

  it('a complaint names its message by the return path where the mail in it has no id', async () => {
    const { id, name } = await sent();
    const part = `${ABUSE}\nOriginal-Mail-From: <bounces+${id}@acme.example>`;
    const original = 'Content-Type: message/rfc822\n\nSubject: News\n\nNews';
    expect((await bring(report('feedback-report', part, original))).json()).toEqual(recorded);
    expect((await message(name)).json()).toMatchObject({ decision: { reason: 'suppressed_complaint' } });
  });

  it('a mail that answers one of ours is a reply, once, with its ledger entry; what a machine answers is none', async () => {
    const { id } = await sent();
    const answer = (more: string) =>
      `From: ada@people.example\nTo: news@acme.example\nSubject: Re: News\nMessage-ID: <1@x>\nIn-Reply-To: <${id}@acme.example>\n${more}\nThank you!\n`;
    expect((await bring(answer('Auto-Submitted: auto-replied\n'))).json()).toMatchObject({ why: 'auto_reply' });
    expect(await touches(id)).toEqual(['sent']);
    for (const more of ['', 'Received: again\n'])
      expect((await bring(answer(more))).json()).toMatchObject({ why: 'unclear' });
    await bring(answer('').replace('<1@x>', '<2@x>'), stranger);
    expect(await touches(id)).toEqual(['sent', 'replied']);
  });

  it('who answers from another mailbox leaves where they were written to; who was only passed the mail on does not make them', async () => {
    const { id, name } = await sent();
    const answer = (from: string, thread: string) =>
      `From: ${from}@gmail.example\nTo: news@acme.example\nSubject: Re: News\nMessage-ID: <${randomUUID()}@x>\n${thread}\n\nPlease unsubscribe me.\n`;
    const ours = `<${id}@acme.example>`;
    const passedOn = `In-Reply-To: <${randomUUID()}@people.example>\nReferences: ${ours} <b@people.example>`;
    expect((await bring(answer('colleague', passedOn))).json()).toMatchObject({ outcome: 'left' });
    expect((await bring(answer('thief', `In-Reply-To: ${ours}`), stranger)).json()).toMatchObject({ outcome: 'left' });
    expect((await message(name)).json()).toMatchObject({ decision: { outcome: 'pass' } });
    expect((await bring(answer('private', `In-Reply-To: ${ours}`))).json()).toMatchObject({
      outcome: 'left',
      changed: true,
    });
    expect((await message(name)).json()).toMatchObject({ decision: { reason: 'consent_withdrawn' } });
    // And nobody is written to there, either.
    const contactPoints = [{ channel: 'email', address: 'private@gmail.example' }];
    await api.send('PUT', '/v1/contacts/private', { key, body: { contactPoints } });
    expect((await message('private')).json()).toMatchObject({ decision: { reason: 'objection' } });
  });

  it('a mail that may mean leaving is no reply, and shown to a person; whatever comes is counted', async () => {
    const { id } = await sent();
    const raw = `From: ada@people.example\nSubject: Re: News\nMessage-ID: <3@x>\nIn-Reply-To: <${id}@acme.example>\n\nWhere did you get my address? This is spam.\n`;
    const operator = await api.key({ scopes: ['metrics:read'] });
    const counted = async (): Promise<number> => {
      const { text } = await api.send('GET', '/metrics', { key: operator });
      return Number(/gateway_inbound_mails_total\{reading="unclear"\} (\d+)/.exec(text)?.[1] ?? 0);
    };
    const before = await counted();
    expect((await bring(raw)).json()).toMatchObject({ why: 'unclear', forReview: true });
    expect(await touches(id)).toEqual(['sent']);
    expect(await counted()).toBe(before + 1);
  });

  it('of delays, of good mail, of unknown messages and of other brands does nothing', async () => {
    const { id, name } = await sent();
    const delayed = failed('4.4.1').replace('failed', 'delayed');
    for (const [raw, who] of [
      [report('delivery-status', delayed, quoted(id)), key],
      [report('feedback-report', ABUSE.replace('abuse', 'not-spam'), quoted(id)), key],
      [report('delivery-status', failed('5.1.1'), quoted(randomUUID())), key],
      [report('delivery-status', failed('5.1.1'), quoted('not-ours')), key],
      [report('delivery-status', 'x', quoted(id)), key],
      [report('delivery-status', failed('5.1.1'), quoted(id)), stranger],
    ] as const) {
      expect((await bring(raw, who)).json()).toEqual(ignored);
    }
    expect(await touches(id)).toEqual(['sent']);
    expect((await message(name)).json()).toMatchObject({ decision: { outcome: 'pass' } });
  });
});
