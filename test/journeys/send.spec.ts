import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { LONG } from '../support/form.js';
import { consent, Installation } from '../support/installation.js';
import { describeOnEachQueueBackend } from '../support/queue-backends.js';
import { type ReceivedMail, type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { contradictions, readTruth } from '../support/truth.js';
import { until } from '../support/until.js';
import { NO_LAW } from '../support/no-law.js';

interface MessageAnswer {
  readonly id: string;
  readonly status: string;
  readonly reason: string | null;
  readonly test: boolean;
  readonly entries: readonly { readonly id: string; readonly position: number | null }[];
}

interface Explanation {
  readonly sentence: string;
  readonly steps: readonly {
    readonly type: string;
    readonly position: number;
    readonly outcome: string | null;
    readonly decision: { readonly decidedAt: string; readonly checks: readonly unknown[] } | null;
  }[];
}

const CAP_3 = {
  id: 'newsletter',
  scope: 'topic',
  limit: 3,
  window: 'P7D',
  action: 'drop',
  classes: { bound: ['commercial'], counted: ['commercial'] },
};
/** From an hour ago to two hours ahead on the clock of the contact, whatever the time is now. */
const quietNow = (): object => {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', timeZone: 'Africa/Nairobi' }).format());
  const clock = (h: number): string => `${String((h + 24) % 24).padStart(2, '0')}:00`;
  const windows = [{ days: [1, 2, 3, 4, 5, 6, 7], start: clock(hour - 1), end: clock(hour + 3) }];
  return { id: 'night', channels: ['email'], classes: ['commercial'], windows, action: 'defer' };
};

describeOnEachQueueBackend('journey A: from the request to the provider and into the ledger', (backend) => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    installation = new Installation(database.urls, backend.queueUrl);
    // Two workers: whatever holds for one must hold for many.
    await Promise.all([
      installation.startReady('api'),
      installation.startReady('worker'),
      installation.startReady('worker'),
    ]);
    await installation.setUp(smtp.port);
  }, 120_000);
  afterAll(async () => {
    const mails = smtp.accepted.map((mail) => ({ messageId: messageIdOf(mail), rcpt: mail.recipients, at: '' }));
    const found = contradictions(await readTruth(installation), installation.acked, mails);
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
    expect(found).toEqual([]);
  }, 60_000);

  const messageIdOf = ({ raw }: ReceivedMail): string | null =>
    /^message-id:\s*(\S+)\s*$/im.exec(raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? '')?.[1] ?? null;
  const mailsOf = (id: string): ReceivedMail[] =>
    smtp.accepted.filter((mail) => messageIdOf(mail) === `<${id}@north.example>`);
  const message = (id: string) => installation.ok<MessageAnswer>('GET', `/v1/messages/${id}`);
  /** The message once it has ended and all its entries have their positions. */
  const settled = (id: string) =>
    until(`message ${id} to be settled`, async () => {
      const answer = await message(id);
      const isSettled =
        !['queued', 'started'].includes(answer.status) && answer.entries.every(({ position }) => position !== null);
      return isSettled && answer;
    });
  const send = async (
    to: string,
    more: object = {},
  ): Promise<{ id: string; status: string; decision: Record<string, unknown> }> =>
    installation.ok('POST', '/v1/messages', {
      body: { to, template: 'news', topic: 'newsletter', ...more },
      headers: { 'idempotency-key': randomUUID() },
    });

  it('sends what passes, to the one consented address, and tells every step of it', async () => {
    await installation.contact('ada');
    const { id, status, decision } = await send('ada');
    expect([status, decision['outcome'], decision['reason']]).toEqual(['queued', 'pass', null]);

    const ended = await settled(id);
    expect([ended.status, ended.reason]).toEqual(['sent', null]);
    const positions = ended.entries.map(({ position }) => position ?? -1);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));

    const [mail, another] = mailsOf(id);
    if (mail === undefined) throw new Error('no mail arrived');
    expect(another).toBeUndefined();
    expect(mail.recipients).toEqual(['ada@people.example']);
    const headers = new Map((await PostalMime.parse(mail.raw)).headers.map(({ key, value }) => [key, value]));
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(headers.get('list-unsubscribe')).toMatch(/^<http:\/\/127\.0\.0\.1:8081\/u\/[A-Za-z0-9_-]{80,}>$/);

    const explanation = await installation.ok<Explanation>('GET', `/v1/messages/${id}/explain`);
    expect(explanation.steps.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['send.accepted', 'pass'],
      ['send.handover_started', 'pass'],
      ['send.ended', 'sent'],
    ]);
    expect(explanation.steps.map(({ position }) => position)).toEqual(positions);
    for (const step of explanation.steps.slice(0, 2)) expect(step.decision?.checks.length).toBeGreaterThan(5);

    // Whichever of them took it up says how long it had stood in the queue.
    const workers = installation.processes.filter(({ app }) => app === 'worker');
    const figures = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const taken = figures
      .join('\n')
      .matchAll(/^gateway_queue_wait_seconds_count\{channel="email",class="commercial"\} (\d+)$/gm);
    expect([...taken].reduce((sum, [, count]) => sum + Number(count), 0)).toBeGreaterThan(0);
  }, 60_000);

  it('answers a refusal with its reason, at once and for ever', async () => {
    await installation.ok('PUT', '/v1/contacts/ben', {
      body: { contactPoints: [{ channel: 'email', address: 'ben@people.example' }] },
    });
    const { id, status, decision } = await send('ben');
    expect([status, decision['outcome'], decision['reason']]).toEqual(['dropped', 'drop', 'no_consent']);
    expect((await settled(id)).entries).toHaveLength(1);
    // A receipt needs no consent, and offers no way out of nothing.
    const receipt = await send('ben', { template: 'receipt', topic: undefined, purpose: 'transactional' });
    expect((await settled(receipt.id)).status).toBe('sent');
    const [mail] = mailsOf(receipt.id);
    expect(mail?.raw.toString('latin1')).not.toMatch(/^list-unsubscribe/im);
    expect(mailsOf(id)).toEqual([]);
  }, 60_000);

  it('holds what must wait and says until when', async () => {
    await installation.ok('POST', '/v1/policies', {
      body: { key: 'quiet', caps: [], quietHours: [quietNow()], rates: [], jurisdiction: NO_LAW },
    });
    await installation.contact('cleo');
    await installation.ok('PUT', '/v1/contacts/cleo', { body: { zone: 'Africa/Nairobi' } });
    const { id, status, decision } = await send('cleo', { policy: 'quiet' });
    expect([status, decision['outcome'], decision['reason']]).toEqual(['queued', 'defer', 'quiet_hours']);
    expect(Date.parse(String(decision['notBefore']))).toBeGreaterThan(Date.now());
    expect(await installation.ok('POST', `/v1/messages/${id}/cancel`)).toMatchObject({
      status: 'dropped',
      reason: 'cancelled',
    });
    expect(mailsOf(id)).toEqual([]);
  }, 60_000);

  it('leaves when its instant has come', async () => {
    await installation.contact('dora');
    const sendAt = Date.now() + 1500;
    const { id, decision } = await send('dora', { sendAt: new Date(sendAt).toISOString() });
    expect(decision['outcome']).toBe('defer');
    const explanation = async () => (await installation.ok<{ endedAt: string }>('GET', `/v1/messages/${id}`)).endedAt;
    expect((await settled(id)).status).toBe('sent');
    expect(Date.parse(await explanation())).toBeGreaterThanOrEqual(sendAt);
  }, 60_000);

  it('makes one message of 50 parallel equal requests', async () => {
    await installation.contact('emil');
    const idempotencyKey = randomUUID();
    const ask = () =>
      installation.request('POST', '/v1/messages', {
        body: { to: 'emil', template: 'news', topic: 'newsletter' },
        headers: { 'idempotency-key': idempotencyKey },
      });
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    const accepted = answers.filter(({ status }) => status === 202);
    for (const { status, headers } of answers) {
      if (status !== 202) expect([status, headers.get('retry-after')]).toEqual([409, '1']);
    }
    expect(new Set(accepted.map(({ text }) => text)).size).toBe(1);
    const { id } = JSON.parse(accepted[0]?.text ?? '{}') as { id: string };
    expect((await settled(id)).status).toBe('sent');
    expect(mailsOf(id)).toHaveLength(1);
    // Long after its end the answer is still the first one, byte for byte.
    const replay = await ask();
    expect([replay.text, replay.headers.get('idempotency-replayed')]).toEqual([accepted[0]?.text, 'true']);
  }, 60_000);

  // What follows is decided by what stands in the database, whoever wakes a worker.
  if (backend.kind === 'redis' && !LONG) return;

  it('keeps a cap of 3 while two workers attempt 16 messages to one person', async () => {
    await installation.ok('POST', '/v1/policies', {
      body: { key: 'capped', caps: [CAP_3], quietHours: [], rates: [], jurisdiction: NO_LAW },
    });
    await installation.contact('fritz');
    const sent = await Promise.all(Array.from({ length: 16 }, () => send('fritz', { policy: 'capped' })));
    const ends = await Promise.all(sent.map(({ id }) => settled(id)));
    expect(ends.filter(({ status }) => status === 'sent')).toHaveLength(3);
    expect(ends.filter(({ reason }) => reason === 'frequency_cap')).toHaveLength(13);
    expect(sent.flatMap(({ id }) => mailsOf(id))).toHaveLength(3);
  }, 60_000);

  it('keeps a rate over two workers: no two hand-overs start closer than it allows', async () => {
    const slow = { id: 'slow', scope: 'campaign', permits: 5, interval: 'PT1S', burst: 1 };
    await installation.ok('POST', '/v1/policies', {
      body: { key: 'slow', caps: [], quietHours: [], rates: [slow], jurisdiction: NO_LAW },
    });
    await installation.ok('PUT', '/v1/campaigns/Slow', { body: { name: 'Slow', policy: 'slow' } });
    const people = ['jan', 'kim', 'lea', 'max'];
    await Promise.all(people.map((name) => installation.contact(name)));
    const sent = await Promise.all([...people, ...people].map((name) => send(name, { campaign: 'Slow' })));
    const ends = await Promise.all(sent.map(({ id }) => settled(id)));
    expect(ends.map(({ status }) => status)).toEqual(sent.map(() => 'sent'));
    const starts = await Promise.all(
      sent.map(async ({ id }) => {
        const { steps } = await installation.ok<Explanation>('GET', `/v1/messages/${id}/explain`);
        return Date.parse(steps.find(({ type }) => type === 'send.handover_started')?.decision?.decidedAt ?? '');
      }),
    );
    const inOrder = starts.sort((a, b) => a - b);
    inOrder.slice(1).forEach((at, i) => expect(at - (inOrder[i] ?? NaN)).toBeGreaterThanOrEqual(199));
  }, 60_000);

  it('takes a message back from a bounced address, and sends there no more', async () => {
    await installation.contact('gina');
    smtp.faultFor(1, { at: 'rcpt', reply: 550, text: '5.1.1 no such user' });
    const bounced = await settled((await send('gina')).id);
    smtp.fault = null;
    expect([bounced.status, bounced.reason]).toEqual(['failed', 'provider_rejected']);
    const next = await send('gina');
    expect([next.status, next.decision['reason']]).toEqual(['dropped', 'suppressed_bounce']);
  }, 60_000);

  it('lets a message of a test key go the whole way, except out of the house', async () => {
    const { key } = await installation.ok<{ key: string }>('POST', '/v1/keys', {
      key: installation.operatorKey,
      body: { name: 'test', brand: 'north', scopes: ['messages:send', 'messages:read'], test: true },
    });
    await installation.contact('hans');
    const { id } = await installation.ok<{ id: string }>('POST', '/v1/messages', {
      key,
      body: { to: 'hans', template: 'news', topic: 'newsletter' },
      headers: { 'idempotency-key': randomUUID() },
    });
    const ended = await settled(id);
    expect([ended.status, ended.test]).toEqual(['sent', true]);
    expect(mailsOf(id)).toEqual([]);
  }, 60_000);

  it('drops what was accepted before its recipient left', async () => {
    await installation.contact('ida');
    const { id } = await send('ida', { sendAt: new Date(Date.now() + 1000).toISOString() });
    await installation.ok('POST', '/v1/contacts/ida/consents', { body: consent('withdrawn') });
    const ended = await settled(id);
    expect([ended.status, ended.reason]).toEqual(['dropped', 'consent_withdrawn']);
    expect(mailsOf(id)).toEqual([]);
  }, 60_000);
});
