import { createECDH } from 'node:crypto';
import http from 'node:http';
import { createTransport } from 'nodemailer';
import smpp, { type ReceivedPdu } from 'smpp';
import { Webhook } from 'standardwebhooks';
import webPush from 'web-push';
import type { MessageId } from '#lib/kernel';
import { systemClock } from '#lib/platform';
import { type ChannelSender, type HandOver, SENDER_KINDS } from '#lib/sending';
import {
  type Counterpart,
  httpCounterpart,
  type HttpRequestSeen,
  smppCounterpart,
  smtpCounterpart,
} from './channel-servers.js';
import { perSecond, round } from './figures.js';

export interface ChannelsOptions {
  readonly rounds: number;
}

interface ChannelFigures {
  readonly kind: keyof typeof SENDER_KINDS;
  readonly channel: string;
  readonly atOnce: number;
  readonly messagesPerSecond: number;
  /** The library of the protocol alone: the same message as often, to the same server, as many at once. */
  readonly libraryPerSecond: number;
  readonly ratio: number;
}

export interface ChannelsReport {
  readonly bench: 'channels';
  readonly messages: number;
  readonly channels: readonly ChannelFigures[];
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

/** The library of a protocol, ready to send one message after the other. */
interface Library {
  readonly send: () => Promise<unknown>;
  readonly close: () => void;
}

interface Case {
  readonly kind: keyof typeof SENDER_KINDS;
  readonly open: () => Promise<{
    readonly server: Counterpart;
    readonly sender: ChannelSender;
    readonly to: string;
    readonly library: () => Promise<Library>;
  }>;
}

const MESSAGES = 2_000;
const WARM_UP = 300;
const NUMBER = '+4915123456789';
const SID = `AC${'0'.repeat(32)}`;
const SIGNING_KEY = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

/** Hands messages over by each sender and by the library of its protocol alone, in turns, over real sockets. */
export async function measureChannels(
  { rounds }: ChannelsOptions,
  log: (line: string) => void,
): Promise<ChannelsReport> {
  const channels: ChannelFigures[] = [];
  const lost: string[] = [];
  for (const { kind, open } of cases()) {
    log(`${kind} ...`);
    const { server, sender, to, library } = await open();
    const { channel, concurrency } = sender.capabilities;
    const send = async (): Promise<void> => {
      const result = await sender.send({ ...HAND_OVER, to });
      if (result.kind !== 'accepted') lost.push(`${kind}: ${result.kind}`);
    };
    await inLanes(WARM_UP, concurrency, send);
    const alone = await library();
    await inLanes(WARM_UP, concurrency, alone.send);
    let [ours, theirs] = [0, 0];
    const before = server.taken();
    for (let round_ = 0; round_ < rounds; round_++) {
      ours += await inLanes(MESSAGES, concurrency, send);
      theirs += await inLanes(MESSAGES, concurrency, alone.send);
    }
    const all = rounds * MESSAGES;
    if (server.taken() - before !== 2 * all) lost.push(`${kind}: ${server.taken() - before} of ${2 * all} arrived`);
    alone.close();
    await sender.close();
    await server.close();
    channels.push({
      kind,
      channel,
      atOnce: concurrency,
      messagesPerSecond: perSecond(all, ours),
      libraryPerSecond: perSecond(all, theirs),
      ratio: round(theirs / ours, 2),
    });
  }
  const found = lost.length === 0 ? 'all' : [...new Set(lost)].join('; ');
  const checks = [{ check: 'every message was taken', passed: lost.length === 0, found }];
  return { bench: 'channels', messages: rounds * MESSAGES, channels, checks };
}

export function channelsText(report: ChannelsReport): string {
  const cell = (value: string | number, width: number): string => String(value).padStart(width);
  return [
    `hand-overs of ${report.messages.toLocaleString('en')} messages on each channel, servers on loopback in the same process`,
    `  ${'kind'.padEnd(18)}${cell('at once', 8)}${cell('messages/s', 12)}${cell('library/s', 11)}${cell('ratio', 7)}`,
    ...report.channels.map(
      (one) =>
        `  ${one.kind.padEnd(18)}${cell(one.atOnce, 8)}${cell(one.messagesPerSecond, 12)}${cell(one.libraryPerSecond, 11)}${cell(one.ratio, 7)}`,
    ),
    ...report.checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}

const ID = '01938f5e-7c1a-7000-8000-00000000c0de';
const HAND_OVER: Omit<HandOver, 'to'> = {
  messageId: ID as MessageId,
  idempotencyKey: ID,
  from: { name: 'Bench', address: 'news@bench.example' },
  content: {
    language: 'en',
    subject: 'News',
    html: '<p>Hello Ada, here is what is new.</p>',
    text: 'Hello Ada',
    data: null,
  },
  unsubscribeUrl: 'https://center.bench.example/u/token',
  unsubscribeMailto: null,
  helpUrl: null,
  stream: { brand: 'bench', campaign: null, class: 'commercial', list: 'newsletter' },
  keepUntil: Date.UTC(2100, 0, 1),
  startBy: Infinity,
};

/** Answers in how many milliseconds all were sent. */
async function inLanes(count: number, atOnce: number, send: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await send();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return performance.now() - begun;
}

function make(kind: keyof typeof SENDER_KINDS, settings: object, secret: object | null): ChannelSender {
  return SENDER_KINDS[kind].make(settings, secret, systemClock, ['127.0.0.1:*']);
}

function cases(): Case[] {
  const device = createECDH('prime256v1');
  device.generateKeys();
  const application = createECDH('prime256v1');
  application.generateKeys();
  const vapid = {
    subject: 'mailto:ops@bench.example',
    publicKey: application.getPublicKey('base64url'),
    privateKey: application.getPrivateKey('base64url'),
  };
  const keys = { p256dh: device.getPublicKey('base64url'), auth: Buffer.alloc(16, 7).toString('base64url') };
  const whole = (seen: HttpRequestSeen) => seen;
  return [
    smtp(),
    smppCase(),
    overHttp('twilio', { status: 201, to: () => NUMBER, secret: { authToken: 'token' }, again: whole, settings: ({ url }) => ({ baseUrl: url, accountSid: SID, from: '+4930123456' }) }), // prettier-ignore
    overHttp('web_push', {
      status: 201,
      to: ({ url }) => JSON.stringify({ endpoint: `${url}/push/1`, keys }),
      secret: { privateKey: vapid.privateKey },
      settings: ({ host }) => ({ subject: vapid.subject, publicKey: vapid.publicKey, alsoHosts: [host] }),
      again: (seen) => {
        const payload = JSON.stringify({ title: 'News', body: 'Hello Ada', messageId: ID });
        const subscription = { endpoint: `https://push.example${seen.path}`, keys };
        const details = webPush.generateRequestDetails(subscription, payload, { vapidDetails: vapid, contentEncoding: 'aes128gcm' }); // prettier-ignore
        return { ...seen, body: details.body ?? Buffer.alloc(0) };
      },
    }),
    overHttp('whatsapp_cloud', { status: 200, to: () => NUMBER, secret: { accessToken: 'token' }, again: whole, settings: ({ url }) => ({ baseUrl: url, phoneNumberId: '106540352242922' }) }), // prettier-ignore
    overHttp('teams_workflow', { status: 202, to: ({ url }) => `${url}/workflow`, secret: null, again: whole, settings: ({ host }) => ({ alsoHosts: [host] }) }), // prettier-ignore
    overHttp('dataverse_call', { status: 204, to: () => NUMBER, secret: { clientSecret: 'secret' }, again: whole, settings: ({ url }) => ({ baseUrl: url, tokenUrl: `${url}/token`, clientId: 'c', scope: 's' }) }), // prettier-ignore
    overHttp('standard_webhook', {
      status: 204,
      to: ({ url }) => `${url}/hook`,
      secret: { signingKeys: [SIGNING_KEY] },
      settings: ({ host }) => ({ alsoHosts: [host] }),
      again: (seen) => {
        const signature = new Webhook(SIGNING_KEY).sign(ID, new Date(systemClock.now()), seen.body.toString());
        return { ...seen, headers: { ...seen.headers, 'webhook-signature': signature } };
      },
    }),
  ];
}

function smtp(): Case {
  return {
    kind: 'smtp',
    open: async () => {
      const server = await smtpCounterpart();
      const sender = make('smtp', { host: '127.0.0.1', port: server.port, secure: 'none' }, null);
      const maxConnections = sender.capabilities.concurrency;
      const library = (): Promise<Library> => {
        const transport = createTransport({ host: '127.0.0.1', port: server.port, secure: false, ignoreTLS: true, pool: true, maxConnections, maxMessages: Infinity }); // prettier-ignore
        const { subject, html, text } = HAND_OVER.content;
        const mail = { from: HAND_OVER.from.address, to: 'ada@bench.example', subject, html: html ?? '', text };
        return Promise.resolve({ send: () => transport.sendMail(mail), close: () => transport.close() });
      };
      return { server, sender, to: 'ada@bench.example', library };
    },
  };
}

function smppCase(): Case {
  return {
    kind: 'smpp',
    open: async () => {
      const server = await smppCounterpart();
      const settings = { host: '127.0.0.1', port: server.port, secure: 'none', systemId: 'bench', from: 'Bench' };
      const library = async (): Promise<Library> => {
        const session = smpp.connect({ host: '127.0.0.1', port: server.port });
        await new Promise((resolve) => session.on('connect', resolve));
        await new Promise((resolve) => session.bind_transceiver({ system_id: 'bench', password: 'secret' }, resolve));
        const pdu = { source_addr: 'Bench', destination_addr: NUMBER.slice(1), short_message: 'Hello Ada' };
        const send = () => new Promise<ReceivedPdu>((resolve) => session.submit_sm(pdu, resolve));
        return { send, close: () => session.destroy() };
      };
      return { server, sender: make('smpp', settings, { password: 'secret' }), to: NUMBER, library };
    },
  };
}

interface Place {
  readonly url: string;
  readonly host: string;
}

interface OverHttp {
  readonly status: number;
  readonly secret: object | null;
  readonly to: (place: Place) => string;
  readonly settings: (place: Place) => object;
  /** What the library of the protocol makes anew for each message of the request that the sender made. */
  readonly again: (seen: HttpRequestSeen) => HttpRequestSeen;
}

/** HTTP itself has no library but Node's: a kept connection, the same request, and its answer read to the end. */
function overHttp(kind: Case['kind'], { status, secret, to, settings, again }: OverHttp): Case {
  return {
    kind,
    open: async () => {
      const server = await httpCounterpart(status);
      const host = `127.0.0.1:${server.port}`;
      const place = { host, url: `http://${host}` };
      const sender = make(kind, settings(place), secret);
      const library = (): Promise<Library> => {
        const seen = server.last();
        if (seen === null) throw new Error('nothing was sent yet');
        const method = kind === 'dataverse_call' ? 'PATCH' : 'POST';
        const agent = new http.Agent({
          keepAlive: true,
          maxSockets: sender.capabilities.concurrency,
          scheduling: 'lifo',
        });
        const send = () => exchange({ agent, port: server.port, method }, again(seen));
        return Promise.resolve({ send, close: () => agent.destroy() });
      };
      return { server, sender, to: to(place), library };
    },
  };
}

function exchange(
  options: { readonly agent: http.Agent; readonly port: number; readonly method: string },
  { path, headers, body }: HttpRequestSeen,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { connection: _c, host: _h, 'content-length': _l, ...others } = headers;
    const all = { ...others, 'content-length': String(body.length) };
    const request = http.request({ ...options, host: '127.0.0.1', path, headers: all }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });
}
