import { z } from 'zod';
import type { LoggedEntry } from '#lib/ledger';
import { Uuid } from '../http/scalars.schema.js';

/** A page of the log. Positions go on for ever, so `next` is where to ask again, also on the last page. */
export const EntriesQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(-1)
    .max(Number.MAX_SAFE_INTEGER)
    .default(-1)
    .meta({ description: 'Entries after this position; -1: from the start.' }),
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'Entries at most.' }),
  type: z
    .string()
    .regex(/^[a-z_]{1,32}\.[a-z_]{1,32}$/)
    .optional()
    .meta({ description: 'Only entries of this type.', examples: ['send.ended'] }),
});
export type EntriesQuery = z.infer<typeof EntriesQuery>;

const EntryAnswer = z
  .strictObject({
    position: z.int(),
    id: Uuid,
    leaf: z.string().meta({
      description: 'The entry’s bytes as text: strict JSON (RFC 8785). Its leaf hash is SHA-256(0x00 || leaf).',
    }),
  })
  .meta({ id: 'LedgerEntry' });

export const EntriesAnswer = z
  .strictObject({
    entries: z.array(EntryAnswer),
    after: z.int().meta({ description: 'Ask for entries after this position next.' }),
    more: z.boolean().meta({ description: 'Whether there may be more right now.' }),
  })
  .meta({
    id: 'LedgerEntries',
    description: 'Entries of the brand, in the order of the log; personal content only as digests.',
  });

export function toEntryAnswer({ idx, id, leaf }: LoggedEntry): z.infer<typeof EntryAnswer> {
  return { position: idx, id, leaf: leaf.toString('utf8') };
}
