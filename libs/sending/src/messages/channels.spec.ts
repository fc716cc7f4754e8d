import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createECDH, randomUUID } from 'node:crypto';
import { Gateway } from '../../../../test/support/gateway.js';
import { type HttpProviderServer, startHttpProvider } from '../../../../test/support/http-provider.js';
import { type SmppCenter, startSmppCenter } from '../../../../test/support/smpp-center.js';
import { until } from '../../../../test/support/until.js';
import { register } from 'prom-client';
import { ConsentService, ContactService } from '#lib/consent';
import type { Channel, MessageId } from '#lib/kernel';
import { ProviderService } from '../providers/provider.service.js';
import { ReturnedModule } from '../returned/returned.module.js';
import { ConnectionService } from '../returned/connection.service.js';
import { SenderRegistry } from '../senders/sender-registry.js';
import { SendingSetupModule } from '../setup.module.js';
import { TemplateService } from '../templates/template.service.js';
import type { SendRequest } from './domain/message.js';
import type { ProviderKind } from '../senders/sender-cache.js';

const NUMBER = '+4915123456789';
const SID = `AC${'0'.repeat(32)}`;
const device = createECDH('prime256v1');
device.generateKeys();
const application = createECDH('prime256v1');
application.generateKeys();

describe('a message on every channel, from the request to the provider', () => {
  let gateway: Gateway;
  let center: SmppCenter;
  let http: HttpProviderServer;

  interface Way {
    readonly channel: Channel;
    readonly kind: ProviderKind;
    readonly settings: Record<string, unknown>;
    readonly secret: object | null;
    readonly address: string;
    readonly data?: Record<string, never>;
    /** What of the message the provider has. */
    arrived(): unknown[];
  }
  const bodies = (path: RegExp) => (): unknown[] =>
    http.arrived.filter((request) => path.test(request.path)).map(({ body }) => String(body));
  const ways = (): Record<string, Way> => ({
    smpp: {
      channel: 'sms',
      kind: 'smpp',
      settings: { host: '127.0.0.1', port: center.port, secure: 'none', systemId: 'spec', from: 'Spec' },
      secret: { password: 'secret' },
      address: NUMBER,
      arrived: () => center.submitted.map(({ shortMessage }) => String(shortMessage)),
    },
    twilio: {
      channel: 'sms',
      kind: 'twilio',
      settings: { baseUrl: http.url, accountSid: SID, from: '+4930123456' },
      secret: { authToken: 'token' },
      address: NUMBER,
      arrived: bodies(/Messages\.json$/),
    },
    push: {
      channel: 'push',
      kind: 'web_push',
      settings: {
        subject: 'mailto:ops@spec.example',
        publicKey: application.getPublicKey('base64url'),
        alsoHosts: [http.host],
      },
      secret: { privateKey: application.getPrivateKey('base64url') },
      address: JSON.stringify({
        endpoint: `${http.url}/push/1`,
        keys: { p256dh: device.getPublicKey('base64url'), auth: Buffer.alloc(16, 1).toString('base64url') },
      }),
      arrived: () => bodies(/^\/push/)().map(() => 'Hi Ada'), // Encrypted: that it can be read is shown elsewhere.
    },
    whatsapp: {
      channel: 'whatsapp',
      kind: 'whatsapp_cloud',
      settings: { baseUrl: http.url, phoneNumberId: '106540352242922' },
      secret: { accessToken: 'token' },
      address: NUMBER,
      arrived: bodies(/messages$/),
    },
    teams: {
      channel: 'teams',
      kind: 'teams_workflow',
      settings: { alsoHosts: [http.host] },
      secret: null,
      address: `${http.url}/workflow`,
      arrived: bodies(/^\/workflow/),
    },
    webhook: {
      channel: 'webhook',
      kind: 'standard_webhook',
      settings: { alsoHosts: [http.host] },
      secret: { signingKeys: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`] },
      address: `${http.url}/hook`,
      arrived: bodies(/^\/hook/),
    },
    phone: {
      channel: 'phone',
      kind: 'dataverse_call',
      settings: { baseUrl: `${http.url}/crm`, tokenUrl: `${http.url}/token`, clientId: 'c', scope: 's' },
      secret: { clientSecret: 'secret' },
      address: NUMBER,
      arrived: bodies(/^\/crm/),
    },
  });

  beforeAll(async () => {
    center = await startSmppCenter();
    http = await startHttpProvider(({ path }) => {
      if (path === '/token') return { status: 200, body: { access_token: 'granted' } };
      if (path.endsWith('Messages.json')) return { status: 201, body: { sid: 'SM1' } };
      return { status: path.startsWith('/push') ? 201 : 200, body: { messages: [{ id: 'wamid.1' }] } };
    });
    gateway = await Gateway.start({}, [SendingSetupModule, ReturnedModule]);
  });
  afterAll(async () => {
    await gateway.stop();
    await Promise.all([center.close(), http.close()]);
  });

  const account = (name: 'smpp' | 'twilio') => {
    const { channel, kind, settings, secret } = ways()[name] as Way;
    return { channel, kind, settings, secret, enabled: true, priority: name === 'twilio' ? 1 : 2, atLeastOnce: [] };
  };

  it.each(['smpp', 'twilio', 'push', 'whatsapp', 'teams', 'webhook', 'phone'])('%s', async (name) => {
    const way = ways()[name];
    if (way === undefined) throw new Error(`no way ${name}`);
    const { channel, kind, settings, secret, address } = way;
    const change = { by: 'spec', at: Date.now() };
    const account = {
      channel,
      kind,
      settings,
      secret,
      enabled: true,
      priority: name === 'twilio' ? 1 : 2,
      atLeastOnce: [],
    };
    await gateway.get(ProviderService).put(gateway.brandId, name, account, change);
    const contents = { en: { subject: 'News', html: null, text: 'Hi {{name}}' } };
    const template = { channel, class: 'commercial', defaultLanguage: 'en', contents } as const;
    await gateway.get(TemplateService).publish(gateway.brandId, name, template, change);
    await gateway.get(ContactService).put(gateway.brandId, name, { contactPoints: [{ channel, address }] }, 'spec');
    const wish = {
      channel,
      purpose: 'commercial',
      topics: ['newsletter'],
      kind: 'granted',
      wording: 'Yes, please.',
      legalBasis: 'consent',
    } as const;
    const given = { ...wish, occurredAt: Date.now() + 1000, method: 'spec', evidence: {} };

    const refused = await gateway.accept({ to: name, template: name, variables: { name: 'Ada' } });
    expect(await gateway.status(refused)).toEqual({ status: 'dropped', reason: 'no_consent' });
    await gateway.get(ConsentService).record(gateway.brandId, name, given, 'spec');
    const id = await gateway.accept({ to: name, template: name, variables: { name: 'Ada' } });
    await gateway.attempt(id);

    expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
    expect(await gateway.entryTypes(id)).toEqual(['send.accepted', 'send.handover_started', 'send.ended']);
    const arrived = way.arrived();
    expect(arrived).toHaveLength(1);
    expect(decodeURIComponent(String(arrived[0]).replaceAll('+', ' '))).toContain('Hi Ada');
  });

  describe('a push that its service keeps for somebody who is away', () => {
    const ttl = () => Number(http.arrived.findLast(({ path }) => path.startsWith('/push'))?.headers['ttl']);
    const sendPush = async (to: string, more: Partial<SendRequest> = {}): Promise<number> => {
      const id = await gateway.accept({ to, template: 'push', variables: { name: 'Ada' }, ...more });
      await gateway.attempt(id);
      return ttl();
    };
    const person = async (): Promise<string> => {
      const to = randomUUID();
      const push = { channel: 'push', address: ways()['push']?.address ?? '' } as const;
      const contactPoints = [push, { channel: 'sms', address: '+4915123456700' } as const];
      await gateway.get(ContactService).put(gateway.brandId, to, { contactPoints }, 'spec');
      for (const channel of ['push', 'sms'] as const) {
        await gateway.consent(to, 'granted', ['newsletter'], channel);
      }
      return to;
    };
    it('is kept for as long as the account says', async () => expect(await sendPush('push')).toBe(86_400));

    it('is not shown in the night that begins before', async () => {
      const local = (ms: number): string =>
        new Date(Date.now() + ms).toLocaleTimeString('en-GB', {
          timeZone: 'Europe/Berlin',
          hour: '2-digit',
          minute: '2-digit',
        });
      const night = { days: [1, 2, 3, 4, 5, 6, 7], start: local(7_200_000), end: local(14_400_000) };
      await gateway.policy({
        quietHours: [{ id: 'night', channels: ['push'], classes: ['commercial'], windows: [night], action: 'defer' }],
      });
      const left = await sendPush('push');
      await gateway.policy({});
      expect(left).toBeGreaterThan(7_000);
      expect(left).toBeLessThanOrEqual(7_200);
    });

    it('is not shown once another channel has its turn', async () => {
      const left = await sendPush(await person(), { otherwise: [{ template: 'smpp' }], fallbackMs: 300_000 });
      expect(left).toBeGreaterThan(240);
      expect(left).toBeLessThanOrEqual(300);
    });
  });

  it('a receipt that comes before its hand-over is recorded is written down, answered at once, and understood then', async () => {
    const [registry, connection] = [gateway.get(SenderRegistry), gateway.get(ConnectionService)];
    await registry.listen((id, what) => connection.take(id, what));
    await until('a bind', () => center.binds.length > 0);
    const { tx } = gateway;
    const [last] = await tx.sql<{ ref: string }>`
      SELECT provider_ref AS ref FROM sending.touch t JOIN sending.provider p ON p.id = provider_id AND kind = 'smpp'`;
    // The center counts: first what it brings itself, then the next that it takes.
    const ref = `id-${Number(last?.ref.slice(3)) + 2}`;
    const said = Buffer.from(`id:${ref} stat:DELIVRD`, 'latin1');
    const head = Buffer.from('\0\x01\x01491\0\x05\0Spec\0\x04\0\0\0\0\0\0\0\0', 'latin1');
    const begun = performance.now();
    expect(await center.deliver(Buffer.concat([head, Buffer.of(said.length), said]))).toEqual([0]);
    expect(performance.now() - begun).toBeLessThan(2_000);

    const kept = () => tx.sql`SELECT 1 FROM sending.brought`;
    // Half a minute old, so that it is looked at again after half a minute and not while this is asked.
    const allDue = () => tx.execute`
      UPDATE sending.brought SET due_at = clock_timestamp(), arrived_at = arrived_at - interval '30 s'`;
    await allDue();
    expect([await connection.settle(), (await kept()).length, await connection.settle()]).toEqual([1, 1, 0]);
    const enable = (twilio: boolean) =>
      tx.execute`UPDATE sending.provider SET enabled = ${twilio} WHERE kind = 'twilio'`;
    await enable(false);
    const id = await gateway.accept({ to: 'smpp', template: 'smpp', variables: { name: 'Ada' } });
    await gateway.attempt(id);
    await enable(true);
    await allDue();
    expect([await connection.settle(), await kept()]).toEqual([1, []]);
    const touches = await tx.sql<{ type: string }>`SELECT type FROM sending.touch WHERE message_id = ${id}`;
    expect(touches.map(({ type }) => type).sort()).toEqual(['delivered', 'sent']);
  });

  it('what a center brings on its connection becomes touches, and STOP leaves', async () => {
    const [registry, connection] = [gateway.get(SenderRegistry), gateway.get(ConnectionService)];
    await registry.listen((id, what) => connection.take(id, what));
    const { tx } = gateway;
    const provider = await tx.sql<{ id: string }>`SELECT id FROM sending.provider WHERE kind = 'smpp'`;
    const [sent] = await tx.sql<{ id: MessageId; ref: string }>`
      SELECT message_id AS id, provider_ref AS ref FROM sending.touch
       WHERE provider_id = ${provider[0]?.id ?? ''} AND type = 'sent' ORDER BY at LIMIT 1`;
    const { id = '' as MessageId, ref = '' } = sent ?? {};
    await until('a bind', () => center.binds.length > 0);

    const deliver = (esmClass: number, text: string) =>
      center.deliver(
        Buffer.concat([
          Buffer.from(`\0\x01\x01${NUMBER.slice(1)}\0\x05\0Spec\0`, 'latin1'),
          Buffer.from([esmClass, 0, 0, 0, 0, 0, 0, 0, 0, text.length]),
          Buffer.from(text, 'latin1'),
        ]),
      );
    expect(await deliver(4, `id:${ref} stat:DELIVRD`)).toEqual([0]);
    expect(await deliver(4, `id:${ref} stat:DELIVRD`)).toEqual([0]);
    const touches = await tx.sql<{ type: string }>`SELECT type FROM sending.touch WHERE message_id = ${id} ORDER BY at`;
    expect(touches.map(({ type }) => type).sort()).toEqual(['delivered', 'sent']);
    // What may mean leaving and is not understood is counted, so that somebody reads it.
    expect(await deliver(0, 'Is there a stop nearby?')).toEqual([0]);
    for (const said of ['Thank you!', 'Thank you!', 'Stop']) expect(await deliver(0, said)).toEqual([0]);
    const answered = await tx.sql<{ type: string; entry: string | null }>`
      SELECT t.type, substring(encode(e.leaf, 'escape') from '"t":"([^"]*)"') AS entry
        FROM sending.touch t JOIN ledger.entry e ON e.id = t.entry_id
       WHERE t.channel = 'sms' AND t.type = 'replied'`;
    // Twice the same words are once: a center brings again what it was not told in time that we have.
    const reply = { type: 'replied', entry: 'touch.replied' };
    expect(answered).toEqual([reply, reply]);
    expect((await register.getSingleMetric('gateway_inbound_texts_total')?.get())?.values).toMatchObject([
      { labels: { channel: 'sms', reading: 'unclear' }, value: 1 },
      { labels: { channel: 'sms', reading: 'other' }, value: 2 },
      { labels: { channel: 'sms', reading: 'opt_out' }, value: 1 },
    ]);
    // Another notation of its id is its name, too, and how long it took says when it was.
    const named = { ref: 'no such', others: ['nor this', ref] };
    const event = { kind: 'event', id: 'other', type: 'opened', message: named, at: null, afterMs: 7, bounce: null } as const; // prettier-ignore
    await connection.take(provider[0]?.id ?? '', [event]);
    const [opened] = await tx.sql<{ after: string }>`
      SELECT extract(epoch FROM t.at - s.at) * 1000 AS after
        FROM sending.touch t JOIN sending.touch s ON s.message_id = t.message_id AND s.type = 'sent'
       WHERE t.message_id = ${id} AND t.type = 'opened'`;
    expect(Number(opened?.after)).toBe(7);
    const next = await gateway.accept({ to: 'smpp', template: 'smpp', variables: { name: 'Ada' } });
    expect(await gateway.status(next)).toEqual({ status: 'dropped', reason: 'consent_withdrawn' });
  });

  it('an account that may have one connection is handed to by the process that has it, and by no other', async () => {
    const { tx } = gateway;
    await gateway.get(SenderRegistry).listen((id, what) => gateway.get(ConnectionService).take(id, what));
    await until('a bind', () => center.bound === 1);
    await tx.execute`UPDATE sending.provider SET enabled = false WHERE kind = 'twilio'`;
    center.bindLimit = 1;
    const other = await gateway.twin();
    try {
      await other.get(SenderRegistry).listen(() => Promise.resolve());
      await until('a refused bind', () => center.refusedBinds > 0);
      const to = randomUUID();
      await gateway.get(ContactService).put(gateway.brandId, to, { contactPoints: [{ channel: 'sms', address: '+4915123456701' }] }, 'spec'); // prettier-ignore
      await gateway.consent(to, 'granted', ['newsletter'], 'sms');
      const id = await gateway.accept({ to, template: 'smpp', variables: { name: 'Ada' } });
      const before = center.submitted.length;
      for (const _ of [1, 2]) {
        await other.attempt(id);
        await gateway.asAdmin(`UPDATE sending.message SET not_before = NULL, due_at = now() WHERE id = '${id}'`);
      }
      expect(await gateway.status(id)).toEqual({ status: 'queued', reason: 'provider_backoff' });
      const [account] = await tx.sql<{ circuit: unknown }>`SELECT circuit FROM sending.provider WHERE kind = 'smpp'`;
      expect([account?.circuit, center.submitted.length]).toEqual([null, before]);
      await gateway.attempt(id);
      expect(await gateway.status(id)).toEqual({ status: 'sent', reason: null });
    } finally {
      center.bindLimit = Infinity;
      await other.stop();
      await tx.execute`UPDATE sending.provider SET enabled = true WHERE kind = 'twilio'`;
    }
  });

  describe('what cannot be understood yet is written down, and answered at once:', () => {
    const kept = () => gateway.tx.sql<{ id: string; sealed: Buffer }>`SELECT id, sealed FROM sending.brought`;
    const settle = () => gateway.get(ConnectionService).settle();
    const allDue = () => gateway.tx.execute`UPDATE sending.brought SET due_at = clock_timestamp()`;

    it('parts of a long text, which are read together, in whatever order they come, and as they are when one never does', async () => {
      const part = (number: number, total: number, reference: number, words: string) => {
        const said = Buffer.concat([Buffer.of(5, 0, 3, reference, total, number), Buffer.from(words, 'latin1')]);
        const head = Buffer.from(`\0\x01\x01${NUMBER.slice(1)}\0\x05\0Spec\0\x40\0\0\0\0\0\0\0\0`, 'latin1');
        return center.deliver(Buffer.concat([head, Buffer.of(said.length), said]));
      };
      const replies = async () =>
        (await gateway.tx.sql`SELECT 1 FROM sending.touch WHERE channel = 'sms' AND type = 'replied'`).length;
      const left = async () =>
        Number((await register.getSingleMetric('gateway_inbound_texts_total')?.get())?.values.find(({ labels }) => labels['reading'] === 'opt_out')?.value ?? 0); // prettier-ignore
      const before = [await replies(), await left()] as const;
      for (const [number, words] of [
        [2, 'ren Nachrichten.'],
        [1, 'Bitte senden Sie mir keine weite'],
        [2, 'ren Nachrichten.'],
      ] as const)
        // prettier-ignore
        expect(await part(number, 2, 7, words)).toEqual([0]);
      expect([await replies(), await left()]).toEqual([before[0], before[1] + 1]);
      // What is brought again after it was understood is known, without its words, and is not read again.
      expect((await kept()).map(({ sealed }) => sealed.length)).toEqual([0, 0]);
      // Other words under the same number are another text: some phones count from 0 again at once.
      expect(await part(2, 2, 7, 'ganz anderes')).toEqual([0]);
      expect((await kept()).map(({ sealed }) => sealed.toString('latin1')).join()).not.toContain('anderes');
      await allDue();
      expect([await settle(), (await kept()).length]).toEqual([2, 1]);
      expect(await replies()).toBe(before[0] + 1);
      await allDue();
      expect([await settle(), await kept()]).toEqual([1, []]);

      expect(await part(2, 3, 8, 'Bitte senden Sie mir keine weiteren Nachrichten.')).toEqual([0]);
      expect(await left()).toBe(before[1] + 1);
      await allDue();
      expect([await settle(), (await kept()).length, await left()]).toEqual([1, 1, before[1] + 2]);
      await gateway.tx.execute`DELETE FROM sending.brought`;
    });

    it('parts that were read by a process that died then, which another reads again, and nobody leaves twice by them', async () => {
      const to = 'twice-read';
      const from = '+4915123456788';
      const contactPoints = [{ channel: 'sms' as const, address: from }];
      await gateway.get(ContactService).put(gateway.brandId, to, { contactPoints }, 'spec');
      const statuses = async () =>
        (
          await gateway.tx.sql<{ kind: string }>`
          SELECT e.kind FROM consent.consent_event e JOIN consent.contact_point p ON p.id = e.contact_point_id
            JOIN consent.contact c ON c.id = p.contact_id
           WHERE c.external_id = ${to} AND e.topic_id IS NOT NULL ORDER BY e.recorded_at`
        ).map(({ kind }) => kind);
      await gateway.asAdmin(`
        CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the process dies here'; END $$;
        CREATE TRIGGER dies BEFORE UPDATE OF read_at ON sending.brought FOR EACH ROW EXECUTE FUNCTION dies()`);
      try {
        const provider = await gateway.tx.sql<{ id: string }>`SELECT id FROM sending.provider WHERE kind = 'smpp'`;
        const take = (number: number, text: string) =>
          gateway.get(ConnectionService).take(provider[0]?.id ?? '', [
            { kind: 'text', from, text, part: { to: 'Spec', reference: '8 9', total: 2, number } }, // prettier-ignore
          ]);
        await gateway.consent(to, 'granted', ['newsletter'], 'sms');
        await take(1, 'Bitte senden Sie mir keine weite');
        await expect(take(2, 'ren Nachrichten.')).rejects.toThrow('dies here');
        expect(await statuses()).toEqual(['granted', 'withdrawn']);
        await gateway.consent(to, 'granted', ['newsletter'], 'sms');
        await gateway.asAdmin('DROP TRIGGER dies ON sending.brought');
        await allDue();
        expect([await settle(), (await kept()).map(({ sealed }) => sealed.length)]).toEqual([2, [0, 0]]);
        expect(await statuses()).toEqual(['granted', 'withdrawn', 'granted']);
      } finally {
        await gateway.asAdmin('DROP TRIGGER IF EXISTS dies ON sending.brought');
        await gateway.tx.execute`DELETE FROM sending.brought`;
      }
    });

    it('a receipt of nobody’s message, until it is given up', async () => {
      await gateway
        .get(ConnectionService)
        .take(
          (await gateway.tx.sql<{ id: string }>`SELECT id FROM sending.provider WHERE kind = 'smpp'`)[0]?.id ?? '',
          [{ kind: 'event', id: 'x', type: 'delivered', message: { ref: 'nobody' }, at: null, bounce: null }],
        );
      // Beside one that cannot be opened, which is due before it and holds it up no longer than it takes to say so.
      await gateway.tx.execute`
        INSERT INTO sending.brought (id, provider_id, sealed, due_at)
        SELECT gen_random_uuid(), provider_id, '\\x00', clock_timestamp() - interval '1 h' FROM sending.brought`;
      await gateway.tx.execute`
        UPDATE sending.brought SET due_at = least(due_at, clock_timestamp()), arrived_at = clock_timestamp() - interval '11 min'`;
      expect([await settle(), (await kept()).map(({ sealed }) => sealed.length)]).toEqual([2, [1]]);
      await gateway.tx.execute`DELETE FROM sending.brought`;
    });
  });

  it('HELP is answered to whoever asks, also after STOP, once in an hour for each number', async () => {
    const texts = center.submitted.length;
    const write = (from: string, said: string) =>
      center.deliver(
        Buffer.concat([
          Buffer.from(`\0\x01\x01${from}\0\x05\0Spec\0`, 'latin1'),
          Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, said.length]),
          Buffer.from(said, 'latin1'),
        ]),
      );
    const replies = () => gateway.tx.sql<{ id: MessageId; to: string; step: string; lasts: number }>`
      SELECT m.id, c.external_id AS to, m.step, extract(epoch FROM m.expires_at - m.accepted_at)::int AS lasts
        FROM sending.message m JOIN consent.contact c ON c.id = m.contact_id
       WHERE m.step LIKE 'keyword-%' ORDER BY m.id`;
    await gateway.get(ProviderService).put(gateway.brandId, 'twilio', { ...account('twilio'), enabled: false }, { by: 'spec', at: Date.now() }); // prettier-ignore

    for (const [from, said] of [
      [NUMBER.slice(1), 'HELP'],
      ['4915199999999', 'Hilfe'],
      [NUMBER.slice(1), 'info'],
    ] as const)
      // prettier-ignore
      expect(await write(from, said)).toEqual([0]);
    const [known, unknown, ...more] = await replies();
    expect([known?.to, known?.step, more]).toEqual(['smpp', 'keyword-help', []]);
    expect(unknown?.to).toMatch(/^wrote-/);
    expect(known?.lasts).toBeGreaterThan(200);
    expect(known?.lasts).toBeLessThanOrEqual(300);
    for (const one of [known, unknown]) {
      await gateway.attempt(one?.id as MessageId);
      expect(await gateway.entryTypes(one?.id as MessageId)).toEqual(['send.accepted', 'send.handover_started', 'send.ended']); // prettier-ignore
    }
    const said = center.submitted.slice(texts).map(({ destination, shortMessage }) => [destination.address, String(shortMessage)]); // prettier-ignore
    expect(said).toEqual([
      [NUMBER.slice(1), expect.stringMatching(/: .+\. Answer STOP to get no more messages\.$/)],
      ['4915199999999', expect.stringMatching(/: .+\. Antworten Sie STOP, um keine Nachrichten mehr zu bekommen\.$/)],
    ]);

    // STOP is confirmed where the account says so.
    expect(await write('4915199999999', 'STOP')).toEqual([0]);
    expect(await replies()).toHaveLength(2);
    const smpp = account('smpp');
    const settings = { ...smpp.settings, answers: ['opt_out'] };
    await gateway.get(ProviderService).put(gateway.brandId, 'smpp', { ...smpp, settings }, { by: 'spec', at: Date.now() }); // prettier-ignore
    expect(await write('4915199999999', 'STOP')).toEqual([0]);
    const left = (await replies()).at(-1);
    expect(left).toMatchObject({ to: unknown?.to, step: 'keyword-left' });
    expect(await gateway.status(left?.id as MessageId)).toEqual({ status: 'queued', reason: null });
  });

  it('a template says what a channel takes beside texts, and no name of a person changes its form', async () => {
    const change = { by: 'spec', at: Date.now() };
    const data = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: 'Hello {{name}}', wrap: true }],
    };
    const contents = { en: { subject: '', html: null, text: 'Hi', data } };
    const facts = { channel: 'teams', class: 'commercial', defaultLanguage: 'en', contents } as const;
    const { value } = await gateway.get(TemplateService).publish(gateway.brandId, 'card', facts, change);
    expect(value.contents).toEqual(contents);
    const name = '"}],"actions":[{"type":"Action.OpenUrl"';
    const id = await gateway.accept({ to: 'teams', template: 'card', variables: { name } });
    await gateway.attempt(id);
    const card = JSON.parse(String(http.arrived.findLast(({ path }) => path === '/workflow')?.body)) as {
      attachments: { content: unknown }[];
    };
    const [block] = data.body;
    expect(card.attachments[0]?.content).toEqual({ ...data, body: [{ ...block, text: `Hello ${name.replace(/[[\]]/g, '\\$&')}` }] }); // prettier-ignore
  });

  it.each([
    ['sms', {}, '/contents/en/data', 'the channel sms has texts alone'],
    ['teams', { text: '{{{x}}}' }, '/contents/en/data/text', 'line 1: unescaped output ({{{ or {{&) is not allowed'],
    ['teams', { a: [{ b: '{{#x}}' }] }, '/contents/en/data/a/0/b', undefined],
  ] as const)('%s with %j is refused where it is wrong', async (channel, data, pointer, detail) => {
    const contents = { en: { subject: '', html: null, text: 'Hi', data } };
    const published = gateway
      .get(TemplateService)
      .publish(
        gateway.brandId,
        'bad',
        { channel, class: 'commercial', defaultLanguage: 'en', contents },
        { by: 'spec', at: 0 },
      );
    const violation = expect.objectContaining({ pointer, ...(detail !== undefined && { detail }) }) as unknown;
    await expect(published).rejects.toMatchObject({ code: 'invalid_template', extra: { violations: [violation] } });
  });
});
