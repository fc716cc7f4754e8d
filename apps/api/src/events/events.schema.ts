import { z } from 'zod';
import type { MessageId } from '#lib/kernel';
import { type Feedback, type FeedbackAnswer, type FeedbackRefusal } from '#lib/sending';
import { InstantInput, line, Uuid } from '../http/scalars.schema.js';
import { FACT_ANSWERS, FACT_REQUESTS } from './fact.schema.js';
import type { FactRefusal } from '#lib/reporting';

const MOST_EVENTS = 500;

const common = {
  id: line(200).meta({
    description:
      'Chosen by whoever reports, one per event of the brand. The same event again is answered as a duplicate.',
    examples: ['evt_01J9Z3'],
  }),
  message: Uuid.meta({ description: 'Id of the message it is about.' }),
  at: InstantInput.meta({ description: 'When it happened; it may be reported days later, and in any order.' }),
};
const automated = z
  .boolean()
  .optional()
  .meta({ description: 'A machine did it, such as a filter that opens every link. Kept, and told apart.' });

const Bounce = z
  .strictObject({
    kind: z
      .enum(['hard', 'soft'])
      .meta({ description: '`hard`: the address does not work and never will. `soft`: this message did not arrive.' }),
    status: z
      .string()
      .regex(/^[45]\.\d{1,3}\.\d{1,3}$/, 'must be an enhanced status such as 5.1.1')
      .optional()
      .meta({ description: 'Enhanced status (RFC 3463).', examples: ['5.1.1'] }),
  })
  .meta({ id: 'Bounce' });

const event = <Type extends string, More extends z.ZodRawShape>(type: Type, more: More) =>
  z.strictObject({ type: z.literal(type), ...common, ...more });

const FeedbackRequest = z
  .discriminatedUnion('type', [
    event('delivered', {}),
    event('bounced', { bounce: Bounce }),
    event('complained', {}),
    event('opened', { automated }),
    event('clicked', { automated, link: line(2048).optional().meta({ description: 'What was clicked.' }) }),
    event('replied', { automated }),
  ])
  .meta({ id: 'FeedbackRequest', description: 'What is reported of a message that has left.' });
type FeedbackRequest = z.infer<typeof FeedbackRequest>;

export const EventRequest = z.discriminatedUnion('type', [...FeedbackRequest.options, ...FACT_REQUESTS]).meta({
  id: 'EventRequest',
  description: 'What is reported of a message that has left, or what a CRM, finance or a web site know.',
});
export type EventRequest = z.infer<typeof EventRequest>;

export const EventsRequest = z
  .strictObject({ events: z.array(EventRequest).min(1).max(MOST_EVENTS) })
  .meta({ id: 'EventsRequest' });
export type EventsRequest = z.infer<typeof EventsRequest>;

const REFUSALS: Readonly<Record<FeedbackRefusal, string>> = {
  unknown_message: 'Name a message of this brand by the id it was answered with.',
  not_handed_over: 'The message has not been handed to a provider, so nothing can have happened to it yet.',
  other_mode: 'Report test messages with a test key, and no others.',
  erased: 'The person was erased; nothing is recorded about them any more.',
  event_id_reused: 'Another event was reported under this id; choose a new one for each.',
  too_early: 'This lies before the message was accepted; check the clock of the sender.',
  in_future: 'This has not happened yet; check the clock of the sender.',
};
const FACT_CODES = [
  'unknown_contact',
  'unknown_fact',
  'contradictory',
  'in_future',
] as const satisfies readonly FactRefusal[];
const CODES = [...new Set([...Object.keys(REFUSALS), ...FACT_CODES])] as [FeedbackRefusal | FactRefusal];

export const EventAnswer = z
  .discriminatedUnion('result', [
    z.strictObject({
      result: z.literal('recorded'),
      id: z.string(),
      entry: Uuid.meta({ description: 'Its ledger entry.' }),
      inFlight: z.array(Uuid).meta({
        description:
          'After a hard bounce or a complaint: messages to this person, or to others with the same address, that had started before; no other starts after it.',
      }),
    }),
    z.strictObject({ result: z.literal('duplicate'), id: z.string(), entry: Uuid }),
    ...FACT_ANSWERS,
    z.strictObject({ result: z.literal('refused'), id: z.string(), code: z.enum(CODES), detail: z.string() }),
  ])
  .meta({ id: 'EventAnswer' });
export type EventAnswer = z.infer<typeof EventAnswer>;

/** Answer to one line of a stream. */
export const EventLine = z
  .strictObject({
    line: z.int(),
    answer: EventAnswer.optional(),
    problem: z.string().optional().meta({ description: 'Why the line could not be read; it spoils no other.' }),
  })
  .meta({ id: 'EventLine' });
export type EventLine = z.infer<typeof EventLine>;

export const EventsAnswer = z
  .strictObject({ results: z.array(EventAnswer).meta({ description: 'One per event, in the same order.' }) })
  .meta({ id: 'EventsAnswer' });

export function isFeedback(request: EventRequest): request is FeedbackRequest {
  return 'message' in request;
}

export function toFeedback(request: FeedbackRequest): Feedback {
  const { id, type, message, at } = request;
  const bounce = 'bounce' in request ? request.bounce : null;
  return {
    id,
    type,
    messageId: message as MessageId,
    at,
    bounce: bounce === null ? null : { kind: bounce.kind, status: bounce.status ?? null },
    automated: ('automated' in request ? request.automated : undefined) ?? false,
    link: ('link' in request ? request.link : undefined) ?? null,
  };
}

export function toEventAnswer(answer: FeedbackAnswer): EventAnswer {
  switch (answer.kind) {
    case 'recorded':
      return { result: 'recorded', id: answer.id, entry: answer.entryId, inFlight: [...answer.inFlight] };
    case 'duplicate':
      return { result: 'duplicate', id: answer.id, entry: answer.entryId };
    case 'refused':
      return { result: 'refused', id: answer.id, code: answer.code, detail: REFUSALS[answer.code] };
  }
}
