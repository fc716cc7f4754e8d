import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { ChannelSender, HandOver, SendResult } from '../channel-sender.js';
import { isPhoneNumber, NO_NUMBER } from '../domain/phone-number.js';
import type { HttpAnswer } from './http-client.js';
import { askedWait, jsonObject, providerRef, statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender } from './http.sender.js';
import { Endpoint, httpCapabilities, httpClient, httpSettings, httpsSecret } from './http-settings.js';

/** A business number at Meta's WhatsApp Cloud API. */
export const WhatsAppSettings = z.strictObject({
  baseUrl: Endpoint.default('https://graph.facebook.com'),
  apiVersion: z
    .string()
    .regex(/^v\d{1,3}\.\d$/)
    .default('v23.0'),
  phoneNumberId: z.string().regex(/^\d{5,25}$/),
  ...httpSettings,
});
export type WhatsAppSettings = z.infer<typeof WhatsAppSettings>;
export const WhatsAppSecret = z.strictObject({
  accessToken: httpsSecret(),
  appSecret: httpsSecret().optional(),
  verifyToken: httpsSecret(200).optional(),
});
export type WhatsAppSecret = z.infer<typeof WhatsAppSecret>;

/**
 * `data` of a template for WhatsApp: which of the templates that Meta has approved, in which of its languages, and what
 * stands in its places. A message without it is a text, which Meta takes only within a day of the person's last message.
 */
export const WhatsAppData = z.strictObject({
  template: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?$/),
  body: z.array(z.string().min(1).max(32_768)).max(100).default([]),
  header: z.array(z.string().min(1).max(60)).max(1).default([]),
  /** What is appended to the address of each button that leads somewhere, in their order. */
  buttons: z.array(z.string().min(1).max(2000)).max(10).default([]),
});

/** https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
const LIMITS = new Set([4, 80007, 130429, 131048, 131056, 133016]);
/** The account, the business number or Meta itself. */
const OUT_OF_ORDER = new Set([
  0, 1, 2, 3, 10, 190, 131005, 131016, 131031, 131037, 131042, 131045, 131057, 133010, 368,
]);
/** Not in the list of a number that Meta lends for tests; a country that is closed to it; a template that rests. */
const ONLY_THIS = new Set([131030, 130497, 132015]);
/**
 * The one code that is about whom it was sent to, and never for good: nobody has WhatsApp there, or somebody who has not
 * agreed to its newest terms, has an old version, or may not get messages of that kind. Meta does not say which.
 */
export const UNDELIVERABLE = 131026;
/** The person takes no marketing from this business. */
const OPTED_OUT = 131050;

export function whatsAppSender(
  settings: WhatsAppSettings,
  { accessToken }: WhatsAppSecret,
  clock: Clock,
  vouched: readonly string[],
): ChannelSender {
  const { baseUrl, apiVersion, phoneNumberId } = settings;
  const url = new URL(`${baseUrl.replace(/\/$/, '')}/${apiVersion}/${phoneNumberId}/messages`);
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const provider: HttpProvider = {
    name: 'whatsapp',
    request(handOver) {
      if (!isPhoneNumber(handOver.to)) return NO_NUMBER;
      const message = messageOf(handOver);
      if (message === null) return { kind: 'rejected', code: 'whatsapp_data_unfit', hardBounce: false };
      const body = { messaging_product: 'whatsapp', recipient_type: 'individual', to: handOver.to, ...message };
      // Comes back with every receipt, so that one that arrives before our own record finds its message.
      return {
        method: 'POST',
        url,
        headers,
        body: JSON.stringify({ ...body, biz_opaque_callback_data: handOver.messageId }),
      };
    },
    outcome: whatsAppOutcome,
  };
  return new HttpSender(
    httpCapabilities('whatsapp', settings),
    provider,
    httpClient(settings, { vouched, byStrangers: false }),
    clock,
  );
}

function messageOf({ content }: HandOver): object | null {
  if (content.data === null) return { type: 'text', text: { preview_url: false, body: content.text.trimEnd() } };
  const data = WhatsAppData.safeParse(content.data);
  if (!data.success) return null;
  const { template, language, header, body, buttons } = data.data;
  const texts = (values: readonly string[]): object[] => values.map((text) => ({ type: 'text', text }));
  const components = [
    ...(header.length === 0 ? [] : [{ type: 'header', parameters: texts(header) }]),
    ...(body.length === 0 ? [] : [{ type: 'body', parameters: texts(body) }]),
    ...buttons.map((text, index) => ({
      type: 'button',
      sub_type: 'url',
      index: String(index),
      parameters: texts([text]),
    })),
  ];
  return { type: 'template', template: { name: template, language: { code: language }, components } };
}

function whatsAppOutcome(answer: HttpAnswer, now: number): SendResult {
  const body = jsonObject(answer.body);
  if (answer.status >= 200 && answer.status < 300) {
    const [first] = Array.isArray(body['messages']) ? (body['messages'] as unknown[]) : [];
    const knownAs = otherNumber(Array.isArray(body['contacts']) ? body['contacts'][0] : null);
    const ref = providerRef((first as { id?: unknown } | null | undefined)?.id);
    // A page of a proxy, or an error with the wrong status, says nothing of the message.
    return ref === null
      ? { kind: 'ambiguous', code: 'whatsapp_unreadable_answer' }
      : { kind: 'accepted', providerRef: ref, ...(knownAs !== null && { knownAs }) };
  }
  const number = (body['error'] as { code?: unknown } | undefined)?.code;
  if (typeof number !== 'number') return statusOutcome('whatsapp', answer, now);
  const code = `whatsapp_${number}`;
  const retryAfterMs = askedWait(answer, now);
  if (LIMITS.has(number)) return { kind: 'transient', code, retryAfterMs, throttled: true };
  if (OUT_OF_ORDER.has(number)) return { kind: 'transient', code, retryAfterMs };
  if (ONLY_THIS.has(number)) return { kind: 'transient', code, retryAfterMs, onlyThis: true };
  if (number === OPTED_OUT) return { kind: 'rejected', code: 'recipient_opted_out', hardBounce: false };
  if (answer.status >= 500) return { kind: 'ambiguous', code, ...(retryAfterMs !== null && { retryAfterMs }) };
  if ((retryAfterMs ?? 0) > 0) return { kind: 'transient', code, retryAfterMs };
  return { kind: 'rejected', code, hardBounce: false };
}

/** Meta answers which number it was asked for, and by which it knows the person: they differ in some countries. */
function otherNumber(contact: unknown): string | null {
  const { input, wa_id } = { ...(typeof contact === 'object' ? contact : null) } as {
    input?: unknown;
    wa_id?: unknown;
  };
  if (typeof wa_id !== 'string' || typeof input !== 'string') return null;
  const number = `+${wa_id}`;
  return isPhoneNumber(number) && number !== `+${input.replace(/\D/g, '')}` ? number : null;
}
