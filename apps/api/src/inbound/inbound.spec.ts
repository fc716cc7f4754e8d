import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeOptOutToken } from '#lib/consent';
import type { BrandId, ContactPointId, MessageId } from '#lib/kernel';
import { type Returned, ReturnedService } from '#lib/sending';
import { KEY_RING, type KeyRing, newId } from '#lib/platform';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

describe('what people write back', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    for (const { method, path, body } of SET_UP_BODIES.slice(1, 3)) await api.send(method, path, { key, body });
  });
  afterAll(async () => api.stop());

  /** A contact who wants the news by e-mail and by text message, and the token of a mail to them. */
  const contact = async (name: string, phone: string): Promise<string> => {
    const address = `${name}@people.example`;
    const contactPoints = [
      { channel: 'email', address },
      { channel: 'sms', address: phone },
    ];
    const put = await api.send('PUT', `/v1/contacts/${name}`, { key, body: { contactPoints } });
    for (const channel of ['email', 'sms']) {
      const body = {
        channel,
        purpose: 'marketing',
        topics: ['news'],
        kind: 'granted',
        wording: 'Yes, please.',
        legalBasis: 'consent',
        method: 'web_form',
      };
      expect((await api.send('POST', `/v1/contacts/${name}/consents`, { key, body })).status).toBe(201);
    }
    return tokenOf(name, put.json());
  };
  type Points = { contactPoints: { id: ContactPointId }[] };
  const tokenOf = async (name: string, read?: Points): Promise<string> => {
    const { contactPoints } = read ?? (await api.send('GET', `/v1/contacts/${name}`, { key })).json<Points>();
    const [point] = contactPoints;
    const [scope] = await topic();
    return makeOptOutToken(api.app.get<KeyRing>(KEY_RING, { strict: false }).links, {
      contactPointId: point?.id ?? ('' as ContactPointId),
      scopeId: scope ?? '',
      messageId: newId<MessageId>(),
    });
  };
  const topic = async (): Promise<string[]> => {
    const { Database } = await import('#lib/platform');
    const rows = await api.app.get(Database, { strict: false }).tx.sql<{
      id: string;
    }>`SELECT id FROM consent.topic WHERE key = 'news'`;
    return rows.map(({ id }) => id);
  };
  const mail = (from: string, subject: string, more = '', text = '') =>
    api.send('POST', '/v1/inbound/mail', {
      key,
      raw: `From: ${from}\r\nTo: leave@acme.example\r\nSubject: ${subject}\r\n${more}\r\n${text}`,
      headers: { 'content-type': 'message/rfc822' },
    });
  const standing = async (name: string): Promise<string[]> => {
    const read = await api.send('GET', `/v1/contacts/${name}/consents`, { key });
    return read
      .json<{
        contactPoints: { channel: string; states: { purpose: string; topic: string | null; status: string }[] }[];
      }>()
      .contactPoints.flatMap(({ channel, states }) =>
        states.map(({ purpose, topic: about, status }) => `${channel} ${purpose === '*' ? '*' : about} ${status}`),
      );
  };

  it('leaves by a token what its mail was about, whoever sends it, and twice is the same as once', async () => {
    const token = await contact('ann', '+4915112345601');
    expect((await mail('somebody@else.example', token)).json()).toEqual({
      outcome: 'left',
      why: null,
      changed: true,
      forReview: false,
      inFlight: [],
    });
    expect(await standing('ann')).toEqual([
      'email null granted',
      'email news withdrawn',
      'sms null granted',
      'sms news granted',
    ]);
    expect((await mail('ann@people.example', `Re: ${token}`)).json()).toMatchObject({
      outcome: 'left',
      changed: false,
    });
  });

  it('leaves everything at their address by their own words', async () => {
    await contact('ben', '+4915112345602');
    expect((await mail('Ben <BEN@people.example>', '=?utf-8?q?K=C3=BCndigen?=')).json()).toMatchObject({
      outcome: 'left',
      changed: true,
    });
    expect(await standing('ben')).toEqual([
      'email * withdrawn',
      'email null withdrawn',
      'email news withdrawn',
      'sms null granted',
      'sms news granted',
    ]);
  });

  it.each([
    ['an absence note', 'Auto-Submitted: auto-replied\r\n', 'auto_reply'],
    ['a bounce', 'Return-Path: <>\r\n', 'bounce'],
    ['a mail that its sender did not send', 'Authentication-Results: mx; dmarc=fail\r\n', 'forged'],
    ['a mail of another list', 'List-Id: <x.example>\r\n', 'list_mail'],
  ])('does nothing for %s', async (_what, header, why) => {
    await contact('cy', '+4915112345603');
    expect((await mail('cy@people.example', 'Unsubscribe', header)).json()).toMatchObject({ outcome: 'ignored', why });
    expect(await standing('cy')).not.toContain('email news withdrawn');
  });

  it('does nothing for a token that nobody made, or of another brand', async () => {
    const token = await contact('dee', '+4915112345604');
    const forged = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    expect((await mail('dee@people.example', forged)).json()).toMatchObject({
      outcome: 'ignored',
      why: 'unknown_token',
    });
    const other = await api.brand('other');
    const raw = `From: dee@people.example\r\nSubject: ${token}\r\n\r\n`;
    const answer = await api.send('POST', '/v1/inbound/mail', {
      key: other,
      raw,
      headers: { 'content-type': 'message/rfc822' },
    });
    expect(answer.json()).toMatchObject({ outcome: 'ignored', why: 'unknown_token' });
    expect(await standing('dee')).toContain('email news granted');
  });

  it('hears the words beside what only looks like a token, and the token of the mail that somebody passes on', async () => {
    const token = await contact('dan', '+4915112345614');
    const link = `https://calendly.example/${'x'.repeat(88)}`;
    expect(
      (
        await mail('dan@people.example', 'unsubscribe', '', `Please unsubscribe me.\r\n${'x'.repeat(88)} ${link}`)
      ).json(),
    ).toMatchObject({ outcome: 'left', changed: true });
    expect(await standing('dan')).toContain('email news withdrawn');
    await contact('dot', '+4915112345615');
    const passedOn = `\r\n\r\nFrom: Acme\r\nSent: Monday\r\nTo: Dot\r\nSubject: News\r\n\r\nUnsubscribe <https://a.example/u/${await tokenOf('dot')}>\r\n`;
    expect((await mail('another@people.example', 'Fwd: News', '', `I like this one!${passedOn}`)).json()).toMatchObject(
      { why: 'unclear', forReview: false },
    );
    expect(await standing('dot')).toContain('email news granted');
    expect(
      (await mail('another@people.example', 'Fwd: News', '', `Please unsubscribe me.${passedOn}`)).json(),
    ).toMatchObject({ outcome: 'left', changed: true });
    expect(await standing('dot')).toContain('email news withdrawn');
    expect(token).toHaveLength(88);
  });

  it('leaves by a keyword for everybody at the number, and says what to answer', async () => {
    await contact('eve', '+4915112345605');
    await contact('fay', '+4915112345605');
    const text = (said: string) =>
      api.send('POST', '/v1/inbound/texts', { key, body: { channel: 'sms', from: '+4915112345605', text: said } });
    expect((await text('HELP')).json()).toMatchObject({ reading: 'help', reply: 'help', changed: false });
    expect((await text('STOP')).json()).toMatchObject({
      reading: 'opt_out',
      how: 'keyword',
      reply: 'opt_out_confirmed',
      changed: true,
    });
    for (const name of ['eve', 'fay']) {
      expect(await standing(name)).toEqual([
        'email null granted',
        'email news granted',
        'sms * withdrawn',
        'sms null withdrawn',
        'sms news withdrawn',
      ]);
    }
    expect((await text('stpo')).json()).toMatchObject({ how: 'slip', reply: 'opt_out_clarification', changed: false });
    expect((await text('START')).json()).toMatchObject({ reading: 'start', reply: 'sign_up_link' });
    expect(await standing('eve')).toContain('sms news withdrawn');
  });

  it.each([
    ['without its plus', '4915112345701'],
    ['with 00', '004915112345702'],
    ['as it is dialled at home', '015112345703'],
    ['with spaces', '+49 151 12345704'],
    ['as a URI', 'tel:+4915112345705'],
  ])('leaves by a keyword from a number that is written %s', async (_how, from) => {
    const number = `+4915112345${from.slice(-3)}`;
    const name = `written-${from.slice(-3)}`;
    await contact(name, number);
    const text = () => api.send('POST', '/v1/inbound/texts', { key, body: { channel: 'sms', from, text: 'STOP' } });
    expect((await text()).json()).toMatchObject({ reply: 'opt_out_confirmed', changed: true });
    expect(await standing(name)).toContain('sms news withdrawn');
    expect((await text()).json()).toMatchObject({ reply: 'opt_out_confirmed', changed: false });
  });

  it.each(['SHORT', '72345', '+49', '+999123456789'])(
    'does not tell %s that they have left: that cannot be carried out',
    async (from) => {
      const body = { channel: 'sms', from, text: 'STOP' };
      const answer = await api.send('POST', '/v1/inbound/texts', { key, body });
      expect([answer.status, answer.json()]).toMatchObject([
        422,
        { code: 'invalid_address', errors: [{ pointer: '/from', detail: 'is no address of the channel' }] },
      ]);
      expect(answer.text).not.toContain('opt_out_confirmed');
      // Whoever asks for help has lost nothing.
      const help = await api.send('POST', '/v1/inbound/texts', { key, body: { ...body, text: 'HELP' } });
      expect(help.json()).toMatchObject({ reading: 'help' });
    },
  );

  it('counts as left what a provider brings only where somebody has left', async () => {
    await contact('by-provider', '+4915112345798');
    const { Database } = await import('#lib/platform');
    const [brand] = await api.app.get(Database, { strict: false }).tx.sql<{ id: BrandId }>`
      SELECT id FROM consent.brand WHERE key = 'acme'`;
    const operator = await api.key({ scopes: ['metrics:read'] });
    const account = { id: newId(), brandId: brand?.id as BrandId, channel: 'sms' as const };
    const take = async (returned: Returned) =>
      (await api.app.get(ReturnedService, { strict: false }).take(account, [returned])).left;
    // A center that does not say which type of number it is.
    expect(await take({ kind: 'text', from: '4915112345798', text: 'STOP' })).toBe(1);
    expect(await standing('by-provider')).toContain('sms news withdrawn');
    expect(await take({ kind: 'text', from: 'SHORT', text: 'STOP' })).toBe(0);
    expect(await take({ kind: 'left', address: 'SHORT', wording: 'x' })).toBe(0);
    expect((await api.send('GET', '/metrics', { key: operator })).text).toMatch(
      /gateway_inbound_texts_total\{channel="sms",reading="unheard"\} [2-9]/,
    );
  });

  const stop = (from: string, more: object = {}) =>
    api.send('POST', '/v1/inbound/texts', { key, body: { channel: 'sms', from, text: 'STOP', ...more } });
  const standsOf = async (address: string): Promise<string> =>
    (await api.send('POST', '/v1/suppressions:find', { key, body: { channel: 'sms', address } })).text;

  it('keeps the no of a number that nobody is known by, for whoever gets it', async () => {
    expect((await stop('004915112345799')).json()).toMatchObject({ changed: true });
    await contact('newcomer', '+4915112345799');
    expect(await standsOf('+4915112345799')).toContain('objection');
  });

  it('takes a number without its country for that of the one person who has it, wherever they are', async () => {
    await contact('austrian', '+436641234567');
    expect((await stop('0664 1234567')).json()).toMatchObject({ reply: 'opt_out_confirmed', changed: true });
    expect(await standing('austrian')).toContain('sms news withdrawn');
    expect(await standsOf('+496641234567')).not.toContain('objection');
  });

  it('tells nobody that they have left whose number could be that of several people', async () => {
    const noneKnown = await stop('0664 2234567');
    expect([noneKnown.status, noneKnown.json()]).toMatchObject([
      422,
      { code: 'invalid_address', errors: [{ pointer: '/from', detail: 'is a number of several countries' }] },
    ]);
    await contact('one-of-two', '+436643234567');
    await contact('two-of-two', '+496643234567');
    const twoKnown = await stop('06643234567');
    expect([twoKnown.status, twoKnown.text]).toEqual([422, expect.not.stringContaining('opt_out_confirmed')]);
    for (const name of ['one-of-two', 'two-of-two']) expect(await standing(name)).toContain('sms news granted');
    for (const number of ['+436642234567', '+496642234567']) expect(await standsOf(number)).not.toContain('objection');

    expect((await stop('06643234567', { to: '+436601000000' })).json()).toMatchObject({ changed: true });
    expect(await standing('one-of-two')).toContain('sms news withdrawn');
    expect(await standing('two-of-two')).toContain('sms news granted');
    expect((await stop('06643234567', { country: 'DE' })).json()).toMatchObject({ changed: true });
    expect(await standing('two-of-two')).toContain('sms news withdrawn');
    expect((await stop('0664 4234567', { to: '+436601000000' })).json()).toMatchObject({ changed: true });
    expect(await standsOf('+436644234567')).toContain('objection');
  });

  it.each([{ country: 'XX' }, { country: 'at' }, { to: '' }])('refuses %j of a text', async (more) => {
    expect((await stop('+4915112345799', more)).status).toBe(400);
  });

  it.each([
    ['a NUL', '=?utf-8?q?unsubscribe=00?='],
    ['a NUL between letters', '=?utf-8?q?un=00subscribe?='],
    ['a bell', '=?utf-8?q?=07unsubscribe?='],
  ])('hears words with %s in them', async (what, subject) => {
    const name = `noise-${what.replaceAll(' ', '-')}`;
    await contact(name, '+4915112345606');
    expect((await mail(`${name}@people.example`, subject)).json()).toMatchObject({ outcome: 'left', changed: true });
  });

  it('hears a text with whatever a phone put into it', async () => {
    const texts = (raw: string) => api.send('POST', '/v1/inbound/texts', { key, raw, headers: { 'content-type': 'application/json' } }); // prettier-ignore
    for (const [n, said] of [
      'STOP\\u0000',
      '\\u0000S\\u0000T\\u0000O\\u0000P',
      'STOP \\ud83d',
      '\\u0007stop',
    ].entries()) {
      const number = `+49151123457${10 + n}`;
      await contact(`phone-${n}`, number);
      expect((await texts(`{"channel":"sms","from":"${number}","text":"${said}"}`)).json()).toMatchObject({
        reading: 'opt_out',
        changed: true,
      });
      expect(await standing(`phone-${n}`)).toContain('sms news withdrawn');
    }
    for (const raw of [
      '{"channel":"sms","from":"+4915112345605\\u0000","text":"x"}',
      '{"channel":"sms","from":"+4915112345605","text":"x\\u0000","text":"x\\u0000"}',
      '{"channel":"sms","from":"+4915112345605","text":"x\\u0000","more":1}',
    ])
      expect((await texts(raw)).status).toBe(400);
  });

  it.each([
    ['20,000 mails in mails', 'Content-Type: message/rfc822\r\n\r\n'.repeat(20_000)],
    ['folded, 5,000 mails in mails', 'Content-Type:\r\n message / rfc822\r\n\r\n'.repeat(5_000)],
    ['300 parts in parts', Array.from({ length: 300 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join('')], // prettier-ignore
  ])('%s are not read, and that is said', async (_what, parts) => {
    const begun = performance.now();
    const answer = await mail('ann@people.example', 'Unsubscribe', parts.slice(0, -2), 'x');
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ outcome: 'ignored', why: 'unreadable' });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('who likely means to leave is asked whether they do, and goes on being written to', async () => {
    await contact('likely', '+4915112345697');
    const said = { channel: 'sms', from: '+4915112345697', text: 'I am not interested' };
    const answer = await api.send('POST', '/v1/inbound/texts', { key, body: said });
    expect([answer.status, answer.json()]).toMatchObject([200, { reply: 'opt_out_question', changed: false }]);
    expect(await standing('likely')).toContain('sms news granted');
  });

  it.each([
    ['before', (picture: string, text: string) => `${picture}\r\n${text}`],
    ['after', (picture: string, text: string) => `${text}\r\n${picture}`],
  ])('whoever leaves is heard however large the picture %s their words is', async (where, order) => {
    await contact(`pictured-${where}`, where === 'before' ? '+4915112345698' : '+4915112345699');
    const picture = Buffer.alloc(3_000_000, where).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
    const parts = order(
      `--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n${picture}\r\n`,
      `--b\r\nContent-Type: text/plain\r\n\r\nPlease unsubscribe me.\r\n`,
    );
    const raw = `From: pictured-${where}@people.example\r\nSubject: Hello\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}\r\n--b--\r\n`;
    const headers = { 'content-type': 'message/rfc822' };
    const answer = await api.send('POST', '/v1/inbound/mail', { key, raw, headers });
    expect([answer.status, answer.json()]).toMatchObject([200, { outcome: 'left', changed: true }]);
  });

  it.each([
    ['JSON', { body: {} }, 415],
    [
      'more than 25 MB',
      { raw: Buffer.alloc(26 * 1024 * 1024, 'x'), headers: { 'content-type': 'message/rfc822' } },
      413,
    ],
  ])('refuses %s in place of a mail', async (_what, request, status) => {
    expect((await api.send('POST', '/v1/inbound/mail', { key, ...request })).status).toBe(status);
  });
});
