import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { ChannelSender, HandOver, SendResult } from '../channel-sender.js';
import { isPhoneNumber, NO_NUMBER } from '../domain/phone-number.js';
import { secondsLeft } from '../domain/life-left.js';
import { isNoSuchNumber } from '../domain/twilio-codes.js';
import { smsText } from '../domain/sms-text.js';
import type { HttpAnswer } from './http-client.js';
import { askedWait, jsonObject, providerRef, statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender } from './http.sender.js';
import { Endpoint, httpCapabilities, httpClient, httpSettings, httpsSecret } from './http-settings.js';

/** An account at Twilio, or at a provider with the same interface. */
export const TwilioSettings = z
  .strictObject({
    baseUrl: Endpoint.default('https://api.twilio.com'),
    accountSid: z.string().regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits'),
    /** A number in E.164, a short code, or a name of letters and digits. */
    from: z
      .string()
      .regex(/^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/)
      .optional(),
    messagingServiceSid: z
      .string()
      .regex(/^MG[0-9a-f]{32}$/)
      .optional(),
    /** `https://api.example.org/v1/webhooks/{id of the provider}`: where Twilio reports. Left out, it reports nothing. */
    webhookUrl: Endpoint.optional(),
    ...httpSettings,
  })
  .refine((s) => (s.from === undefined) !== (s.messagingServiceSid === undefined), {
    path: ['from'],
    message: 'give either from or messagingServiceSid',
  });
export type TwilioSettings = z.infer<typeof TwilioSettings>;
export const TwilioSecret = z.strictObject({ authToken: httpsSecret() });
export type TwilioSecret = z.infer<typeof TwilioSecret>;

/**
 * What is wrong with the account, whoever it is to: the number, the name or the service that it sends from is no number,
 * not its own or cannot send, `webhookUrl` is none, or the account is suspended.
 */
const OUT_OF_ORDER = new Set([
  21212, 21401, 21407, 21421, 21601, 21603, 21606, 21607, 21609, 21659, 21660, 21661, 21701, 21703, 21704, 21705, 30002,
  30034, 63007,
]);
/** The account may not send there: to a country that was not enabled, or from a trial to a number that was not verified. */
const NOT_THERE = new Set([21408, 21608]);
/** Whoever it is told the provider to stop. */
const OPTED_OUT = 21610;
const LIMITS = new Set([14107, 20429, 21611, 30001, 30022, 63018]);

/** What Twilio keeps a message for by itself, and at most. */
const LONGEST_VALIDITY_SECONDS = 36_000;

export function twilioSender(
  settings: TwilioSettings,
  { authToken }: TwilioSecret,
  clock: Clock,
  vouched: readonly string[],
): ChannelSender {
  const { baseUrl, accountSid, from, messagingServiceSid, webhookUrl } = settings;
  const url = new URL(`${baseUrl.replace(/\/$/, '')}/2010-04-01/Accounts/${accountSid}/Messages.json`);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const provider: HttpProvider = {
    name: 'twilio',
    request({ messageId, to, content, keepUntil }, now) {
      if (!isPhoneNumber(to)) return NO_NUMBER;
      const sender: [string, string] =
        from === undefined ? ['MessagingServiceSid', messagingServiceSid ?? ''] : ['From', from];
      const report: [string, string][] =
        webhookUrl === undefined ? [] : [['StatusCallback', `${webhookUrl}?message=${messageId}`]];
      const left = secondsLeft(keepUntil, now);
      const validity: [string, string][] = left < LONGEST_VALIDITY_SECONDS ? [['ValidityPeriod', String(Math.max(1, left))]] : []; // prettier-ignore
      return {
        method: 'POST',
        url,
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: new URLSearchParams([
          ['To', to],
          sender,
          ['Body', content.text.trimEnd()],
          ...validity,
          ...report,
        ]).toString(),
      };
    },
    outcome: (answer, now, handOver) => twilioOutcome(answer, now, handOver, from ?? null),
  };
  return new HttpSender(
    httpCapabilities('sms', settings),
    provider,
    httpClient(settings, { vouched, byStrangers: false }),
    clock,
  );
}

function twilioOutcome(answer: HttpAnswer, now: number, { content }: HandOver, from: string | null): SendResult {
  const body = jsonObject(answer.body);
  if (answer.status >= 200 && answer.status < 300) {
    const ref = providerRef(body['sid']);
    // A page of a proxy, or an error with the wrong status, says nothing of the message.
    if (ref === null) return { kind: 'ambiguous', code: 'twilio_unreadable_answer' };
    // A messaging service says 0 before it has chosen from where to send.
    const parts = Number(body['num_segments']) || (smsText(content.text.trimEnd())?.parts.length ?? 0);
    return { kind: 'accepted', providerRef: ref, ...(Number.isInteger(parts) && parts > 0 && parts <= 255 && { parts }) }; // prettier-ignore
  }
  const number = body['code'];
  if (typeof number !== 'number' || answer.status >= 500) return statusOutcome('twilio', answer, now);
  const code = `twilio_${number}`;
  const retryAfterMs = askedWait(answer, now);
  if (LIMITS.has(number)) return { kind: 'transient', code, retryAfterMs, throttled: true };
  if (OUT_OF_ORDER.has(number)) return { kind: 'transient', code, retryAfterMs };
  if (NOT_THERE.has(number)) return { kind: 'transient', code, retryAfterMs, onlyThis: true };
  if (isNoSuchNumber(number, from)) return { kind: 'rejected', code, hardBounce: true };
  if (number === OPTED_OUT) return { kind: 'rejected', code: 'recipient_opted_out', hardBounce: false };
  const general = statusOutcome('twilio', answer, now);
  return general.kind === 'rejected' || general.kind === 'transient' ? { ...general, code } : general;
}
