import { z } from 'zod';
import type { Channel } from '#lib/kernel';
import type { SenderCapabilities } from '../channel-sender.js';
import { isLoopback } from '../loopback.js';
import type { Reach } from '../reach.js';
import { HttpClient } from './http-client.js';

/** Where a provider's interface is: over TLS, or in clear to this machine only. */
export const Endpoint = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(isSafeEndpoint, {
    message: 'must begin with https:// (http:// only to this machine), and have no user, query or fragment',
  });

/** What every account over HTTP may set. */
export const httpSettings = {
  /** Certificate authority to trust instead of the well-known ones, PEM. */
  ca: z.string().max(100_000).optional(),
  maxConnections: z.int().min(1).max(100).default(10),
  /** How long the provider may take over an answer. */
  timeoutSeconds: z.int().min(1).max(120).default(30),
};

/**
 * For how long the receiver remembers an idempotency key. Whoever sets it promises that a message with a known key is
 * not acted on again; without it a message whose answer was lost is never repeated.
 */
export const rememberKeysSeconds = z
  .int()
  .min(60)
  .max(30 * 86_400)
  .optional();

export const httpsSecret = (length = 2000) =>
  z
    .string()
    .min(1)
    .max(length)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');

interface HttpAccount {
  readonly ca?: string | undefined;
  readonly maxConnections: number;
  readonly timeoutSeconds: number;
}

const CONNECT_MS = 10_000;

export function httpClient({ ca, maxConnections, timeoutSeconds }: HttpAccount, reach: Reach): HttpClient {
  const answerMs = timeoutSeconds * 1000;
  return new HttpClient({ ca, maxConnections, connectMs: Math.min(CONNECT_MS, answerMs), answerMs, reach });
}

export function httpCapabilities(
  channel: Channel,
  { maxConnections, timeoutSeconds }: HttpAccount,
  { keyWindowMs = null, answeredBy = 'account' }: Partial<Pick<SenderCapabilities, 'keyWindowMs' | 'answeredBy'>> = {},
): SenderCapabilities {
  const answerMs = timeoutSeconds * 1000;
  const maxCallMs = Math.min(CONNECT_MS, answerMs) + answerMs;
  return { channel, keyWindowMs, maxCallMs, concurrency: maxConnections, answeredBy };
}

function isSafeEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isClean = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return isClean && (url.protocol === 'https:' || isLoopback(url.hostname));
}
