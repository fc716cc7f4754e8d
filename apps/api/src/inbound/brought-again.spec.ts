import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeOptOutToken } from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { KEY_RING, type KeyRing, newId } from '#lib/platform';
import { ConnectionService, SenderRegistry } from '#lib/sending';
import { type SmppCenter, startSmppCenter } from '../../../../test/support/smpp-center.js';
import { until } from '../../../../test/support/until.js';
import type { Answered, RunningApi } from '../testing/running-api.js';
import { SomeBrand } from '../testing/some-brand.js';

const WEBHOOK = 'https://api.acme.example/v1/webhooks/1';
const [AUTH_TOKEN, APP_SECRET] = ['twilio-token', 'app-secret'];
const ACCOUNTS = {
  sms: {
    kind: 'twilio',
    settings: { accountSid: `AC${'0'.repeat(32)}`, from: '+4930123456', webhookUrl: WEBHOOK },
    secret: { authToken: AUTH_TOKEN },
  },
  whatsapp: {
    kind: 'whatsapp_cloud',
    settings: { phoneNumberId: '106540352242922' },
    secret: { accessToken: 'token', appSecret: APP_SECRET },
  },
};

/** A deliver_sm (SMPP 3.4, 4.6.1) with a text of somebody, and the center's name of it in a parameter of its own. */
const deliverSm = (from: string, text: string, name: string): Buffer =>
  Buffer.concat([
    Buffer.from(`\0\x01\x01${from.slice(1)}\0\x05\0Acme\0`, 'latin1'),
    Buffer.of(0, 0, 0, 0, 0, 0, 0, 0, 0, text.length),
    Buffer.from(text, 'latin1'),
    Buffer.of(TEXT_ID_TAG >> 8, TEXT_ID_TAG & 0xff, 0, name.length),
    Buffer.from(name, 'latin1'),
  ]);
const TEXT_ID_TAG = 0x1502;

type Channel = 'email' | 'sms' | 'whatsapp';
interface Person {
  readonly name: string;
  readonly email: string;
  readonly number: string;
  readonly token: string;
}

describe('a wish to leave that is brought again', () => {
  let brand: SomeBrand;
  let api: RunningApi;
  const ids = { sms: '', whatsapp: '' };
  let people = 0;
  let center: SmppCenter;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    ({ api } = brand);
    for (const channel of ['sms', 'whatsapp'] as const) {
      const put = await brand.send('PUT', `/v1/providers/${channel}`, { channel, ...ACCOUNTS[channel] });
      ids[channel] = put.json<{ id: string }>().id;
    }
    center = await startSmppCenter();
    const settings = { host: '127.0.0.1', port: center.port, secure: 'none', systemId: 'spec', from: 'Acme', answers: [], textIdTag: TEXT_ID_TAG }; // prettier-ignore
    const account = { kind: 'smpp', channel: 'sms', settings, secret: { password: 'secret' } };
    expect((await brand.send('PUT', '/v1/providers/center', account)).status).toBeLessThan(300);
    const connection = api.app.get(ConnectionService, { strict: false });
    await api.app.get(SenderRegistry, { strict: false }).listen((id, what) => connection.take(id, what));
    await until('a bind', () => center.bound === 1);
  });
  afterAll(async () => {
    await brand.stop();
    await center.close();
  });

  const person = async (key = brand.key): Promise<Person> => {
    const nth = String(++people).padStart(3, '0');
    return known({ name: `p${nth}`, email: `p${nth}@people.example`, number: `+4915112346${nth}` }, key);
  };
  const known = async (who: Omit<Person, 'token'>, key = brand.key): Promise<Person> => {
    const contactPoints = [
      { channel: 'email', address: who.email },
      { channel: 'sms', address: who.number },
      { channel: 'whatsapp', address: who.number },
    ];
    const put = await brand.send('PUT', `/v1/contacts/${who.name}`, { contactPoints }, key);
    expect(put.status).toBeLessThan(300);
    const { rows } = await brand.admin.query<{ point: ContactPointId; scope: string }>(
      `SELECT p.id AS point, t.id AS scope FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id
         JOIN consent.topic t ON t.brand_id = p.brand_id AND t.key = 'newsletter'
        WHERE c.external_id = $1 AND p.channel = 'email' ORDER BY p.in_use_since DESC LIMIT 1`,
      [who.name],
    );
    const link = { contactPointId: rows[0]?.point as ContactPointId, scopeId: rows[0]?.scope ?? '', messageId: newId<MessageId>() }; // prettier-ignore
    return { ...who, token: makeOptOutToken(api.app.get<KeyRing>(KEY_RING, { strict: false }).links, link) };
  };
  /** Says yes in a moment of its own, after everything before and before everything after. */
  const yes = async ({ name }: Person, channel: Channel): Promise<void> => {
    await sleep(3);
    const occurredAt = new Date().toISOString();
    await sleep(3);
    expect((await brand.say(name, 'granted', { channel, occurredAt })).status).toBe(201);
  };
  const standing = async ({ name }: Person, channel: Channel, key = brand.key): Promise<string | undefined> =>
    (await brand.send('GET', `/v1/contacts/${name}/consents`, undefined, key))
      .json<{ contactPoints: { channel: string; states: { topic: string | null; status: string }[] }[] }>()
      .contactPoints.find((point) => point.channel === channel)
      ?.states.find(({ topic }) => topic === 'newsletter')?.status;
  const entries = async (): Promise<number> =>
    Number((await brand.admin.query<{ n: string }>('SELECT count(*) AS n FROM ledger.entry')).rows[0]?.n);

  const twilio = (parameters: Record<string, string>): Promise<Answered> => {
    const sorted = Object.keys(parameters).sort().map((name) => `${name}${parameters[name]}`); // prettier-ignore
    const signature = createHmac('sha1', AUTH_TOKEN).update(WEBHOOK + sorted.join('')).digest('base64'); // prettier-ignore
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
    return api.send('POST', `/v1/webhooks/${ids.sms}`, { raw: new URLSearchParams(parameters).toString(), headers });
  };
  const meta = (value: object): Promise<Answered> => {
    const raw = JSON.stringify({ entry: [{ id: '1', changes: [{ field: 'x', value }] }] });
    const headers = { 'x-hub-signature-256': `sha256=${createHmac('sha256', APP_SECRET).update(raw).digest('hex')}` };
    return api.send('POST', `/v1/webhooks/${ids.whatsapp}`, { raw, headers });
  };
  const mail = (from: string, subject: string, id?: string): Promise<Answered> => {
    const header = id === undefined ? '' : `Message-ID: <${id}@people.example>\r\n`;
    const raw = `From: ${from}\r\nTo: leave@acme.example\r\nSubject: ${subject}\r\n${header}\r\n`;
    return api.send('POST', '/v1/inbound/mail', { key: brand.key, raw, headers: { 'content-type': 'message/rfc822' } });
  };
  const text = ({ number }: Person, id?: string, key = brand.key): Promise<Answered> =>
    brand.send('POST', '/v1/inbound/texts', { channel: 'sms', from: number, text: 'STOP', ...(id && { id }) }, key);

  const smpp = async (number: string, id: string): Promise<Answered> => {
    const isTaken = await center.bring(deliverSm(number, 'STOP', id));
    return { ...(await api.send('GET', '/livez')), status: isTaken ? 200 : 500 };
  };

  /** Each brings the same as the same `nth` did before, and something new as another. */
  const DOORS: Record<string, [Channel, (who: Person, nth: number) => Promise<Answered>]> = {
    'a text that Twilio brings': ['sms', ({ name, number }, nth) => twilio({ MessageSid: `SM-${name}-${nth}`, From: number, To: '+4930123456', Body: 'STOP' })], // prettier-ignore
    'one that Twilio itself understood': ['sms', ({ name, number }, nth) => twilio({ MessageSid: `SM-${name}-${nth}`, From: number, To: '+4930123456', Body: 'No more', OptOutType: 'STOP' })], // prettier-ignore
    'a receipt by which Twilio says that they told it to stop': ['sms', ({ name, number }, nth) => twilio({ MessageSid: `SM-${name}-${nth}`, From: '+4930123456', To: number, MessageStatus: 'failed', ErrorCode: '21610' })], // prettier-ignore
    'a text by WhatsApp': ['whatsapp', ({ name, number }, nth) => meta({ messages: [{ id: `wamid.${name}.${nth}`, from: number.slice(1), timestamp: '1790000000', type: 'text', text: { body: 'STOP' } }] })], // prettier-ignore
    'a change in the settings of WhatsApp': ['whatsapp', ({ number }, nth) => meta({ user_preferences: [{ wa_id: number.slice(1), category: 'marketing_messages', value: 'stop', timestamp: 1790000000 + nth }] })], // prettier-ignore
    'a receipt by which WhatsApp says that they told it to stop': ['whatsapp', ({ name, number }, nth) => meta({ statuses: [{ id: `wamid.${name}.${nth}`, status: 'failed', timestamp: '1790000000', recipient_id: number.slice(1), errors: [{ code: 131050 }] }] })], // prettier-ignore
    'a text that somebody’s own adapter brings': ['sms', (who, nth) => text(who, `x-${who.name}-${nth}`)],
    'a text that a center brings by SMPP': ['sms', ({ name, number }, nth) => smpp(number, `mo-${name}-${nth}`)],
    'a mail in their own words': ['email', ({ name, email }, nth) => mail(email, 'Unsubscribe', `${name}.${nth}`)],
    'a mail with the token of a link': ['email', ({ name, email, token }, nth) => mail(email, token, `${name}.${nth}`)],
  };

  it.each(Object.keys(DOORS))('as %s takes no newer yes back, and a new one does', async (door) => {
    const [channel, bring] = DOORS[door] ?? ['email', () => Promise.reject(new Error('no such door'))];
    const who = await person();
    await yes(who, channel);
    expect((await bring(who, 1)).status).toBe(200);
    expect(await standing(who, channel)).toBe('withdrawn');
    await yes(who, channel);
    const written = await entries();
    const again = await bring(who, 1);
    expect(again.status).toBe(200);
    expect(again.text).not.toContain('"changed":true');
    expect([await standing(who, channel), await entries()]).toEqual(['granted', written]);
    expect((await bring(who, 2)).status).toBe(200);
    expect(await standing(who, channel)).toBe('withdrawn');
  });

  it.each<[string, Channel, (who: Person) => Promise<Answered>]>([
    ['a text without an id', 'sms', (who) => text(who)],
    ['a mail without a Message-ID', 'email', ({ email }) => mail(email, 'Unsubscribe')],
    ['a change in the settings of WhatsApp without its time', 'whatsapp', ({ number }) => meta({ user_preferences: [{ wa_id: number.slice(1), category: 'marketing_messages', value: 'stop' }] })], // prettier-ignore
  ])('as %s is a new one, because nobody can tell', async (_what, channel, bring) => {
    const who = await person();
    for (const _ of [1, 2]) {
      await yes(who, channel);
      expect((await bring(who)).status).toBe(200);
      expect(await standing(who, channel)).toBe('withdrawn');
    }
  });

  it('is another one from somebody else, in other words, or for another brand', async () => {
    const [first, second] = [await person(), await person()];
    for (const who of [first, second]) {
      await yes(who, 'email');
      await mail(who.email, 'Unsubscribe', 'the-same');
      expect(await standing(who, 'email')).toBe('withdrawn');
    }
    await yes(first, 'email');
    await mail(first.email, 'Please unsubscribe me', 'the-same');
    expect(await standing(first, 'email')).toBe('withdrawn');

    await yes(second, 'sms');
    const other = await api.brand('other');
    expect((await text(second, 'one', other)).json()).toMatchObject({ changed: true });
    expect(await standing(second, 'sms')).toBe('granted');
    expect((await text(second, 'one')).json()).toMatchObject({ changed: true });
  });

  it('is answered like the first time, by what to send back', async () => {
    const who = await person();
    await yes(who, 'sms');
    const first = (await text(who, 'answered')).json<object>();
    expect((await text(who, 'answered')).json()).toEqual({ ...first, changed: false });
  });

  it('at the same time as the first is carried out once', async () => {
    const [alone, who] = [await person(), await person()];
    const writtenBy = async (act: () => Promise<unknown>): Promise<number> => {
      const before = await entries();
      await act();
      return (await entries()) - before;
    };
    for (const one of [alone, who]) await yes(one, 'sms');
    const once = await writtenBy(() => text(alone, 'once'));
    const answers: Answered[] = [];
    const atOnce = await writtenBy(async () =>
      answers.push(...(await Promise.all([1, 2, 3, 4].map(() => text(who, 'at-once'))))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.filter((answer) => answer.json<{ changed: boolean }>().changed)).toHaveLength(1);
    expect([once > 0, atOnce]).toEqual([true, once]);
  });

  it('is carried out when the first time could not be', async () => {
    const who = await person();
    await yes(who, 'sms');
    await brand.admin.query(`
      CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$;
      CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON consent.consent_event DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION fail()`);
    expect((await text(who, 'retried')).status).toBe(500);
    await brand.admin.query('DROP TRIGGER fails ON consent.consent_event');
    expect(await standing(who, 'sms')).toBe('granted');
    expect((await text(who, 'retried')).json()).toMatchObject({ changed: true });
    expect(await standing(who, 'sms')).toBe('withdrawn');
  });

  it('is carried out when nobody could tell the first time whose it was', async () => {
    const who = { ...(await person()), number: '06649876001' };
    expect((await text(who, 'untold')).status).toBe(422);
    await known({ name: 'austrian', email: 'austrian@people.example', number: '+436649876001' });
    expect((await text(who, 'untold')).json()).toMatchObject({ changed: true });
  });
});
