import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import { toIso } from '#lib/platform';
import {
  type ContentFilter,
  type ExitedMessage,
  type ExitFilter,
  SEEN,
  STANDINGS,
  type StoodFilter,
} from '#lib/reporting';
import { PageQuery, pageOf } from '../../http/page.schema.js';
import { ChannelName, Instant, line, toInstant, Uuid } from '../../http/scalars.schema.js';
import { PeriodQuery } from '../report-period.js';

/** A part of where messages come from. */
const part = (what: string) =>
  z
    .string()
    .max(100)
    .regex(/^\P{Cc}*$/u, 'must be one line')
    .optional()
    .meta({ description: `${what}; empty: messages without one; left out: all.` });

export const ExitPlaceQuery = {
  campaign: part('One campaign'),
  path: part('One path or arm: the variant that messages were sent under'),
  step: part('One step'),
  channel: z.enum(CHANNELS).optional(),
  messages: z
    .enum(['live', 'test'])
    .default('live')
    .meta({ description: 'test: messages of test keys, which never left.' }),
};

export const ExitMessagesQuery = z.strictObject({
  ...PeriodQuery,
  ...ExitPlaceQuery,
  standing: z
    .enum([...STANDINGS, 'exit'])
    .optional()
    .meta({ description: 'exit: every way out at once.' }),
  reason: part('One reason'),
  topic: part('One topic'),
  purpose: part('One purpose'),
  lost: z.enum(['consent']).optional().meta({ description: 'Messages alone that were not sent for want of consent.' }),
  template: line(200).optional().meta({ description: 'One version of a template, such as news@3.' }),
  seen: z.enum(SEEN).optional().meta({ description: 'Of messages that were sent: what is known of them since.' }),
  link: z.string().max(500).optional().meta({
    description: 'Messages with a counted link to this address, without scheme and query; empty: with any.',
  }),
  report: z
    .enum(['exits', 'email', 'channels', 'content', 'variants', 'links', 'journeys', 'consents', 'lift'])
    .optional()
    .meta({ description: 'Which report leads here: its page leads back. Changes nothing else.' }),
  ...PageQuery.shape,
});
export type ExitMessagesQuery = z.infer<typeof ExitMessagesQuery>;

const Place = {
  campaign: z.string().nullable(),
  path: z.string().nullable(),
  step: z.string().nullable(),
  channel: ChannelName,
};

export const ExitMessagePage = pageOf(
  'ExitMessagePage',
  z
    .strictObject({
      id: Uuid,
      ...Place,
      standing: z.enum(STANDINGS),
      reason: z.string().nullable(),
      acceptedAt: Instant,
      endedAt: Instant.nullable(),
      entries: z.array(Uuid).meta({ description: 'Ledger entries about it: GET /v1/ledger/entries/{id}.' }),
      links: z.strictObject({ message: z.string(), explain: z.string() }),
    })
    .meta({ id: 'ExitMessage' }),
);

type Asked = Partial<Record<'campaign' | 'path' | 'step', string | undefined>> &
  Pick<ExitMessagesQuery, 'messages'> & { readonly channel?: ExitFilter['channel'] | undefined };

/** Of a query: left out is everything, an empty text is nothing. */
export function toExitPlace({
  campaign,
  path,
  step,
  channel,
  messages,
}: Asked): Pick<ExitFilter, 'test'> & Partial<ExitFilter> {
  return {
    test: messages === 'test',
    ...(campaign === undefined ? {} : { campaign: campaign || null }),
    ...(path === undefined ? {} : { path: path || null }),
    ...(step === undefined ? {} : { step: step || null }),
    ...(channel === undefined ? {} : { channel }),
  };
}

export function toStood({ standing, reason }: Pick<ExitMessagesQuery, 'standing' | 'reason'>): StoodFilter {
  return {
    ...(standing === undefined ? {} : { standing }),
    ...(reason === undefined ? {} : { reason: reason || null }),
  };
}

export function toContent({ topic, template, seen, link, purpose, lost }: ExitMessagesQuery): ContentFilter {
  return {
    ...(purpose === undefined ? {} : { purpose: purpose || null }),
    ...(lost === undefined ? {} : { isLost: true }),
    ...(topic === undefined ? {} : { topic: topic || null }),
    ...(template === undefined ? {} : { template }),
    ...(seen === undefined ? {} : { seen }),
    ...(link === undefined ? {} : { link }),
  };
}

export function toExitMessage({ id, entryIds, acceptedAt, endedAt, ...where }: ExitedMessage) {
  return {
    id,
    ...where,
    acceptedAt: toIso(acceptedAt),
    endedAt: toInstant(endedAt),
    entries: [...entryIds],
    links: { message: `/v1/messages/${id}`, explain: `/v1/messages/${id}/explain` },
  };
}
