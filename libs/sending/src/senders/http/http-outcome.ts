import type { EpochMs } from '#lib/kernel';
import type { SenderCapabilities, SendResult } from '../channel-sender.js';
import type { HttpAnswer, HttpEnd } from './http-client.js';

/**
 * What an answer means where the provider's own codes say no more (RFC 9110, 15). What is wrong with the account, the
 * address of the interface or the moment may pass once somebody mends it; what is wrong with the message does not, unless
 * the server itself says when to come again (15.5.14 asks that of a 413 that will pass). A server that failed may have
 * acted before it did: only 503 says that it did not take the request (15.6.4), and 429 that it would not (RFC 6585).
 * `Retry-After` counts with every status that is not an acceptance.
 */
export function statusOutcome(name: string, answer: HttpAnswer, now: EpochMs): SendResult {
  const { status } = answer;
  const code = `${name}_http_${status}`;
  if (status >= 200 && status < 300) return { kind: 'accepted', providerRef: null };
  const asked = askedWait(answer, now);
  if (status >= 500 && status !== 503)
    return { kind: 'ambiguous', code, ...(asked !== null && { retryAfterMs: asked }) };
  return PASSING.has(status) || status < 400 || (asked ?? 0) > 0
    ? { kind: 'transient', code, retryAfterMs: asked, ...(status === 429 && { throttled: true }) }
    : { kind: 'rejected', code, hardBounce: false };
}

/** About the account, the address of the interface or the moment. */
const PASSING = new Set([401, 403, 404, 405, 407, 408, 421, 425, 429, 503]);

/** For how long the server wants to be left alone; null where it does not say. */
export function askedWait({ headers }: HttpAnswer, now: EpochMs): number | null {
  return retryAfterMs(headers['retry-after'], now);
}

/**
 * What it means that there is no answer.
 * @param whose the address that was called: the contact's, or that of the account, which somebody may mend
 */
export function unansweredOutcome(
  name: string,
  end: Exclude<HttpEnd, HttpAnswer>,
  whose: SenderCapabilities['answeredBy'],
): SendResult {
  switch (end.kind) {
    case 'too_late':
      return { kind: 'not_begun' };
    // Whoever is asked again has the same address.
    case 'not_allowed':
      if (whose === 'account') return { kind: 'transient', code: `${name}_${end.code}`, retryAfterMs: null };
      return { kind: 'rejected', code: `invalid_address.${end.code}`, hardBounce: false };
    case 'not_reached':
      return { kind: 'transient', code: `${name}_${end.code}`, retryAfterMs: null };
    case 'lost':
      return { kind: 'ambiguous', code: `${name}_${end.code}` };
  }
}

const ZONED = /(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})\s*$/i;

/**
 * `Retry-After` (RFC 9110, 10.2.3), in seconds or as a date, as milliseconds from now; null where it says neither. A date
 * that names no zone, as that of asctime (5.6.7), is in UTC, wherever this runs.
 */
export function retryAfterMs(value: string | undefined, now: EpochMs): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value.trim())
    ? Number(value) * 1000
    : Date.parse(ZONED.test(value) ? value : `${value} GMT`) - now;
  return Number.isFinite(ms) ? Math.max(ms, 0) : null;
}

/** A body that should be a JSON object, or an empty one: what a provider answers is not ours to rely on. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** The id that a provider gave, when it has the form of one; to find the message there. */
export function providerRef(value: unknown): string | null {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value) ? value : null;
}
