import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import { CONSENT_MOVES, type Said, type SaidFilter } from '#lib/reporting';
import { toIso } from '#lib/platform';
import { PageQuery, pageOf } from '../../http/page.schema.js';
import { ChannelName, Instant, Key } from '../../http/scalars.schema.js';
import { PeriodQuery } from '../report-period.js';
import { entryPath } from '../entry-path.js';

const orNone = (what: string) =>
  z
    .union([Key, z.literal('')])
    .optional()
    .meta({ description: `One ${what}; empty: what has none; left out: all.` });

export const SaidQuery = z.strictObject({
  ...PeriodQuery,
  what: z
    .enum(Object.keys(CONSENT_MOVES) as (keyof typeof CONSENT_MOVES)[])
    .default('optIns')
    .meta({
      description: 'optIns: consent was given; optOuts: it was taken back or refused; lapsed: it ended by itself.',
    }),
  channel: z.union([z.enum(CHANNELS), z.literal('')]).optional(),
  purpose: orNone('purpose'),
  topic: orNone('topic'),
  ...PageQuery.shape,
});
export type SaidQuery = z.infer<typeof SaidQuery>;

export const SaidPage = pageOf(
  'ConsentSaidPage',
  z
    .strictObject({
      id: z.string(),
      kind: z.string(),
      channel: ChannelName.nullable(),
      purpose: z.string().nullable(),
      topic: z.string().nullable(),
      at: Instant,
      contact: z.string().nullable().meta({ description: 'Stands for the person, and stays when they are erased.' }),
      entry: z.string().nullable().meta({ description: 'Path of the ledger entry that records it.' }),
    })
    .meta({ id: 'ConsentSaid' }),
);

export function toSaidFilter({
  what,
  channel,
  purpose,
  topic,
}: SaidQuery): Pick<SaidFilter, 'what'> & Partial<SaidFilter> {
  return {
    what,
    ...(channel === undefined ? {} : { channel: channel === '' ? null : channel }),
    ...(purpose === undefined ? {} : { purpose: purpose || null }),
    ...(topic === undefined ? {} : { topic: topic || null }),
  };
}

export function toSaid({ at, entry, ...said }: Said) {
  return { ...said, at: toIso(at), entry: entryPath(entry) };
}
