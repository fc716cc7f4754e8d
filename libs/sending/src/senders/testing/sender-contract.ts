import { afterEach, describe, expect, it } from '@jest/globals';
import type { MessageId } from '#lib/kernel';
import type { ChannelSender, HandOver, SendResult } from '../channel-sender.js';

/** What a provider can be made to do, so that every ending of a hand-over can be met. */
export type ProviderBehaviour =
  | 'accepts'
  | 'is_slow'
  | 'asks_for_a_break'
  | 'refuses_for_now'
  | 'refuses_address'
  | 'refuses_message'
  | 'loses_the_answer'
  | 'is_unreachable';

/** The break that a provider asks for when it `asks_for_a_break`. */
/** What the operator of specs vouches for: their servers. */
export const VOUCHED = ['127.0.0.1:*'];
export const BREAK_MS = 7_000;

export interface SenderHarness {
  readonly sender: ChannelSender;
  /** An address of the channel; left out, one for mail. */
  readonly to?: string;
  /** Makes the provider behave so; null when the sender has no provider that could fail. */
  readonly provider: null | {
    behave(behaviour: ProviderBehaviour): Promise<void>;
    /** How many times the provider was given content to its end, whatever it answered. */
    received(): number;
    /** Whether the content comes with the request, as over HTTP, or only when the rest was agreed to, as in SMTP. */
    readonly contentComesFirst: boolean;
    /** Whether the protocol has words to ask for a break. */
    readonly canAskForBreaks: boolean;
    /** Under which key it was given each message; for providers that keep keys. */
    keys?(): readonly string[];
    /** False where the protocol has no words for an address that does not exist. */
    readonly hasHardBounces?: boolean;
  };
  close(): Promise<void>;
}

export function someHandOver(over: Partial<HandOver> = {}): HandOver {
  return {
    messageId: '01938f5e-7c1a-7000-8000-00000000c0de' as MessageId,
    idempotencyKey: '01938f5e-7c1a-7000-8000-00000000c0de',
    to: 'ada@example.org',
    from: { name: 'Nordlicht', address: 'news@nordlicht.example' },
    content: { language: 'de', subject: 'Neues im März', html: '<p>Grüße</p>', text: 'Grüße\n', data: null },
    unsubscribeUrl: 'https://center.nordlicht.example/u/token',
    unsubscribeMailto: null,
    helpUrl: 'https://center.nordlicht.example/p/token',
    stream: { brand: 'nordlicht', campaign: 'Spring-2027', class: 'commercial', list: 'newsletter' },
    keepUntil: Date.UTC(2026, 11, 24),
    startBy: Number.POSITIVE_INFINITY,
    ...over,
  };
}

/** What the hand-over protocol relies on, whoever the provider is. Every sender passes it. */
export function describeSenderContract(name: string, start: () => Promise<SenderHarness>): void {
  describe(`${name} as a sender`, () => {
    const harnesses: SenderHarness[] = [];
    const begin = async () => {
      const harness = await start();
      harnesses.push(harness);
      const { to = 'ada@example.org', sender } = harness;
      return { ...harness, send: (over: Partial<HandOver> = {}) => sender.send(someHandOver({ to, ...over })) };
    };
    afterEach(async () => {
      await Promise.all(harnesses.splice(0).map((harness) => harness.close()));
    });

    it('declares limits that a lease can be built on', async () => {
      const { keyWindowMs, maxCallMs, concurrency } = (await begin()).sender.capabilities;
      expect(maxCallMs).toBeGreaterThan(0);
      expect(concurrency).toBeGreaterThanOrEqual(1);
      expect(keyWindowMs === null || keyWindowMs > 0).toBe(true);
    });

    it('accepts a message', async () => {
      const { send } = await begin();
      expect(await send()).toMatchObject({ kind: 'accepted' });
    });

    it('answers with a value, never with an exception, and never repeats the address', async () => {
      const { sender } = await begin();
      const secret = 'seventh-daughter';
      for (const to of [
        secret,
        `${secret}@`,
        `${secret}@a@b`,
        `${secret}\r\n@x.example`,
        '',
        `${secret.repeat(700)}@x.example`,
      ]) {
        const result = await sender.send(someHandOver({ to }));
        expect(['accepted', 'rejected']).toContain(result.kind);
        expect(JSON.stringify(result)).not.toContain(secret);
      }
    });

    it('classifies whatever it is given to hand over, and whoever it is to call', async () => {
      const { sender, to = 'ada@example.org' } = await begin();
      const origin = URL.canParse(to) ? new URL(to).host : subscriptionHost(to);
      const results: [string, string][] = [];
      for (const address of hostileAddresses(to, origin)) {
        const result = await sender
          .send(someHandOver({ to: address }))
          .catch((error: unknown) => ({ kind: `throws ${String(error)}` }));
        results.push([address.slice(0, 60), result.kind]);
      }
      for (const content of HOSTILE_CONTENTS) {
        const result = await sender
          .send(someHandOver({ to, content: { ...someHandOver().content, ...content } }))
          .catch((error: unknown) => ({ kind: `throws ${String(error)}` }));
        results.push([JSON.stringify(content).slice(0, 60), result.kind]);
      }
      // An address that cannot be written to is no better in an hour: none is to be tried again.
      expect(results.filter(([, kind]) => kind !== 'accepted' && kind !== 'rejected')).toEqual([]);
    });

    it('takes nothing after it was closed, and says that it may be tried again', async () => {
      const { sender, send } = await begin();
      await sender.close();
      await sender.close();
      expect(await send()).toMatchObject({ kind: 'transient' });
    });

    it('begins nothing after the instant by which it had to begin', async () => {
      const { send, provider } = await begin();
      if (provider === null) return;
      expect(await send({ startBy: Number.NEGATIVE_INFINITY })).toEqual({ kind: 'not_begun' });
      expect(provider.received()).toBe(0);
    });

    const endings: [ProviderBehaviour, SendResult['kind'], number][] = [
      ['is_slow', 'accepted', 1],
      ['refuses_for_now', 'transient', 0],
      ['refuses_address', 'rejected', 0],
      ['refuses_message', 'rejected', 1],
      ['loses_the_answer', 'ambiguous', 1],
      ['is_unreachable', 'transient', 0],
    ];
    it.each(endings)('a provider that %s makes the hand-over end as %s', async (behaviour, kind, received) => {
      const { send, provider } = await begin();
      if (provider === null) return;
      await provider.behave(behaviour);
      const result = await send();
      expect(result.kind).toBe(kind);
      const isReached = behaviour !== 'is_unreachable';
      expect(provider.received()).toBe(provider.contentComesFirst && isReached ? 1 : received);
      if (result.kind === 'rejected')
        expect(result.hardBounce).toBe(behaviour === 'refuses_address' && (provider.hasHardBounces ?? true));
    });

    it('a provider that asks for a break says for how long', async () => {
      const { send, provider } = await begin();
      if (provider === null || !provider.canAskForBreaks) return;
      await provider.behave('asks_for_a_break');
      expect(await send()).toMatchObject({ kind: 'transient', retryAfterMs: BREAK_MS });
    });

    it('gives a message again under its key, and that a provider that keeps keys has it already is no failure', async () => {
      const { send, sender, provider } = await begin();
      if (provider === null) return;
      for (const _ of ['first', 'again']) expect(await send()).toMatchObject({ kind: 'accepted' });
      expect(provider.received()).toBe(2);
      const { idempotencyKey: key } = someHandOver();
      if (sender.capabilities.keyWindowMs !== null) expect(provider.keys?.()).toEqual([key, key]);
    });

    it('works again when the provider does', async () => {
      const { send, provider } = await begin();
      if (provider === null) return;
      for (const behaviour of ['refuses_for_now', 'loses_the_answer', 'refuses_address'] as const) {
        await provider.behave(behaviour);
        await send();
        await provider.behave('accepts');
        expect(await send()).toMatchObject({ kind: 'accepted' });
      }
    });

    it('lets a hand-over come to its end when it is closed meanwhile', async () => {
      const { sender, send } = await begin();
      const results = [1, 2, 3].map(() => send());
      await sender.close();
      for (const result of await Promise.all(results)) expect(result.kind).toBe('accepted');
    });
  });
}

const HOSTILE_CONTENTS: readonly Partial<HandOver['content']>[] = [
  { subject: '\ud800\u0000', html: '<p>\ud800\u0000</p>', text: '\udfff\u0000' },
  { language: 'x y\r\nX: y', subject: '', html: null, text: '', data: [1] },
  { text: 'y'.repeat(100_000), data: 'a text' },
  { data: { a: '\ud800', toJSON: 'x' } },
];

/** Addresses of every form that are none, and such as no library takes: of another scheme, or with a key that is no point. */
function hostileAddresses(to: string, host: string): string[] {
  const urls = ['ftp', 'ws', 'file'].map((scheme) => `${scheme}://${host}/`);
  const others = ['http://[::1', 'javascript:1', 'data:text/html,x', 'mailto:a@b.example', 'urn:x:y', '{"endpoint":1}', '[]', 'null']; // prettier-ignore
  const points = [Buffer.alloc(65, 1), Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]), Buffer.alloc(65)];
  const keys = subscriptionKeys(to);
  const subscriptions =
    keys === null
      ? []
      : [
          ...urls.map((endpoint) => ({ endpoint, keys })),
          ...points.map((point) => ({
            endpoint: `http://${host}/`,
            keys: { ...keys, p256dh: point.toString('base64url') },
          })),
        ];
  return [...urls, ...others, ...subscriptions.map((one) => JSON.stringify(one))];
}

function subscriptionKeys(to: string): object | null {
  return to.startsWith('{') ? (JSON.parse(to) as { keys: object }).keys : null;
}

function subscriptionHost(to: string): string {
  return to.startsWith('{') ? new URL((JSON.parse(to) as { endpoint: string }).endpoint).host : '127.0.0.1:9';
}
