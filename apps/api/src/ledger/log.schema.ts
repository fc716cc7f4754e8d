import { z } from 'zod';
import { Uuid } from '../http/scalars.schema.js';

/** Written in one way, as everywhere in the formats: other spellings would be other addresses of the same thing. */
const Size = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,15})$/, 'must be a whole number without leading zeros')
  .transform(Number)
  .refine(Number.isSafeInteger, 'must be at most 9007199254740991');

export const TilePath = z.object({
  '*': z.string().meta({ description: '`<level>/<index>[.p/<width>]`, or `entries/<index>[.p/<width>]`' }),
});
export type TilePath = z.infer<typeof TilePath>;

export const ConsistencyQuery = z.strictObject({
  from: Size.meta({ description: 'Size of the earlier checkpoint.' }),
  to: Size.meta({ description: 'Size of the later one.' }),
});
export type ConsistencyQuery = z.infer<typeof ConsistencyQuery>;

export const EntryPath = z.strictObject({ id: Uuid });
export type EntryPath = z.infer<typeof EntryPath>;

export const WaitQuery = z.strictObject({
  wait: z
    .literal('published')
    .optional()
    .meta({ description: 'Answer only once the entry stands in a signed checkpoint, or after 20 seconds.' }),
});
export type WaitQuery = z.infer<typeof WaitQuery>;

const Instant = z.iso.datetime().nullable();

export const EntryState = z
  .strictObject({
    id: Uuid,
    status: z.enum(['pending', 'integrated', 'published']).meta({
      description:
        '`pending` has no position yet, `integrated` has one for ever, `published` stands in a signed checkpoint.',
    }),
    position: z.int().nullable(),
    leaf: z.string().meta({
      description: 'The entry’s bytes as text: strict JSON (RFC 8785); personal content only as digests.',
    }),
    proof: z.string().meta({ description: 'Path of its proof, which is there once it is published.' }),
    appended: z.strictObject({ notBefore: Instant, notAfter: Instant }).meta({
      description:
        'By the clocks of the witnesses: one last saw the log without the entry, and first with it. Null where no witness says so.',
    }),
  })
  .meta({ id: 'LedgerEntryState' });
