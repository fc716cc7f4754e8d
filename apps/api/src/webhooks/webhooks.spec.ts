import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { AttemptService, ConnectionService, HandOverService } from '#lib/sending';
import type { MessageId } from '#lib/kernel';
import { Database, type Logger, LOGGER } from '#lib/platform';
import {
  type HttpProviderServer,
  type HttpReaction,
  startHttpProvider,
} from '../../../../test/support/http-provider.js';
import { RunningApi } from '../testing/running-api.js';
import { setUpSending } from '../testing/set-up-sending.js';

const TOKEN = 'twilio-token';
const APP_SECRET = 'app-secret';
const WEBHOOK = 'https://api.acme.example/v1/webhooks/1';
const SID = `AC${'0'.repeat(32)}`;

describe('what providers bring back', () => {
  let api: RunningApi;
  let key: string;
  let http: HttpProviderServer;
  let reaction: (path: string) => HttpReaction;
  let nth = 0;
  const ids = { sms: '', whatsapp: '' };

  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    await setUpSending(api, key);
    http = await startHttpProvider(({ path }) => reaction(path));
    const accounts = {
      sms: {
        kind: 'twilio',
        settings: { baseUrl: http.url, accountSid: SID, from: '+4930123456', webhookUrl: WEBHOOK },
        secret: { authToken: TOKEN },
      },
      whatsapp: {
        kind: 'whatsapp_cloud',
        settings: { baseUrl: http.url, phoneNumberId: '106540352242922' },
        secret: { accessToken: 'token', appSecret: APP_SECRET, verifyToken: 'verify-me' },
      },
    };
    for (const channel of ['sms', 'whatsapp'] as const) {
      const put = await api.send('PUT', `/v1/providers/${channel}`, { key, body: { channel, ...accounts[channel] } });
      ids[channel] = put.json<{ id: string }>().id;
      const contents = { en: { subject: '', html: null, text: 'News' } };
      const template = { key: `news-${channel}`, channel, class: 'commercial', defaultLanguage: 'en', contents };
      await api.send('POST', '/v1/templates', { key, body: template });
    }
  });
  afterAll(async () => {
    await api.stop();
    await http.close();
  });

  /** A contact who wants the news on both channels. */
  const contact = async (address?: string): Promise<{ name: string; number: string }> => {
    const n = ++nth;
    const [name, number] = [`c${n}`, address ?? `+49151123450${String(n).padStart(2, '0')}`];
    const channels = ['sms', 'whatsapp'];
    const contactPoints = channels.map((channel) => ({ channel, address: number }));
    await api.send('PUT', `/v1/contacts/${name}`, { key, body: { contactPoints } });
    for (const channel of channels) {
      const wish = {
        purpose: 'commercial',
        topics: ['newsletter'],
        kind: 'granted',
        wording: 'Yes, please.',
        legalBasis: 'consent',
      };
      await api.send('POST', `/v1/contacts/${name}/consents`, { key, body: { channel, method: 'web_form', ...wish } });
    }
    return { name, number };
  };
  const ref = (): string => `SM${randomUUID().replaceAll('-', '')}`;
  /** Sends one message over the provider, which gives it that id. */
  const sent = async (channel: 'sms' | 'whatsapp', name: string, id: string): Promise<MessageId> => {
    reaction = () =>
      channel === 'sms' ? { status: 201, body: { sid: id } } : { status: 200, body: { messages: [{ id }] } };
    return attempted(channel, name);
  };
  const attempted = async (channel: string, name: string): Promise<MessageId> => {
    const body = { to: name, template: `news-${channel}`, topic: 'newsletter' };
    const accepted = await api.send('POST', '/v1/messages', {
      key,
      body,
      headers: { 'idempotency-key': randomUUID() },
    });
    const { id } = accepted.json<{ id: MessageId }>();
    const get = <T>(token: abstract new (...args: never[]) => T): T => api.app.get<T>(token, { strict: false });
    await get(HandOverService).handOver(await get(AttemptService).attempt([id]));
    return id;
  };
  const touches = (id: MessageId) =>
    api.app.get(Database, { strict: false }).tx.sql<{ type: string; bounce: string | null }>`
      SELECT type, bounce FROM sending.touch WHERE message_id = ${id} ORDER BY recorded_at, type`;
  const standing = async (name: string, channel: string): Promise<(string | undefined)[]> => {
    const read = await api.send('GET', `/v1/contacts/${name}/consents`, { key });
    const { contactPoints } = read.json<{ contactPoints: { channel: string; states: { status: string }[] }[] }>();
    return [...new Set(contactPoints.find((point) => point.channel === channel)?.states.map(({ status }) => status))];
  };

  /** As Twilio would send it; the signature is made here from the words of its documentation. */
  const twilio = (
    parameters: Record<string, string>,
    { search = '', token = TOKEN, provider = ids.sms, url = WEBHOOK } = {},
  ) => {
    const sorted = Object.keys(parameters).sort().map((name) => `${name}${parameters[name]}`); // prettier-ignore
    const signature = createHmac('sha1', token).update(url + search + sorted.join('')).digest('base64'); // prettier-ignore
    return api.send('POST', `/v1/webhooks/${provider}${search}`, {
      raw: new URLSearchParams(parameters).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    });
  };
  const meta = (value: object, { secret = APP_SECRET, provider = ids.whatsapp } = {}) => {
    const raw = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [{ field: 'x', value }] }],
    });
    const signature = `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
    return api.send('POST', `/v1/webhooks/${provider}`, { raw, headers: { 'x-hub-signature-256': signature } });
  };
  const about = (MessageSid: string, more: Record<string, string>) => ({ MessageSid, From: '+4930123456', To: '+4915112345001', ...more }); // prettier-ignore

  it('Twilio’s receipts become touches, once each, in any order, by our id or by its own', async () => {
    const { name } = await contact();
    const sid = ref();
    const id = await sent('sms', name, sid);
    expect(new URLSearchParams(String(http.arrived.at(-1)?.body)).get('StatusCallback')).toBe(
      `${WEBHOOK}?message=${id}`,
    );
    for (const [status, search] of [
      ['read', `?message=${id}`],
      ['delivered', `?message=${id}`],
      ['delivered', ''],
      ['sent', ''],
      ['read', ''],
    ] as const) {
      expect((await twilio(about(sid, { MessageStatus: status }), { search })).status).toBe(200);
    }
    expect((await touches(id)).map(({ type }) => type)).toEqual(['sent', 'opened', 'delivered']);
    const entries = await api.app.get(Database, { strict: false }).tx.sql<{ leaf: Buffer }>`
      SELECT e.leaf FROM ledger.entry e JOIN sending.touch t ON t.entry_id = e.id WHERE t.message_id = ${id}`;
    expect(entries.map(({ leaf }) => /"t":"(touch[^"]*)"/.exec(String(leaf))?.[1]).sort()).toEqual(['touch.delivered', 'touch.opened']); // prettier-ignore
  });

  it('a number that is gone is never written to again', async () => {
    const { name } = await contact();
    const sid = ref();
    const id = await sent('sms', name, sid);
    await twilio(about(sid, { MessageStatus: 'undelivered', ErrorCode: '30005' }));
    expect(await touches(id)).toEqual([
      { type: 'sent', bounce: null },
      { type: 'bounced', bounce: 'hard' },
    ]);
    const body = { to: name, template: 'news-sms', topic: 'newsletter' };
    const next = await api.send('POST', '/v1/messages', { key, body, headers: { 'idempotency-key': randomUUID() } });
    expect(next.json()).toMatchObject({ status: 'dropped', decision: { reason: 'suppressed_bounce' } });
  });

  it.each([
    ['takes no MMS', { ErrorCode: '30011' }],
    ['is a landline, or out of reach of a short code', { ErrorCode: '30006', From: '72345' }],
    ['is off', { ErrorCode: '30003' }],
  ])('and one that %s is', async (_name, said) => {
    const { name } = await contact();
    const sid = ref();
    const id = await sent('sms', name, sid);
    await twilio(about(sid, { MessageStatus: 'undelivered', ...said }));
    expect((await touches(id)).map(({ bounce }) => bounce)).toEqual([null, 'soft']);
    expect((await touches(await sent('sms', name, ref()))).map(({ type }) => type)).toEqual(['sent']);
  });

  it('STOP leaves, whether Twilio or the gateway understood it, and what else is written leaves nothing', async () => {
    const [first, second, third] = [await contact(), await contact(), await contact()];
    const write = (From: string, more: Record<string, string>) =>
      twilio({ MessageSid: ref(), From, To: '+4930123456', ...more });
    await write(first.number, { Body: 'Stopp!' });
    await write(second.number, { Body: 'unsubscribe me', OptOutType: 'STOP' });
    await write(third.number, { Body: 'Thank you' });
    const message = await sent('sms', third.name, ref());
    const said = { MessageSid: ref(), Body: 'Thank you' };
    for (const _ of [1, 2]) await write(third.number, said);
    await write(first.number, { Body: 'Hello?' });
    expect((await touches(message)).map(({ type }) => type)).toEqual(['sent', 'replied']);
    expect(await standing(first.name, 'sms')).toEqual(['withdrawn']);
    expect(await standing(second.name, 'sms')).toEqual(['withdrawn']);
    expect(await standing(third.name, 'sms')).toEqual(['granted']);
    expect(await standing(first.name, 'whatsapp')).toEqual(['granted']);
  });

  it('whoever told the provider to stop has left when it refuses their next message', async () => {
    for (const channel of ['sms', 'whatsapp'] as const) {
      const { name } = await contact();
      reaction = () => ({ status: 400, body: channel === 'sms' ? { code: 21610 } : { error: { code: 131050 } } });
      const id = await attempted(channel, name);
      expect((await api.send('GET', `/v1/messages/${id}`, { key })).json()).toMatchObject({ status: 'failed' });
      expect(await standing(name, channel)).toEqual(['withdrawn']);
    }
  });

  it('WhatsApp’s statuses and replies become touches', async () => {
    const { name, number } = await contact();
    const id = await sent('whatsapp', name, 'wamid.1');
    const status = (what: string, more = {}) => ({ id: 'wamid.1', status: what, timestamp: String(Math.floor(Date.now() / 1000)), recipient_id: number.slice(1), ...more }); // prettier-ignore
    await meta({ statuses: [status('delivered', { biz_opaque_callback_data: id })] });
    await meta({ statuses: [status('delivered'), status('sent')] });
    await meta({ messages: [{ id: 'wamid.2', from: number.slice(1), timestamp: String(Math.floor(Date.now() / 1000)), type: 'text', text: { body: 'Hi' }, context: { id: 'wamid.1' } }] }); // prettier-ignore
    expect((await touches(id)).map(({ type }) => type)).toEqual(['sent', 'delivered', 'replied']);
  });

  it('another event under the name of an earlier one is not taken, and somebody is told; the same again is nothing', async () => {
    const logger = api.app.get<Logger>(LOGGER, { strict: false });
    const { warn } = logger;
    const told: unknown[] = [];
    logger.warn = (...said: unknown[]) => told.push(said);
    try {
      const { name, number } = await contact();
      const id = await sent('whatsapp', name, 'wamid.reused');
      const now = Math.floor(Date.now() / 1000);
      for (const timestamp of [now, now, now + 2]) {
        await meta({ statuses: [{ id: 'wamid.reused', status: 'delivered', timestamp: String(timestamp), recipient_id: number.slice(1) }] }); // prettier-ignore
        expect(told).toHaveLength(timestamp === now ? 0 : 1);
      }
      expect(told).toEqual([[{ provider: ids.whatsapp, reused: 1 }, expect.stringContaining('under names of earlier ones')]]); // prettier-ignore
      expect((await touches(id)).map(({ type }) => type)).toEqual(['sent', 'delivered']);
    } finally {
      logger.warn = warn;
    }
  });

  it.each([
    ['a test number is not to write there', 131030, null],
    ['its limit of marketing messages to one person is reached', 131049, null],
    ['nobody wrote within a day', 131047, null],
    ['a message could not be delivered', 131026, 'suppressed_bounce'],
  ])(
    'that WhatsApp says that %s (%d) suppresses nothing at once, and after five in a row %s',
    async (_what, code, reason) => {
      const { name, number } = await contact();
      const next = async (): Promise<object> => {
        const id = await sent('whatsapp', name, `wamid.${randomUUID()}`);
        return (await api.send('GET', `/v1/messages/${id}`, { key })).json<object>();
      };
      for (let times = 0; times < 5; times++) {
        const ref = `wamid.${randomUUID()}`;
        const id = await sent('whatsapp', name, ref);
        const failed = { id: ref, status: 'failed', timestamp: String(Math.floor(Date.now() / 1000)), recipient_id: number.slice(1), errors: [{ code }] }; // prettier-ignore
        await meta({ statuses: [failed] });
        expect((await touches(id)).map(({ bounce }) => bounce)).toEqual([null, 'soft']);
        if (times === 0) expect(await next()).toMatchObject({ status: 'sent' });
      }
      expect(await next()).toMatchObject(reason === null ? { status: 'sent' } : { status: 'dropped', reason });
    },
  );

  it('who tells WhatsApp to stop marketing has left; telling it to go on brings nothing back', async () => {
    const { name, number } = await contact();
    const preference = (value: string) => ({
      user_preferences: [{ wa_id: number.slice(1), category: 'marketing_messages', value }],
    });
    expect((await meta(preference('stop'))).status).toBe(200);
    expect(await standing(name, 'whatsapp')).toEqual(['withdrawn']);
    await meta(preference('resume'));
    expect(await standing(name, 'whatsapp')).toEqual(['withdrawn']);
    const [other, failed] = [await contact(), await contact()];
    await meta({ messages: [{ id: 'wamid.9', from: other.number.slice(1), timestamp: '1790000000', type: 'text', text: { body: 'STOP' } }] }); // prettier-ignore
    expect(await standing(other.name, 'whatsapp')).toEqual(['withdrawn']);
    await meta({ statuses: [{ id: 'wamid.8', status: 'failed', timestamp: '1790000000', recipient_id: failed.number.slice(1), errors: [{ code: 131050 }] }] }); // prettier-ignore
    expect(await standing(failed.name, 'whatsapp')).toEqual(['withdrawn']);
  });

  describe('where WhatsApp knows a person by another number than the one that was written to', () => {
    const seconds = (): string => String(Math.floor(Date.now() / 1000));
    const says = (from: string, more: object) => meta({ messages: [{ id: `wamid.${randomUUID()}`, from, timestamp: seconds(), ...more }] }); // prettier-ignore
    const stop = { type: 'text', text: { body: 'STOP' } };

    it.each([
      ['Mexico', '+525512345678', '5215512345678'],
      ['Mexico, the other way round', '+5215587654321', '525587654321'],
      ['Argentina', '+541123456789', '5491123456789'],
      ['Brazil', '+5511987654321', '551187654321'],
    ])('%s: whoever says stop there has left, by each of the ways', async (_country, address, waId) => {
      const people = [await contact(address), await contact(address)];
      await meta({ user_preferences: [{ wa_id: waId, category: 'marketing_messages', value: 'stop' }] });
      for (const { name } of people) expect(await standing(name, 'whatsapp')).toEqual(['withdrawn']);
      const again = await contact(address);
      await says(waId, stop);
      expect(await standing(again.name, 'whatsapp')).toEqual(['withdrawn']);
    });

    it('a refusal that names our message, and a STOP that answers it, leave where the message went', async () => {
      const [first, second] = [await contact(), await contact()];
      const id = await sent('whatsapp', first.name, 'wamid.100');
      await meta({ statuses: [{ id: 'wamid.100', status: 'failed', timestamp: seconds(), recipient_id: '19998887777', biz_opaque_callback_data: id, errors: [{ code: 131050 }] }] }); // prettier-ignore
      expect(await standing(first.name, 'whatsapp')).toEqual(['withdrawn']);
      await sent('whatsapp', second.name, 'wamid.101');
      await says('19998887776', { ...stop, context: { id: 'wamid.101' } });
      expect(await standing(second.name, 'whatsapp')).toEqual(['withdrawn']);
    });

    it('the number that Meta answered when it took a message is theirs', async () => {
      const { name, number } = await contact();
      const contacts = [{ input: number, wa_id: '4930999888777' }];
      reaction = () => ({ status: 200, body: { contacts, messages: [{ id: 'wamid.102' }] } });
      await attempted('whatsapp', name);
      await says('4930999888777', stop);
      expect(await standing(name, 'whatsapp')).toEqual(['withdrawn']);
      expect(await standing(name, 'sms')).toEqual(['granted']);
    });

    it('what was said to another number of the same app is not said to this brand', async () => {
      const { name, number } = await contact();
      const id = await sent('whatsapp', name, ref());
      const to = (phone_number_id: string) => ({ metadata: { display_phone_number: '4930', phone_number_id } });
      const said = (text: string) => ({ messages: [{ id: ref(), from: number.slice(1), timestamp: seconds(), type: 'text', text: { body: text } }] }); // prettier-ignore
      const elsewhere = to('999999999999999');
      for (const words of ['Hallo', 'STOP']) expect((await meta({ ...elsewhere, ...said(words) })).status).toBe(200);
      const preference = {
        user_preferences: [{ wa_id: number.slice(1), category: 'marketing_messages', value: 'stop' }],
      };
      expect((await meta({ ...elsewhere, ...preference })).status).toBe(200);
      expect((await touches(id)).map(({ type }) => type)).toEqual(['sent']);
      expect(await standing(name, 'whatsapp')).toEqual(['granted']);
      await meta({ ...to('106540352242922'), ...said('STOP') });
      expect(await standing(name, 'whatsapp')).toEqual(['withdrawn']);
    });

    it('of a message of another brand nothing is believed', async () => {
      const { name } = await contact();
      const id = await sent('whatsapp', name, 'wamid.103');
      const stranger = await api.brand(`other-${randomUUID()}`);
      const account = { channel: 'whatsapp', kind: 'whatsapp_cloud', settings: { baseUrl: http.url, phoneNumberId: '106540352242923' }, secret: { accessToken: 'token', appSecret: APP_SECRET } }; // prettier-ignore
      const put = await api.send('PUT', '/v1/providers/whatsapp', { key: stranger, body: account });
      const provider = put.json<{ id: string }>().id;
      for (const biz_opaque_callback_data of [id, undefined]) {
        await meta({ statuses: [{ id: 'wamid.103', status: 'failed', timestamp: seconds(), recipient_id: '1', biz_opaque_callback_data, errors: [{ code: 131050 }] }] }, { provider }); // prettier-ignore
      }
      expect(await standing(name, 'whatsapp')).toEqual(['granted']);
    });
  });

  it('what is odd in a batch of Meta leaves the rest of it, and the presses of buttons are heard', async () => {
    const [first, second, third] = [await contact(), await contact(), await contact()];
    const button = (title: string, id: string) => ({ type: 'interactive', interactive: { type: 'button_reply', button_reply: { id, title } } }); // prettier-ignore
    const from = ({ number }: { number: string }, more: object) => ({ id: `wamid.${randomUUID()}`, from: number.slice(1), timestamp: 'soon', ...more }); // prettier-ignore
    const answer = await meta({
      statuses: [{ id: 7 }, null, { id: 'wamid.\u0000', status: 'read' }],
      messages: [
        from(first, { text: { body: 'ST\u0000OP\ud800' } }),
        { id: 'wamid.x', from: 42, text: 'STOP' },
        from(second, button('STOP', 'no-more')),
        from(third, button('Lieber nicht', 'STOP')),
      ],
      user_preferences: 'stop',
    });
    expect(answer.status).toBe(200);
    for (const { name } of [first, second, third]) expect(await standing(name, 'whatsapp')).toEqual(['withdrawn']);
  });

  it('what people write answers the last message to them there, once, unless they leave', async () => {
    const { name, number } = await contact();
    const stranger = await contact();
    const earlier = await sent('sms', name, ref());
    const id = await sent('sms', name, ref());
    const written = { From: number, To: '+4930123456', Body: 'Thank you', MessageSid: ref() };
    await twilio(written);
    await twilio(written);
    await twilio({ ...written, Body: 'STOP', MessageSid: ref(), OptOutType: 'STOP' });
    await twilio({ ...written, From: stranger.number, MessageSid: ref() });
    expect((await touches(id)).map(({ type }) => type)).toEqual(['sent', 'replied']);
    expect((await touches(earlier)).map(({ type }) => type)).toEqual(['sent']);

    const whatsapp = await sent('whatsapp', name, 'wamid.300');
    const seconds = String(Math.floor(Date.now() / 1000));
    for (const [messageId, more] of [
      ['wamid.301', { type: 'image', image: { id: '1' } }],
      ['wamid.302', { type: 'system', system: { body: 'changed' } }],
      ['wamid.303', { type: 'text', text: { body: 'Nice' }, context: { id: 'wamid.unknown' } }],
    ] as const)
      await meta({ messages: [{ id: messageId, from: number.slice(1), timestamp: seconds, ...more }] });
    expect((await touches(whatsapp)).map(({ type }) => type)).toEqual(['sent', 'replied', 'replied']);
    const text = { channel: 'sms', from: number, text: 'Hello?', id: 'x-1' };
    for (const body of [text, text, { ...text, id: undefined }, { ...text, id: undefined }])
      expect((await api.send('POST', '/v1/inbound/texts', { key, body })).status).toBe(200);
    expect((await touches(id)).map(({ type }) => type)).toEqual(['sent', 'replied', 'replied', 'replied']);
  });

  it('a name that a center gives again means the last message under it, and each has its own end', async () => {
    const { name } = await contact();
    const connection = api.app.get(ConnectionService, { strict: false });
    /** As a sender says it since names are given again, and as it did before. */
    const delivered = (sid: string, isOf = true) =>
      connection.take(ids.sms, [
        { kind: 'event', id: `smpp ${sid} DELIVRD`, ...(isOf && { said: 'smpp DELIVRD' }), type: 'delivered', message: { ref: sid }, at: null, bounce: null }, // prettier-ignore
      ]);
    const typesOf = async (id: MessageId) => (await touches(id)).map(({ type }) => type);
    for (const isOf of [true, false]) {
      const sid = ref();
      const first = await sent('sms', name, sid);
      await delivered(sid, isOf);
      await delivered(sid);
      expect(await typesOf(first)).toEqual(['sent', 'delivered']);
      const second = await sent('sms', name, sid);
      await delivered(sid);
      await delivered(sid);
      expect([await typesOf(first), await typesOf(second)]).toEqual([['sent', 'delivered'], ['sent', 'delivered']]); // prettier-ignore
    }
  });

  it('a thousand things come at once', async () => {
    const { name } = await contact();
    const id = await sent('whatsapp', name, 'wamid.200');
    const statuses = Array.from({ length: 1000 }, (_, i) => ({
      id: i === 999 ? 'wamid.200' : `wamid.${randomUUID()}${'x'.repeat(150)}`,
      status: 'delivered',
      timestamp: String(Math.floor(Date.now() / 1000)),
      recipient_id: '4915112345000',
      conversation: { id: 'x'.repeat(200) },
    }));
    expect((await meta({ statuses })).status).toBe(200);
    expect((await touches(id)).map(({ type }) => type)).toEqual(['sent', 'delivered']);
  });

  it('Meta is answered its challenge, and nobody else', async () => {
    const ask = (provider: string, token: string) =>
      api.send('GET', `/v1/webhooks/${provider}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`);
    expect(await ask(ids.whatsapp, 'verify-me')).toMatchObject({ status: 200, text: '1158201444' });
    for (const [provider, token] of [
      [ids.whatsapp, 'wrong'],
      [ids.sms, 'verify-me'],
      [randomUUID(), 'verify-me'],
    ] as const) {
      // prettier-ignore
      expect((await ask(provider, token)).status).toBe(401);
    }
  });

  it('what is forged changes nothing, and is answered like an unknown provider', async () => {
    const { name, number } = await contact();
    const stop = { MessageSid: ref(), From: number, To: '+4930123456', Body: 'STOP' };
    const answers = [
      await twilio(stop, { token: 'wrong' }),
      await twilio(stop, { url: 'https://evil.example/v1/webhooks/1' }),
      await twilio(stop, { provider: ids.whatsapp }),
      await twilio(stop, { provider: randomUUID() }),
      await api.send('POST', `/v1/webhooks/${ids.sms}`, { raw: new URLSearchParams(stop).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }), // prettier-ignore
      await meta({ user_preferences: [{ wa_id: number.slice(1), category: 'marketing_messages', value: 'stop' }] }, { secret: 'wrong' }), // prettier-ignore
      await meta({}, { provider: ids.sms }),
    ];
    expect([...new Set(answers.map(({ status, text }) => `${status} ${text.replace(/"instance":"[^"]*"/, '')}`))]).toHaveLength(1); // prettier-ignore
    expect(answers[0]?.status).toBe(401);
    expect(await standing(name, 'sms')).toEqual(['granted']);
    expect(await standing(name, 'whatsapp')).toEqual(['granted']);
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"entry":1}',
    '{"entry":[{"changes":[{"value":{"statuses":[{}]}}]}]}',
    '{"entry":[{"changes":"x"}]}',
    '{"entry":[{"changes":[{"value":{"messages":{"from":7}}}]}]}',
    `${'['.repeat(10_000)}`,
  ])('a signed body that is nothing we know is refused and no fault: %j', async (raw) => {
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(raw).digest('hex')}`;
    const answer = await api.send('POST', `/v1/webhooks/${ids.whatsapp}`, { raw, headers: { 'x-hub-signature-256': signature } }); // prettier-ignore
    expect([400, 401]).toContain(answer.status);
  });
});
