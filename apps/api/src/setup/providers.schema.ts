import { z } from 'zod';
import { MESSAGE_CLASSES } from '#lib/kernel';
import { toIso } from '#lib/platform';
import { CIRCUIT_STATES, type Provider, SENDER_KINDS, type SenderKind } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { ChannelName, Instant, Key, Uuid } from '../http/scalars.schema.js';

const common = {
  enabled: z.boolean().default(true),
  priority: z
    .int()
    .min(0)
    .max(10_000)
    .default(100)
    .meta({ description: 'Among the enabled providers of a channel the lowest number is used.' }),
  sendingDomains: z
    .array(
      z
        .string()
        .max(253)
        .regex(
          /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i,
          'must be a domain, such as news.example.com',
        ),
    )
    .max(100)
    .default([])
    .meta({
      description:
        'On the channel email: mails from addresses of these domains leave by this account, and no others. Empty: those from all domains that no other account names.',
    }),
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

/** An account of one protocol, with the settings and the secret it needs. */
function accountOf(name: keyof typeof SENDER_KINDS, title: string) {
  const { channel, settings, secret }: SenderKind = SENDER_KINDS[name];
  return z.strictObject({
    kind: z.literal(name),
    channel: z.literal(channel),
    settings: settings.meta({ id: `${title}Settings` }),
    secret: secret === null ? z.null().optional() : secret.meta({ id: `${title}Secret` }).nullish(),
    ...common,
  });
}

const smtp = accountOf('smtp', 'Smtp');
const others = [
  accountOf('smpp', 'Smpp'),
  accountOf('twilio', 'Twilio'),
  accountOf('web_push', 'WebPush'),
  accountOf('whatsapp_cloud', 'WhatsApp'),
  accountOf('teams_workflow', 'Teams'),
  accountOf('dataverse_call', 'PhoneTask'),
  accountOf('standard_webhook', 'Webhook'),
];

const Null = z.strictObject({
  kind: z.literal('null').meta({ description: 'Accepts everything and sends nothing.' }),
  channel: ChannelName,
  settings: z.strictObject({}).default({}),
  secret: z.null().optional(),
  ...common,
});

export const ProviderRequest = z.discriminatedUnion('kind', [smtp, ...others, Null]).meta({ id: 'ProviderRequest' });
export type ProviderRequest = z.infer<typeof ProviderRequest>;

const answered = {
  id: Uuid.meta({ description: 'In the URL under which the provider reports: /v1/webhooks/{id}.' }),
  key: Key,
  hasSecret: z.boolean(),
  enabled: z.boolean(),
  priority: z.int(),
  atLeastOnce: z.array(z.enum(MESSAGE_CLASSES)),
  sendingDomains: z.array(z.string()),
  circuit: z.enum(CIRCUIT_STATES).meta({
    description:
      'open: too many hand-overs failed within a minute, and messages are held for a while (provider_backoff). half_open: one message at a time tries. Setting the provider up anew closes it.',
  }),
  resumesAt: Instant.nullable().meta({
    description:
      'Until when the provider asked to be left alone (Retry-After, an hour at most at a time); messages wait until then with provider_backoff. Setting the provider up anew forgets it and wakes them.',
  }),
  createdAt: Instant,
  updatedAt: Instant,
};

const answerOf = (account: typeof smtp) => account.omit({ secret: true }).extend(answered);

export const ProviderAnswer = z
  .discriminatedUnion('kind', [
    answerOf(smtp),
    ...others.map(answerOf),
    Null.omit({ secret: true }).extend({ ...answered, settings: z.strictObject({}) }),
  ])
  .meta({ id: 'Provider', description: 'An account by which messages leave, without its secret.' });
export const ProviderPage = pageOf('ProviderPage', ProviderAnswer);

export function toProviderAnswer({ createdAt, updatedAt, ...provider }: Provider): z.infer<typeof ProviderAnswer> {
  return ProviderAnswer.parse({ ...provider, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) });
}
