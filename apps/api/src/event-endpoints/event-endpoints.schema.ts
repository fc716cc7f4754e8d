import { z } from 'zod';
import { toIso } from '#lib/platform';
import { DELIVERY_STATUSES, EVENT_TYPES, type EventDelivery, type EventEndpoint, type WithSecret } from '#lib/sending';
import { PageQuery, pageOf } from '../http/page.schema.js';
import { Instant, Key, line, Uuid } from '../http/scalars.schema.js';

const Url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .meta({ description: 'https, on the public internet; the operator may vouch for hosts inside (EVENT_HOSTS).' });

export const EndpointRequest = z
  .strictObject({
    url: Url,
    description: line(200).default(''),
    types: z
      .array(z.enum(EVENT_TYPES))
      .max(EVENT_TYPES.length)
      .refine((all) => new Set(all).size === all.length, 'must name each type once')
      .default([])
      .meta({ description: 'What it is told, by the types of entries; empty: all of them.' }),
    enabled: z.boolean().default(true).meta({ description: 'One that is enabled again goes on where it stood.' }),
  })
  .meta({ id: 'EventEndpointRequest' });
export type EndpointRequest = z.infer<typeof EndpointRequest>;

const shape = {
  key: Key,
  url: z.string(),
  description: z.string(),
  types: z.array(z.string()),
  enabled: z.boolean(),
  disabledAs: z
    .enum(['gone'])
    .nullable()
    .meta({ description: 'gone: its server answered 410, and nothing more is sent until it is put anew.' }),
  position: z.int().meta({ description: 'Position in the log of the last entry that was looked at for it.' }),
  oldKeysUntil: z.array(Instant).meta({ description: 'Until when the keys sign that were replaced.' }),
  createdAt: Instant,
  updatedAt: Instant,
};
export const EndpointAnswer = z
  .strictObject(shape)
  .meta({ id: 'EventEndpoint', description: 'Where a brand is told what happens, without its signing key.' });
export const EndpointPage = pageOf('EventEndpointPage', EndpointAnswer);
export const EndpointWithSecret = z
  .strictObject({
    ...shape,
    secret: z.string().nullable().meta({
      description: 'The signing key (Standard Webhooks), when it is new. It is shown this once.',
    }),
  })
  .meta({ id: 'EventEndpointWithSecret' });

export const RotateSecretRequest = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(168)
      .default(24)
      .meta({ description: 'How long the key before signs beside the new one; 0 ends it at once.' }),
  })
  .meta({ id: 'RotateSecretRequest' });
export type RotateSecretRequest = z.infer<typeof RotateSecretRequest>;

export const DeliveriesQuery = PageQuery.extend({
  status: z.enum(DELIVERY_STATUSES).optional().meta({ description: 'Left out: all.' }),
});
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;

export const DeliveryAnswer = z
  .strictObject({
    entry: Uuid.meta({ description: 'The entry it tells of; `webhook-id` and the id of the event.' }),
    position: z.int(),
    type: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    answer: z.string().nullable().meta({ description: 'Of the last try: a status of HTTP, or why there was none.' }),
    triedAt: Instant.nullable(),
    nextTryAt: Instant.nullable(),
    tries: z.array(z.strictObject({ at: Instant, answer: z.string() })).meta({
      description: 'The latest fifty, the oldest first; those before a replay too, which begins `attempts` anew.',
    }),
  })
  .meta({ id: 'EventDelivery' });
export const DeliveryPage = pageOf('EventDeliveryPage', DeliveryAnswer);

export const ReplayRequest = z
  .union([
    z.strictObject({ entries: z.array(Uuid).min(1).max(1000) }),
    z.strictObject({ failed: z.literal(true) }),
    z.strictObject({ after: z.int().min(-1).meta({ description: 'A position of the log: everything behind it.' }) }),
  ])
  .meta({ id: 'ReplayRequest', description: 'These events, all that failed, or all from a position of the log on.' });
export type ReplayRequest = z.infer<typeof ReplayRequest>;

export const ReplayAnswer = z
  .strictObject({
    again: z
      .int()
      .meta({ description: 'Deliveries that are made once more; those read from the log anew come besides.' }),
  })
  .meta({ id: 'ReplayAnswer' });

export function toEndpointAnswer(endpoint: EventEndpoint): z.infer<typeof EndpointAnswer> {
  const { key, url, description, types, enabled, disabledAs, position, oldKeysUntil } = endpoint;
  return {
    key,
    url,
    description,
    types: [...types],
    enabled,
    disabledAs,
    position,
    oldKeysUntil: oldKeysUntil.map(toIso),
    createdAt: toIso(endpoint.createdAt),
    updatedAt: toIso(endpoint.updatedAt),
  };
}

export function toEndpointWithSecret(endpoint: WithSecret<EventEndpoint>): z.infer<typeof EndpointWithSecret> {
  return { ...toEndpointAnswer(endpoint), secret: endpoint.secret };
}

export function toDeliveryAnswer(delivery: EventDelivery): z.infer<typeof DeliveryAnswer> {
  const { entryId, position, type, status, attempts, answer, triedAt, dueAt, tries } = delivery;
  return {
    entry: entryId,
    position,
    type,
    status,
    attempts,
    answer,
    triedAt: triedAt === null ? null : toIso(triedAt),
    nextTryAt: status === 'waiting' ? toIso(dueAt) : null,
    tries: tries.map((one) => ({ at: toIso(one.at), answer: one.answer })),
  };
}
