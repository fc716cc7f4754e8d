import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { ChannelSender, HandOver } from '../channel-sender.js';
import { alsoVouched } from '../domain/vouched-hosts.js';
import { statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender } from './http.sender.js';
import { httpCapabilities, httpClient, httpSettings, rememberKeysSeconds } from './http-settings.js';

/** Messages to machines, signed as Standard Webhooks (https://www.standardwebhooks.com). */
export const WebhookSettings = z.strictObject({
  /** `host` or `host:port` of receivers inside, which the operator answers for; all others must be on the internet. */
  alsoHosts: z.array(z.string().min(1).max(255)).max(20).default([]),
  rememberKeysSeconds,
  ...httpSettings,
  timeoutSeconds: z.int().min(1).max(30).default(5),
});
export type WebhookSettings = z.infer<typeof WebhookSettings>;

/** One key signs; while keys change, all of them do, newest first. */
export const WebhookSecret = z.strictObject({
  signingKeys: z
    .array(z.string().regex(/^whsec_[A-Za-z0-9+/]{32,100}={0,2}$/, 'must be whsec_ and 24 to 75 bytes in base64'))
    .min(1)
    .max(5),
});
export type WebhookSecret = z.infer<typeof WebhookSecret>;

export function webhookSender(
  settings: WebhookSettings,
  { signingKeys }: WebhookSecret,
  clock: Clock,
  vouched: readonly string[],
): ChannelSender {
  const inside = alsoVouched(settings.alsoHosts, vouched);
  const keys = signingKeys.map((key) => new Webhook(key));
  const provider: HttpProvider = {
    name: 'webhook',
    request(handOver, now) {
      if (!URL.canParse(handOver.to)) return { kind: 'rejected', code: 'invalid_address.no_url', hardBounce: false };
      const body = JSON.stringify(bodyOf(handOver, now));
      const at = new Date(now);
      const headers = {
        'content-type': 'application/json',
        'webhook-id': handOver.idempotencyKey,
        'webhook-timestamp': String(Math.floor(now / 1000)),
        'webhook-signature': keys.map((key) => key.sign(handOver.idempotencyKey, at, body)).join(' '),
      };
      return { method: 'POST', url: new URL(handOver.to), headers, body };
    },
    // 410 asks to be left alone for good.
    outcome: (answer, now) =>
      answer.status === 410
        ? { kind: 'rejected', code: 'webhook_http_410', hardBounce: true }
        : statusOutcome('webhook', answer, now),
  };
  const client = httpClient(settings, { vouched: inside, byStrangers: true });
  const remembered = settings.rememberKeysSeconds;
  const keyWindowMs = remembered === undefined ? null : remembered * 1000;
  const capabilities = httpCapabilities('webhook', settings, { keyWindowMs, answeredBy: 'address' });
  return new HttpSender(capabilities, provider, client, clock);
}

function bodyOf({ messageId, content }: HandOver, now: number): object {
  const { language, subject, text, data } = content;
  return {
    type: 'message',
    timestamp: new Date(now).toISOString(),
    data: data ?? { messageId, language, subject, text },
  };
}
