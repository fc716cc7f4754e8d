import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { jsonObject } from '../senders/http/http-outcome.js';
import { isSame } from './same-secret.js';
import {
  header,
  messageIdOf,
  type Returned,
  type ReturnedEvent,
  type WebhookReading,
  type WebhookRequest,
} from './returned.js';

const Seconds = z.coerce.number().int().positive();
const Status = z.object({
  id: z.string().min(1).max(200),
  status: z.string(),
  timestamp: Seconds,
  recipient_id: z.string(),
  biz_opaque_callback_data: z.string().optional(),
  errors: z.array(z.object({ code: z.number() })).optional(),
});
const Message = z.object({
  id: z.string().min(1).max(200),
  from: z.string(),
  timestamp: Seconds,
  text: z.object({ body: z.string() }).optional(),
  button: z.object({ text: z.string() }).optional(),
  context: z.object({ id: z.string().min(1).max(200).optional() }).optional(),
});
const Preference = z.object({ wa_id: z.string(), category: z.string(), value: z.string() });
const Change = z.object({
  value: z.object({
    statuses: z.array(Status).optional(),
    messages: z.array(Message).optional(),
    user_preferences: z.array(Preference).optional(),
  }),
});
const Body = z.object({ entry: z.array(z.object({ changes: z.array(Change) })) });

const HARD = new Set([131026, 131030]);
const OPTED_OUT = 131050;

/**
 * What Meta brings of WhatsApp: how messages ended, what people wrote, and whether they want marketing. That somebody
 * wants it again is their word to Meta, and no evidence of an informed consent to the brand: nothing is made of it.
 *
 * The signature is HMAC-SHA256 over the body under the app's secret (https://developers.facebook.com/docs/graph-api/webhooks).
 */
export function readWhatsApp(request: WebhookRequest, { appSecret }: { readonly appSecret: string }): WebhookReading {
  const expected = `sha256=${createHmac('sha256', appSecret).update(request.body).digest('hex')}`;
  if (!isSame(expected, header(request, 'x-hub-signature-256'))) return { kind: 'forged' };
  const body = Body.safeParse(jsonObject(request.body.toString()));
  if (!body.success) return { kind: 'unreadable' };
  const returned = body.data.entry.flatMap(({ changes }) =>
    changes.flatMap(({ value }) => [
      ...(value.statuses ?? []).flatMap(ofStatus),
      ...(value.messages ?? []).flatMap(ofMessage),
      ...(value.user_preferences ?? []).flatMap(ofPreference),
    ]),
  );
  return { kind: 'read', returned };
}

function ofStatus({
  id,
  status,
  timestamp,
  recipient_id,
  biz_opaque_callback_data,
  errors = [],
}: z.output<typeof Status>): Returned[] {
  const ours = messageIdOf(biz_opaque_callback_data);
  const message = ours === null ? { ref: id } : { id: ours };
  const event = { kind: 'event', id: `whatsapp ${id} ${status}`, message, at: timestamp * 1000, bounce: null } as const;
  switch (status) {
    case 'delivered':
      return [{ ...event, type: 'delivered' }];
    case 'read':
      return [{ ...event, type: 'opened' }];
    case 'failed': {
      const isGone = errors.some(({ code }) => HARD.has(code));
      const bounced: ReturnedEvent = {
        ...event,
        type: 'bounced',
        bounce: { kind: isGone ? 'hard' : 'soft', status: null },
      };
      const hasLeft = errors.some(({ code }) => code === OPTED_OUT);
      return hasLeft
        ? [bounced, { kind: 'left', address: `+${recipient_id}`, wording: `WhatsApp ${OPTED_OUT}` }]
        : [bounced];
    }
    default:
      return [];
  }
}

function ofMessage({ id, from, timestamp, text, button, context }: z.output<typeof Message>): Returned[] {
  const said = text?.body ?? button?.text;
  return [
    ...(said === undefined ? [] : [{ kind: 'text', from: `+${from}`, text: said } as const]),
    ...(context?.id === undefined
      ? []
      : [
          {
            kind: 'event',
            id: `whatsapp ${id} reply`,
            type: 'replied',
            message: { ref: context.id },
            at: timestamp * 1000,
            bounce: null,
          } as const,
        ]),
  ];
}

function ofPreference({ wa_id, category, value }: z.output<typeof Preference>): Returned[] {
  if (category !== 'marketing_messages' || value !== 'stop') return [];
  return [{ kind: 'left', address: `+${wa_id}`, wording: 'WhatsApp user_preferences marketing_messages stop' }];
}
