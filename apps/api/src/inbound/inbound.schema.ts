import { z } from 'zod';
import { isNumberedCountry, type TextOutcome } from '#lib/consent';
import type { MailTaken } from '#lib/sending';
import { ChannelName, Uuid } from '../http/scalars.schema.js';

export const MailBody = z.string().meta({ id: 'RawMail', description: 'A mail as it was received (RFC 5322).' });

export const MailOutcomeAnswer = z
  .strictObject({
    outcome: z.enum(['left', 'reported', 'ignored']),
    why: z.string().nullable().meta({
      description:
        'Why nothing was done: auto_reply, bounce, list_mail, loop, forged, unknown_token, unknown_sender, unclear, unreadable.',
    }),
    changed: z.boolean().meta({ description: 'False when they had left before.' }),
    forReview: z.boolean().meta({
      description:
        'Has words of leaving in it, or could not be read, and nothing was done: a person should read it in the mailbox.',
    }),
    inFlight: z
      .array(Uuid)
      .meta({ description: 'Messages whose hand-over had started before; no other starts after it.' }),
  })
  .meta({ id: 'InboundMailOutcome' });

export const TextRequest = z
  .strictObject({
    channel: ChannelName,
    from: z
      .string()
      .min(1)
      .max(2048)
      .meta({ description: 'The address that wrote, as contact points have it; a number best in the E.164 form.' }),
    text: z.string().max(4000),
    to: z.string().min(1).max(2048).optional().meta({
      description: 'What they wrote to: your number in the E.164 form, a short code or a name. It tells whose a number without its country is, where nothing else does.', // prettier-ignore
    }),
    country: z
      .string()
      .refine(
        isNumberedCountry,
        'must be a country with a numbering plan, as its two letters of ISO 3166-1, such as "AT"',
      )
      .optional()
      .meta({ description: 'By whose plan `from` is written, where it is without its country (ISO 3166-1 alpha-2).' }),
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,150}$/)
      .optional()
      .meta({
        description: 'Its id where it came from: what is brought again under it is the same reply, and leaves no second time, whatever was agreed to since. Without it, the same words within an hour are the same reply, and each STOP leaves.', // prettier-ignore
      }),
  })
  .meta({ id: 'InboundText', description: 'A message that came back on a channel.' });
export type TextRequest = z.infer<typeof TextRequest>;

export const TextOutcomeAnswer = z
  .strictObject({
    reading: z.enum(['opt_out', 'help', 'start', 'yes', 'other']),
    how: z.enum(['keyword', 'sentence', 'slip']).nullable().meta({ description: 'How an opt-out was recognised.' }),
    reply: z
      .enum(['opt_out_confirmed', 'opt_out_clarification', 'opt_out_question', 'help', 'started', 'sign_up_link'])
      .nullable()
      .meta({ description: 'The one message to send back, within five minutes and without advertising; null: none.' }),
    forReview: z
      .boolean()
      .meta({ description: 'Has a word of leaving in it and was not understood; a person should read it.' }),
    changed: z.boolean(),
    inFlight: z.array(Uuid),
  })
  .meta({ id: 'InboundTextOutcome' });

/** A report is no wish of a person; one that names no message of ours, or says nothing of its end, is ignored. */
export function toMailAnswer(outcome: MailTaken): z.infer<typeof MailOutcomeAnswer> {
  switch (outcome.kind) {
    case 'left':
      return {
        outcome: 'left',
        why: null,
        changed: outcome.changed,
        forReview: false,
        inFlight: [...outcome.inFlight],
      };
    case 'reported':
      return { outcome: 'reported', why: null, changed: false, forReview: false, inFlight: [] };
    case 'ignored':
      return { outcome: 'ignored', why: outcome.why, changed: false, forReview: outcome.forReview, inFlight: [] };
  }
}

export function toTextAnswer({ reading, answer, left }: TextOutcome): z.infer<typeof TextOutcomeAnswer> {
  return {
    reading: reading.kind,
    how: reading.kind === 'opt_out' ? reading.how : null,
    reply: answer.reply,
    forReview: answer.forReview,
    changed: left?.changed ?? false,
    inFlight: [...(left?.inFlight ?? [])],
  };
}
