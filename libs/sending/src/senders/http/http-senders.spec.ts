import { afterEach, describe, expect, it } from '@jest/globals';
import { createDecipheriv, createECDH, createHmac, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import {
  type ArrivedRequest,
  type HttpProviderServer,
  type HttpReaction,
  startHttpProvider,
} from '../../../../../test/support/http-provider.js';
import { toIso } from '#lib/platform';
import type { ChannelSender, HandOver } from '../channel-sender.js';
import { SENDER_KINDS } from '../sender-kinds.js';
import {
  BREAK_MS,
  describeSenderContract,
  type ProviderBehaviour,
  someHandOver,
  VOUCHED,
} from '../testing/sender-contract.js';

const NOW = Date.UTC(2026, 10, 21, 12);
const clock = { now: () => NOW, monotonic: () => 0 };
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const content = someHandOver().content;
const device = createECDH('prime256v1');
device.generateKeys();
const application = createECDH('prime256v1');
application.generateKeys();
const AUTH = Buffer.alloc(16, 7);
const SIGNING_KEY = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const OLD_KEY = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

interface Case {
  readonly kind: keyof typeof SENDER_KINDS;
  settings(server: HttpProviderServer): Record<string, unknown>;
  readonly secret: Record<string, unknown> | null;
  to(server: HttpProviderServer): string;
  readonly over?: Partial<HandOver>;
  /** What the provider answers to a message that it takes, and to one for an address that does not exist. */
  readonly taken: HttpReaction;
  readonly noSuchAddress: HttpReaction;
  /** Which requests are messages. */
  readonly isMessage?: (request: ArrivedRequest) => boolean;
  /** Of a provider that keeps keys: where the key of a request stands, and what it answers to one that it knows. */
  readonly keyOf?: (request: ArrivedRequest) => string;
  readonly known?: HttpReaction;
}

const PHONE = '+4915123456789';
const SID = `AC${'0'.repeat(32)}`;
const subscription = ({ url }: HttpProviderServer): string =>
  JSON.stringify({
    endpoint: `${url}/push/device-1`,
    expirationTime: null,
    keys: { p256dh: device.getPublicKey('base64url'), auth: AUTH.toString('base64url') },
  });

const CASES = {
  twilio: {
    kind: 'twilio',
    settings: ({ url }) => ({ baseUrl: url, accountSid: SID, from: '+4930123456' }),
    secret: { authToken: 'token' },
    to: () => PHONE,
    taken: { status: 201, body: { sid: 'SM1', status: 'queued' } },
    noSuchAddress: { status: 400, body: { code: 21211, message: `${PHONE} is not a phone number` } },
  },
  whatsapp: {
    kind: 'whatsapp_cloud',
    settings: ({ url }) => ({ baseUrl: url, phoneNumberId: '106540352242922' }),
    secret: { accessToken: 'token' },
    to: () => PHONE,
    taken: { status: 200, body: { messaging_product: 'whatsapp', messages: [{ id: 'wamid.1' }] } },
    noSuchAddress: { status: 400, body: { error: { code: 131026, message: 'undeliverable' } } },
  },
  webPush: {
    kind: 'web_push',
    settings: ({ host }) => ({
      subject: 'mailto:ops@nordlicht.example',
      publicKey: application.getPublicKey('base64url'),
      alsoHosts: [host],
    }),
    secret: { privateKey: application.getPrivateKey('base64url') },
    to: subscription,
    taken: { status: 201, headers: { location: '/m/1' } },
    noSuchAddress: { status: 410 },
  },
  teams: {
    kind: 'teams_workflow',
    settings: ({ host }) => ({ alsoHosts: [host] }),
    secret: null,
    to: ({ url }) => `${url}/workflows/1?sig=s`,
    taken: { status: 202 },
    noSuchAddress: { status: 404 },
  },
  webhook: {
    kind: 'standard_webhook',
    settings: ({ host }) => ({ alsoHosts: [host], rememberKeysSeconds: 86_400 }),
    secret: { signingKeys: [SIGNING_KEY, OLD_KEY] },
    to: ({ url }) => `${url}/hook`,
    taken: { status: 204 },
    noSuchAddress: { status: 410 },
    keyOf: ({ headers }) => String(headers['webhook-id']),
  },
  phone: {
    kind: 'dataverse_call',
    settings: ({ url }) => ({ baseUrl: `${url}/api/data/v9.2`, tokenUrl: `${url}/token`, clientId: 'c', scope: 's' }),
    secret: { clientSecret: 'secret' },
    to: () => PHONE,
    taken: { status: 204 },
    noSuchAddress: { status: 400, body: { error: { code: '0x80040265' } } },
    isMessage: ({ path }) => path !== '/token',
    keyOf: ({ path, headers }) => (headers['if-none-match'] === '*' ? (/\((.+)\)$/.exec(path)?.[1] ?? '') : ''),
    known: { status: 412 },
  },
} as const satisfies Record<string, Case>;

const granted: HttpReaction = { status: 200, body: { access_token: 'granted', expires_in: 3600 } };

async function open(
  one: Case,
  settings: Record<string, unknown> = {},
): Promise<{ server: HttpProviderServer; sender: ChannelSender; to: string }> {
  const server = await startHttpProvider((request) => (request.path === '/token' ? granted : one.taken));
  const { settings: shape, make } = SENDER_KINDS[one.kind];
  const sender = make(
    shape.parse({ timeoutSeconds: 1, ...one.settings(server), ...settings }),
    one.secret,
    clock,
    VOUCHED,
  );
  opened.push(server, sender);
  return { server, sender, to: one.to(server) };
}

for (const [name, one] of Object.entries(CASES) as [string, Case][]) {
  const reaction = (behaviour: Exclude<ProviderBehaviour, 'is_unreachable'>): HttpReaction => {
    switch (behaviour) {
      case 'accepts':
        return one.taken;
      case 'is_slow':
        return { ...(one.taken as { status: number }), delayMs: 200 };
      case 'refuses_for_now':
        return { status: 503 };
      case 'asks_for_a_break':
        return { status: 429, headers: { 'retry-after': String(BREAK_MS / 1000) } };
      case 'refuses_address':
        return one.noSuchAddress;
      case 'refuses_message':
        return { status: 422 };
      case 'loses_the_answer':
        return 'cut';
    }
  };
  // A customer system says of no number that it does not exist: a call is a task for somebody there. Nor has Meta a code for it.
  const hasHardBounces = name !== 'phone' && name !== 'whatsapp';
  describeSenderContract(name, async () => {
    const { server, sender, to } = await open(one);
    const messages = () => server.arrived.filter(one.isMessage ?? (() => true));
    const { keyOf } = one;
    const isKnown = (request: ArrivedRequest): boolean =>
      keyOf !== undefined && messages().filter((before) => keyOf(before) === keyOf(request)).length > 1;
    server.react = (request) =>
      request.path === '/token' ? granted : isKnown(request) ? (one.known ?? one.taken) : one.taken;
    return {
      sender,
      to,
      provider: {
        async behave(behaviour) {
          if (behaviour === 'is_unreachable') return server.close();
          server.react = (request) => (request.path === '/token' ? granted : reaction(behaviour));
        },
        received: () => messages().length,
        ...(keyOf !== undefined && { keys: () => messages().map(keyOf) }),
        contentComesFirst: true,
        canAskForBreaks: true,
        hasHardBounces,
      },
      close: () => server.close(),
    };
  });

  // Who names each message that it takes has taken none that it does not name.
  const unnamed = name === 'twilio' || name === 'whatsapp' ? 'ambiguous' : 'accepted';
  describe(`every way in which a request to ${name} can end`, () => {
    it.each<[string, HttpReaction, string]>([
      ['301', { status: 301, headers: { location: 'http://127.0.0.1:1/elsewhere' } }, 'transient'],
      ['401', { status: 401 }, 'transient'],
      ['403', { status: 403 }, 'transient'],
      ['408', { status: 408 }, 'transient'],
      ['413', { status: 413 }, 'rejected'],
      ['500', { status: 500 }, 'ambiguous'],
      ['502', { status: 502 }, 'ambiguous'],
      ['503', { status: 503 }, 'transient'],
      ['504', { status: 504 }, 'ambiguous'],
      ['no answer', 'stall', 'ambiguous'],
      ['a broken connection', 'cut', 'ambiguous'],
      ['an answer that is no JSON', { status: 500, body: '<html>' }, 'ambiguous'],
      ['an endless answer', { ...(one.taken as { status: number }), body: 'x'.repeat(1_000_000) }, unnamed],
      ['a page of a proxy', { status: (one.taken as { status: number }).status, body: '<html>' }, unnamed],
      [
        'an error with the status of an acceptance',
        { status: 200, body: { error: { code: 131000 }, code: 20001 } },
        name === 'webPush' ? 'accepted' : unnamed,
      ],
    ])('%s', async (what, answer, kind) => {
      const { server, sender, to } = await open(one);
      server.react = (request) => (request.path === '/token' ? granted : answer);
      const result = await sender.send(someHandOver({ to, ...one.over }));
      expect([what, result.kind]).toEqual([what, kind]);
      expect(server.arrived.filter(one.isMessage ?? (() => true))).toHaveLength(1);
      expect(JSON.stringify(result)).not.toContain(PHONE);
    });
  });
}

describe('what reaches the provider', () => {
  async function sent(one: Case, over: Partial<HandOver> = {}, settings: Record<string, unknown> = {}) {
    const { server, sender, to } = await open(one, settings);
    const result = await sender.send(someHandOver({ to, ...over }));
    const [request] = server.arrived.filter(one.isMessage ?? (() => true));
    return { result, request, server, sender, to };
  }
  const jsonOf = (request: ArrivedRequest | undefined): unknown => JSON.parse(String(request?.body));

  it('by Twilio is a form with one recipient, behind the account', async () => {
    const { result, request } = await sent(CASES.twilio);
    expect(result).toEqual({ kind: 'accepted', providerRef: 'SM1', parts: 1 });
    expect(request?.path).toBe(`/2010-04-01/Accounts/${SID}/Messages.json`);
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from(`${SID}:token`).toString('base64')}`);
    expect([...new URLSearchParams(String(request?.body))]).toEqual([['To', PHONE], ['From', '+4930123456'], ['Body', 'Grüße']]); // prettier-ignore
  });

  it.each([
    [36_000_000, null],
    [35_999_999, '35999'],
    [60_500, '60'],
    [300, '1'],
  ])('by Twilio that lives for %i ms more is kept for no longer', async (ms, seconds) => {
    const { request } = await sent(CASES.twilio, { keepUntil: NOW + ms });
    expect(new URLSearchParams(String(request?.body)).get('ValidityPeriod')).toBe(seconds);
  });

  it.each([
    [86_400_000, '86400'],
    [60_500, '60'],
    [300, '0'],
  ])('by Web Push that lives for %i ms more is kept for no longer', async (ms, seconds) => {
    const { request } = await sent(CASES.webPush, { keepUntil: NOW + ms });
    expect(request?.headers['ttl']).toBe(seconds);
  });

  it('by Twilio may be from a service', async () => {
    const messagingServiceSid = `MG${'1'.repeat(32)}`;
    const { request } = await sent(CASES.twilio, {}, { from: undefined, messagingServiceSid });
    expect(new URLSearchParams(String(request?.body)).get('MessagingServiceSid')).toBe(messagingServiceSid);
  });

  it.each([
    [21610, 'rejected', 'recipient_opted_out', false],
    [21614, 'rejected', 'twilio_21614', true],
    [21635, 'rejected', 'twilio_21635', true],
    [21266, 'rejected', 'twilio_21266', false],
    [20429, 'transient', 'twilio_20429', undefined],
    [21602, 'rejected', 'twilio_21602', false],
    [21217, 'rejected', 'twilio_21217', false],
    // What it is sent from, and where the account may not send: somebody will mend that.
    ...[21212, 21401, 21407, 21408, 21421, 21601, 21603, 21606, 21607, 21608, 21659, 21660, 21661, 21703].map(
      (number) => [number, 'transient', `twilio_${number}`, undefined] as const,
    ),
  ] as const)('Twilio’s code %d means %s', async (number, kind, code, hardBounce) => {
    const { server, sender, to } = await open(CASES.twilio);
    server.react = () => ({ status: number === 20429 ? 429 : 400, body: { code: number } });
    expect(await sender.send(someHandOver({ to }))).toMatchObject({ kind, code, ...(hardBounce !== undefined && { hardBounce }) }); // prettier-ignore
  });

  it('by WhatsApp is an approved template with its places filled, or a text', async () => {
    const data = { template: 'autumn_sale', language: 'de', body: ['Ada'], header: [], buttons: ['o/1'] };
    const { request, result } = await sent(CASES.whatsapp, { content: { ...content, data } });
    expect(result).toEqual({ kind: 'accepted', providerRef: 'wamid.1' });
    expect([request?.path, request?.headers.authorization]).toEqual([
      '/v23.0/106540352242922/messages',
      'Bearer token',
    ]);
    expect(jsonOf(request)).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: PHONE,
      type: 'template',
      template: {
        name: 'autumn_sale',
        language: { code: 'de' },
        components: [
          { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
          { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'o/1' }] },
        ],
      },
      biz_opaque_callback_data: someHandOver().messageId,
    });
    expect(jsonOf((await sent(CASES.whatsapp)).request)).toMatchObject({ type: 'text', text: { body: 'Grüße' } });
    const unfit = await sent(CASES.whatsapp, { content: { ...content, data: { template: 'No Such' } } });
    expect([unfit.result, unfit.request]).toEqual([{ kind: 'rejected', code: 'whatsapp_data_unfit', hardBounce: false }, undefined]); // prettier-ignore
  });

  it('Twilio says in how many parts a text leaves, and where it does not yet they are counted', async () => {
    const { server, sender, to } = await open(CASES.twilio);
    const long = { ...content, text: 'x'.repeat(161) };
    for (const [segments, parts] of [
      ['3', 3],
      ['0', 2],
      [undefined, 2],
    ] as const) {
      server.react = () => ({ status: 201, body: { sid: 'SM1', num_segments: segments } });
      expect(await sender.send(someHandOver({ to, content: long }))).toMatchObject({ parts });
    }
  });

  it.each([
    [131050, 'rejected', 'recipient_opted_out'],
    [131049, 'rejected', 'whatsapp_131049'],
    [130429, 'transient', 'whatsapp_130429'],
    [190, 'transient', 'whatsapp_190'],
    [131026, 'rejected', 'whatsapp_131026'],
    [131030, 'transient', 'whatsapp_131030'],
    [132015, 'transient', 'whatsapp_132015'],
    [133010, 'transient', 'whatsapp_133010'],
  ])('WhatsApp’s code %d means %s', async (number, kind, code) => {
    const { server, sender, to } = await open(CASES.whatsapp);
    server.react = () => ({ status: 400, body: { error: { code: number } } });
    expect(await sender.send(someHandOver({ to }))).toMatchObject({ kind, code });
  });

  it.each<[keyof typeof CASES, object, HttpReaction, object]>([
    ['twilio', { code: 20429 }, { status: 429 }, { throttled: true }],
    ['twilio', { code: 21611 }, { status: 400 }, { throttled: true }],
    ['twilio', {}, { status: 429 }, { throttled: true }],
    ['twilio', { code: 21408 }, { status: 400 }, { onlyThis: true }],
    ['twilio', { code: 21606 }, { status: 400 }, {}],
    ['whatsapp', { error: { code: 130429 } }, { status: 400 }, { throttled: true }],
    ['whatsapp', { error: { code: 131030 } }, { status: 400 }, { onlyThis: true }],
    ['whatsapp', { error: { code: 133010 } }, { status: 400 }, {}],
    ['phone', {}, { status: 429 }, { throttled: true }],
    ['phone', {}, { status: 401 }, {}],
  ])('%s that answers %j is known by it to be there, or not', async (name, body, answer, more) => {
    const { server, sender, to } = await open(CASES[name]);
    server.react = ({ path }) => (path === '/token' ? granted : ({ ...(answer as object), body } as HttpReaction));
    const result = await sender.send(someHandOver({ to }));
    expect(result).toEqual({ kind: 'transient', code: expect.any(String), retryAfterMs: null, ...more });
  });

  it('by Web Push only the device can read, and the service can tell who sends (RFC 8291, 8292)', async () => {
    const { request, server } = await sent(CASES.webPush, { unsubscribeUrl: 'https://c.example/u/t' });
    expect(request?.headers).toMatchObject({ ttl: '86400', urgency: 'normal', 'content-encoding': 'aes128gcm' });
    expect(JSON.parse(decrypted(request?.body ?? Buffer.alloc(0)))).toEqual({
      title: 'Neues im März',
      body: 'Grüße',
      lang: 'de',
      messageId: someHandOver().messageId,
      unsubscribeUrl: 'https://c.example/u/t',
    });
    const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(request?.headers.authorization ?? '') ?? [];
    const [header = '', claims = '', signature = ''] = token.split('.');
    const point = Buffer.from(key, 'base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') }; // prettier-ignore
    const signer = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
    expect(verify('sha256', Buffer.from(`${header}.${claims}`), signer, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: server.url, sub: 'mailto:ops@nordlicht.example' }); // prettier-ignore
  });

  it('by Web Push is never more than a service must take', async () => {
    const { result, request } = await sent(CASES.webPush, { content: { ...content, text: 'x'.repeat(4000) } });
    expect([result, request]).toEqual([{ kind: 'rejected', code: 'push_too_large', hardBounce: false }, undefined]);
  });

  it('by Teams is a card, in which a name is no link', async () => {
    const { request } = await sent(CASES.teams, { content: { ...content, text: 'Hi [Ada](https://evil.example)' } });
    const card = {
      contentType: 'application/vnd.microsoft.card.adaptive',
      content: { type: 'AdaptiveCard', lang: 'de', actions: [{ type: 'Action.OpenUrl', title: 'Abmelden' }] },
    };
    expect(jsonOf(request)).toMatchObject({ type: 'message', attachments: [card] });
    expect(String(request?.body)).toContain('Hi \\\\[Ada\\\\]\\\\(https://evil.example\\\\)');
    expect(String(request?.body)).toContain('https://center.nordlicht.example/u/token');
    const own = { type: 'AdaptiveCard', version: '1.5', body: [] };
    const given = await sent(CASES.teams, { content: { ...content, data: own } });
    expect(jsonOf(given.request)).toMatchObject({ attachments: [{ content: own }] });
  });

  it.each([
    'http://prod.westeurope.logic.azure.com/w',
    'https://logic.azure.com.evil.example/w',
    'https://evil.example',
    'x',
  ])('%s is no workflow', async (to) => {
    const { sender } = await open(CASES.teams);
    expect(await sender.send(someHandOver({ to }))).toMatchObject({ kind: 'rejected', code: 'invalid_address.no_workflow' }); // prettier-ignore
  });

  it.each(['https://10.0.0.1/', 'https://localhost/', 'http://example.org/', 'https://user@example.org/'])(
    'nothing by webhook or push: an unsafe address (%s) is refused for good, and not tried again',
    async (url) => {
      const [webhook, push] = [await open(CASES.webhook), await open(CASES.webPush)];
      const subscribed = JSON.stringify({ ...(JSON.parse(push.to) as object), endpoint: url });
      for (const [sender, to] of [[webhook.sender, url], [push.sender, subscribed]] as const) // prettier-ignore
        expect(await sender.send(someHandOver({ to }))).toMatchObject({ kind: 'rejected', hardBounce: false, code: expect.stringMatching(/^invalid_address\./) }); // prettier-ignore
    },
  );

  it('by webhook is signed with every key of now, and verified by the public library', async () => {
    const { request } = await sent(CASES.webhook);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature = '' } = request?.headers ?? {};
    expect([id, at]).toEqual([someHandOver().idempotencyKey, String(NOW / 1000)]);
    const expected = [SIGNING_KEY, OLD_KEY].map((key) => {
      const mac = createHmac('sha256', Buffer.from(key.slice(6), 'base64'));
      return `v1,${mac.update(`${String(id)}.${String(at)}.${String(request?.body)}`).digest('base64')}`;
    });
    expect(signature).toBe(expected.join(' '));
    const headers = {
      'webhook-id': String(id),
      'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
      'webhook-signature': '',
    };
    const fresh = new Webhook(OLD_KEY);
    headers['webhook-signature'] = fresh.sign(String(id), new Date(), String(request?.body));
    expect(fresh.verify(String(request?.body), headers)).toMatchObject({ type: 'message', data: { subject: 'Neues im März' } }); // prettier-ignore
  });

  it('by webhook is repeated only where the receiver promised to know it again', async () => {
    const keyWindow = (settings: object) => SENDER_KINDS.standard_webhook.make({ ...settings }, CASES.webhook.secret, clock, VOUCHED).capabilities.keyWindowMs; // prettier-ignore
    expect([keyWindow({}), keyWindow({ rememberKeysSeconds: 3600 })]).toEqual([null, 3_600_000]);
    expect(SENDER_KINDS.twilio.make(CASES.twilio.settings(await startAndKeep()), { authToken: 't' }, clock, VOUCHED).capabilities.keyWindowMs).toBeNull(); // prettier-ignore
  });

  it('by phone is a call under the message’s own id, created once whatever happens', async () => {
    const { request, server, sender, to, result } = await sent(CASES.phone);
    expect(result.kind).toBe('accepted');
    expect([request?.method, request?.path]).toEqual([
      'PATCH',
      `/api/data/v9.2/phonecalls(${someHandOver().messageId})`,
    ]);
    expect(request?.headers).toMatchObject({ authorization: 'Bearer granted', 'if-none-match': '*' });
    expect(jsonOf(request)).toMatchObject({ phonenumber: PHONE, subject: 'Neues im März', directioncode: true });
    expect(jsonOf(request)).toMatchObject({
      scheduledstart: toIso(clock.now()),
      scheduledend: toIso(someHandOver().keepUntil),
    });
    const long = { ...someHandOver().content, subject: 'x'.repeat(201) };
    await sender.send(someHandOver({ to, content: long }));
    expect((jsonOf(server.arrived.at(-1)) as { subject: string }).subject).toHaveLength(200);

    server.react = () => ({ status: 412 });
    expect((await sender.send(someHandOver({ to }))).kind).toBe('accepted');
    expect(server.arrived.filter(({ path }) => path === '/token')).toHaveLength(1);
    expect(sender.capabilities.keyWindowMs).toBeGreaterThan(365 * 86_400_000);
  });

  it('by phone is asked for with another token once the one that is kept is refused, and that once', async () => {
    const { server, sender, to } = await open(CASES.phone);
    let good = 'first';
    server.react = ({ path, headers }) => {
      if (path === '/token') return { status: 200, body: { access_token: good, expires_in: 3600 } };
      return { status: headers.authorization === `Bearer ${good}` ? 204 : 401 };
    };
    const send = async () => (await sender.send(someHandOver({ to }))).kind;
    const tokens = () => server.arrived.filter(({ path }) => path === '/token').length;
    expect([await send(), tokens()]).toEqual(['accepted', 1]);
    good = 'second';
    expect(await Promise.all([send(), send(), send()])).toEqual(['transient', 'transient', 'transient']);
    expect([await send(), await send(), tokens()]).toEqual(['accepted', 'accepted', 2]);
  });

  it('by phone is not asked for without a token', async () => {
    const { server, sender, to } = await open(CASES.phone);
    server.react = () => ({ status: 400, body: { error: 'invalid_client' } });
    expect(await sender.send(someHandOver({ to }))).toEqual({ kind: 'transient', code: 'phone_not_authorized', retryAfterMs: null }); // prettier-ignore
    server.react = () => ({ status: 429, headers: { 'retry-after': '60' } });
    expect(await sender.send(someHandOver({ to }))).toEqual({ kind: 'transient', code: 'phone_not_authorized', retryAfterMs: 60_000 }); // prettier-ignore
    // A token that would break out of its header is none.
    server.react = () => ({ status: 200, body: { access_token: 'a\r\nX: y', expires_in: 60 } });
    expect(await sender.send(someHandOver({ to }))).toMatchObject({ kind: 'transient', code: 'phone_not_authorized' });
    expect(server.arrived.map(({ path }) => path)).toEqual(['/token', '/token', '/token']);
  });

  async function startAndKeep(): Promise<HttpProviderServer> {
    const server = await startHttpProvider(() => ({ status: 200 }));
    opened.push(server);
    return server;
  }
});

/** RFC 8188 and RFC 8291, from their text: salt, record size, key id, and one record. */
function decrypted(body: Buffer): string {
  const [salt, idLength] = [body.subarray(0, 16), body.readUInt8(20)];
  const sender = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), device.getPublicKey(), sender]);
  const ikm = Buffer.from(hkdfSync('sha256', device.computeSecret(sender), AUTH, info, 32));
  const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12));
  const decipher = createDecipheriv('aes-128-gcm', key, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
