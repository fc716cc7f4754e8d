import webPush from 'web-push';
import { z } from 'zod';
import { type Clock, isP256Point } from '#lib/kernel';
import type { ChannelSender, HandOver } from '../channel-sender.js';
import { secondsLeft } from '../domain/life-left.js';
import { alsoVouched } from '../domain/vouched-hosts.js';
import { MOST_PUSH_BYTES } from '../domain/push-size.js';
import type { HttpRequest } from './http-client.js';
import { providerRef, statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender } from './http.sender.js';
import { httpCapabilities, httpClient, httpSettings } from './http-settings.js';

const base64url = (bytes: number, what: string) =>
  z.string().refine((text) => /^[A-Za-z0-9_-]+$/.test(text) && Buffer.from(text, 'base64url').length === bytes, {
    message: `must be ${bytes} bytes in base64url: ${what}`,
  });

/** Web Push (RFC 8030) with a voluntary identification of the application server (VAPID, RFC 8292). */
export const WebPushSettings = z.strictObject({
  /** Whom a push service may write to: `mailto:` or `https:`. */
  subject: z
    .string()
    .regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+)$/)
    .max(300),
  publicKey: base64url(65, 'the P-256 point that browsers subscribed with'),
  /** How long a push service keeps a message for a device that is away; never after the message has expired. */
  ttlSeconds: z
    .int()
    .min(0)
    .max(28 * 86_400)
    .default(86_400),
  urgency: z.enum(['very-low', 'low', 'normal', 'high']).default('normal'),
  /** `host:port` of push services elsewhere than on the internet, which the operator answers for. */
  alsoHosts: z.array(z.string().min(1).max(255)).max(20).default([]),
  ...httpSettings,
});
export type WebPushSettings = z.infer<typeof WebPushSettings>;
export const WebPushSecret = z.strictObject({ privateKey: base64url(32, 'the P-256 scalar') });
export type WebPushSecret = z.infer<typeof WebPushSecret>;

/** What a browser gives for `pushManager.subscribe()`; the address of a contact point, as JSON. */
export const PushSubscription = z.object({
  endpoint: z.url().max(1500),
  keys: z.object({
    p256dh: base64url(65, 'a P-256 point').refine((text) => isP256Point(Buffer.from(text, 'base64url'))),
    auth: base64url(16, 'the authentication secret'),
  }),
});

/** @throws Error when the two keys do not belong together */
export function webPushSender(
  settings: WebPushSettings,
  { privateKey }: WebPushSecret,
  clock: Clock,
  vouched: readonly string[],
): ChannelSender {
  const { subject, publicKey } = settings;
  const inside = alsoVouched(settings.alsoHosts, vouched);
  const vapidDetails = { subject, publicKey, privateKey };
  webPush.getVapidHeaders('https://push.example', subject, publicKey, privateKey, 'aes128gcm');
  const provider: HttpProvider = {
    name: 'push',
    request(handOver, now) {
      const subscription = subscriptionOf(handOver.to);
      if (subscription === null)
        return { kind: 'rejected', code: 'invalid_address.no_subscription', hardBounce: false };
      const payload = JSON.stringify(payloadOf(handOver));
      if (Buffer.byteLength(payload) > MOST_PUSH_BYTES)
        return { kind: 'rejected', code: 'push_too_large', hardBounce: false };
      const { ttlSeconds, urgency } = settings;
      const TTL = Math.min(ttlSeconds, secondsLeft(handOver.keepUntil, now));
      const { endpoint, headers, body } = webPush.generateRequestDetails(subscription, payload, { vapidDetails, TTL, urgency, contentEncoding: 'aes128gcm' }); // prettier-ignore
      return { method: 'POST', url: new URL(endpoint), headers: textHeaders(headers), body };
    },
    outcome(answer, now) {
      const code = `push_http_${answer.status}`;
      if (answer.status === 201) return { kind: 'accepted', providerRef: providerRef(answer.headers.location) };
      // The subscription is over (RFC 8030, 7.3): nobody will ever be reached by it again.
      if (answer.status === 404 || answer.status === 410)
        return { kind: 'rejected', code, hardBounce: true, isGone: true };
      return statusOutcome('push', answer, now);
    },
  };
  const client = httpClient(settings, { vouched: inside, byStrangers: true });
  return new HttpSender(httpCapabilities('push', settings, { answeredBy: 'address' }), provider, client, clock);
}

function subscriptionOf(address: string): z.infer<typeof PushSubscription> | null {
  try {
    return PushSubscription.parse(JSON.parse(address));
  } catch {
    return null;
  }
}

/** What the service worker of the site is given: the template's `data`, or title, body and the way out. */
function payloadOf({ messageId, content, unsubscribeUrl }: HandOver): object {
  const { subject, text, language, data } = content;
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data, messageId };
  return {
    title: subject,
    body: text.trimEnd(),
    lang: language,
    messageId,
    ...(unsubscribeUrl === null ? {} : { unsubscribeUrl }),
  };
}

function textHeaders(headers: Readonly<Record<string, unknown>>): HttpRequest['headers'] {
  const all = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(all.filter(([name]) => name !== 'content-length')) as Record<string, string>;
}
