import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { readKeyword } from '#lib/consent';
import { jsonObject, providerRef } from '../senders/http/http-outcome.js';
import { UNDELIVERABLE } from '../senders/http/whatsapp.js';
import { isSame } from './same-secret.js';
import {
  header,
  messageIdOf,
  type Returned,
  type ReturnedEvent,
  type WebhookReading,
  type WebhookRequest,
} from './returned.js';

const Ref = z.string().refine((text) => providerRef(text) !== null);
/** Seconds since 1970; null where it is nothing of the kind: what happened counts whenever it was. */
const Seconds = z.coerce.number().int().positive().max(1e11).nullable().catch(null);
const Words = z.object({ body: z.string() });
const Choice = z.object({ id: z.string().optional(), title: z.string() });
/** What is written beneath a picture, a film or a file stands with it. */
const Captioned = z.object({ caption: z.string().optional() }).optional().catch(undefined);

const Status = z.object({
  id: Ref,
  status: z.string(),
  timestamp: Seconds,
  recipient_id: z.string().catch(''),
  biz_opaque_callback_data: z.string().optional().catch(undefined),
  errors: z
    .array(z.object({ code: z.number() }).catch({ code: -1 }))
    .catch([])
    .default([]),
});
const Message = z.object({
  id: Ref,
  from: z.string(),
  timestamp: Seconds,
  text: Words.optional(),
  button: z.object({ text: z.string(), payload: z.string().optional() }).optional(),
  interactive: z.object({ button_reply: Choice.optional(), list_reply: Choice.optional() }).optional(),
  image: Captioned,
  video: Captioned,
  document: Captioned,
  reaction: z.object({ emoji: z.string().optional() }).optional().catch(undefined),
  type: z.string().optional().catch(undefined),
  context: z.object({ id: Ref.optional() }).optional().catch(undefined),
});
const Preference = z.object({ wa_id: z.string(), category: z.string(), value: z.string(), timestamp: Seconds });

const OPTED_OUT = 131050;
/** What comes as a message and is nobody's: that a number was changed, or something that Meta does not pass on. */
const NO_ANSWER = new Set(['system', 'unsupported', 'unknown']);

/**
 * What Meta brings of WhatsApp: how messages ended, what people wrote, and whether they want marketing. That somebody
 * wants it again is their word to Meta, and no evidence of an informed consent to the brand: nothing is made of it.
 *
 * Many things come together (up to 1,000, 3 MB), and each is read for itself: what one of them is not leaves the others.
 *
 * The signature is HMAC-SHA256 over the body under the app's secret (https://developers.facebook.com/docs/graph-api/webhooks).
 */
export function readWhatsApp(
  request: WebhookRequest,
  { appSecret, phoneNumberId }: { readonly appSecret: string; readonly phoneNumberId: string },
): WebhookReading {
  const expected = `sha256=${createHmac('sha256', appSecret).update(request.body).digest('hex')}`;
  if (!isSame(expected, header(request, 'x-hub-signature-256'))) return { kind: 'forged' };
  const { entry } = jsonObject(request.body.toString());
  if (!Array.isArray(entry)) return { kind: 'unreadable' };
  const changes = entry.flatMap((one) => listIn(one, 'changes'));
  const own = changes.filter((change) => !isOfOther(change, phoneNumberId));
  const read = own.flatMap((change) => {
    const { value } = objectOf(change);
    if (typeof value !== 'object' || value === null) return [null];
    return [
      ...listIn(value, 'statuses').map((one) => readOne(Status, one, ofStatus)),
      ...listIn(value, 'messages').map((one) => readOne(Message, one, ofMessage)),
      ...listIn(value, 'user_preferences').map((one) => readOne(Preference, one, ofPreference)),
    ];
  });
  const returned = read.flatMap((one) => one ?? []);
  const odd = read.filter((one) => one === null).length;
  if (odd > 0 && odd === read.length) return { kind: 'unreadable' };
  return { kind: 'read', returned, odd: odd + changes.length - own.length };
}

/** An app may have many numbers, of other brands too, under one secret: what came to another one was not said to this brand. */
function isOfOther(change: unknown, phoneNumberId: string): boolean {
  const { phone_number_id: id } = objectOf(objectOf(objectOf(change)['value'])['metadata']);
  return id !== undefined && id !== phoneNumberId;
}

/** Null for what is not of that kind. */
function readOne<T>(schema: z.ZodType<T>, one: unknown, read: (value: T) => Returned[]): Returned[] | null {
  const parsed = schema.safeParse(one);
  return parsed.success ? read(parsed.data) : null;
}

function ofStatus({
  id,
  status,
  timestamp,
  recipient_id,
  biz_opaque_callback_data,
  errors,
}: z.output<typeof Status>): Returned[] {
  const ours = messageIdOf(biz_opaque_callback_data);
  const message = ours === null ? { ref: id } : { id: ours };
  const event = {
    kind: 'event',
    id: `whatsapp ${id} ${status}`,
    message,
    at: millis(timestamp),
    bounce: null,
  } as const;
  switch (status) {
    case 'delivered':
      return [{ ...event, type: 'delivered' }];
    case 'read':
      return [{ ...event, type: 'opened' }];
    case 'failed': {
      // RFC 3463, 3.8: undefined security or policy status. It counts against nobody's number.
      const isOfMessage = errors.length > 0 && errors.every(({ code }) => code > 0 && code !== UNDELIVERABLE);
      const bounce = { kind: 'soft', status: isOfMessage ? '5.7.0' : null } as const;
      const bounced: ReturnedEvent = { ...event, type: 'bounced', bounce };
      const hasLeft = errors.some(({ code }) => code === OPTED_OUT);
      return hasLeft
        ? [
            bounced,
            { kind: 'left', id: event.id, address: `+${recipient_id}`, wording: `WhatsApp ${OPTED_OUT}`, message },
          ]
        : [bounced];
    }
    default:
      return [];
  }
}

function ofMessage(message: z.output<typeof Message>): Returned[] {
  const { id, from, timestamp, text, button, interactive, type, context } = message;
  const choice = interactive?.button_reply ?? interactive?.list_reply;
  // What is written on a button, or else what the brand had it mean.
  const words = [
    ...[text?.body, message.image?.caption, message.video?.caption, message.document?.caption, message.reaction?.emoji],
    ...[button?.text, choice?.title, button?.payload, choice?.id],
  ].filter((one) => one !== undefined);
  const said = words.find((one) => readKeyword(one).kind === 'opt_out') ?? words[0];
  const answers = context?.id === undefined ? {} : { message: { ref: context.id } };
  // A picture without words, or a voice, says nothing that is read here, and is an answer all the same.
  if (said === undefined && (type === undefined || NO_ANSWER.has(type)) && context?.id === undefined) return [];
  const at = millis(timestamp);
  return [{ kind: 'text', id: `whatsapp ${id}`, from: `+${from}`, text: said ?? '', at, ...answers }];
}

function ofPreference({ wa_id, category, value, timestamp }: z.output<typeof Preference>): Returned[] {
  if (category !== 'marketing_messages' || value !== 'stop') return [];
  // A change has no id. Two of one person in one second would both be this one.
  const named = timestamp === null ? {} : { id: `whatsapp preference ${timestamp}` };
  return [
    { kind: 'left', ...named, address: `+${wa_id}`, wording: 'WhatsApp user_preferences marketing_messages stop' },
  ];
}

function millis(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = objectOf(value)[name];
  // What should be a list and is none is one thing that is not read.
  return list === undefined ? [] : Array.isArray(list) ? list : [list];
}
