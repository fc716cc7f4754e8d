import { z } from 'zod';
import { MESSAGE_CLASSES } from '#lib/kernel';
import { toIso } from '#lib/platform';
import { type Provider, SmtpSecret, SmtpSettings } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { ChannelName, Instant, Key } from '../http/scalars.schema.js';

const common = {
  enabled: z.boolean().default(true),
  priority: z
    .int()
    .min(0)
    .max(10_000)
    .default(100)
    .meta({ description: 'Among the enabled providers of a channel the lowest number is used.' }),
  atLeastOnce: z
    .array(z.enum(MESSAGE_CLASSES))
    .max(MESSAGE_CLASSES.length)
    .refine((all) => new Set(all).size === all.length, 'must name each class once')
    .default([])
    .meta({
      description:
        'Classes whose messages are handed over again, with the same Message-ID, when the answer to a hand-over was lost and the provider keeps no idempotency keys: a few people get them twice. Left out: such a message ends as unknown and is never tried again.',
    }),
};

const Smtp = z.strictObject({
  kind: z.literal('smtp'),
  channel: z.literal('email'),
  settings: SmtpSettings.meta({ id: 'SmtpSettings' }),
  secret: SmtpSecret.meta({ id: 'SmtpSecret' }).nullish(),
  ...common,
});

const Null = z.strictObject({
  kind: z.literal('null').meta({ description: 'Accepts everything and sends nothing.' }),
  channel: ChannelName,
  settings: z.strictObject({}).default({}),
  secret: z.null().optional(),
  ...common,
});

export const ProviderRequest = z.discriminatedUnion('kind', [Smtp, Null]).meta({ id: 'ProviderRequest' });
export type ProviderRequest = z.infer<typeof ProviderRequest>;

const answered = {
  key: Key,
  hasSecret: z.boolean(),
  enabled: z.boolean(),
  priority: z.int(),
  atLeastOnce: z.array(z.enum(MESSAGE_CLASSES)),
  createdAt: Instant,
  updatedAt: Instant,
};

export const ProviderAnswer = z
  .discriminatedUnion('kind', [
    Smtp.omit({ secret: true }).extend(answered),
    Null.omit({ secret: true }).extend({ ...answered, settings: z.strictObject({}) }),
  ])
  .meta({ id: 'Provider', description: 'An account by which messages leave, without its secret.' });
export const ProviderPage = pageOf('ProviderPage', ProviderAnswer);

export function toProviderAnswer({ createdAt, updatedAt, ...provider }: Provider): z.infer<typeof ProviderAnswer> {
  return ProviderAnswer.parse({ ...provider, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) });
}
