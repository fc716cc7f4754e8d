import { z } from 'zod';
import { toIso } from '#lib/platform';
import { PolicyBody, type PublishedPolicy } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key } from '../http/scalars.schema.js';
import { Hash, Version } from './setup.schema.js';

export const PolicyRequest = z.strictObject({ key: Key, ...PolicyBody.shape }).meta({ id: 'PolicyRequest' });
export type PolicyRequest = z.infer<typeof PolicyRequest>;

export const PolicyAnswer = z
  .strictObject({
    key: Key,
    version: Version,
    ...PolicyBody.shape,
    jurisdiction: PolicyBody.shape.jurisdiction.optional().meta({
      description: 'The law where the contact is; left out in versions from before it had to be said: no pack applies.',
      examples: [{ packs: 'contact' }],
    }),
    hash: Hash.meta({
      description:
        'SHA-256 of the canonical JSON (RFC 8785) of all other members but createdAt and warnings, as they are here, hexadecimal.',
    }),
    createdAt: Instant,
    warnings: z
      .array(z.string())
      .optional()
      .meta({
        description:
          'When it is published: what of it is allowed and does nothing, such as dates that are over. Left out: nothing.',
        examples: [['quietHours[0].dates[0] "2025-12-24 to 2025-12-26" are over: leave them out']],
      }),
  })
  .meta({ id: 'Policy', description: 'One version of the caps, quiet hours, rates and warm-ups of a brand.' });
export const PolicyPage = pageOf('PolicyPage', PolicyAnswer);

export function toPolicyAnswer({ createdAt, warnings, ...policy }: PublishedPolicy): z.infer<typeof PolicyAnswer> {
  const said = warnings === undefined ? {} : { warnings: [...warnings] };
  return { ...policy, ...said, createdAt: toIso(createdAt) };
}
