import { z } from 'zod';
import { toIso } from '#lib/platform';
import type { PublishedBlock } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { Instant, Language, MixedKey } from '../http/scalars.schema.js';
import { Hash, Version } from './setup.schema.js';

const Content = z
  .strictObject({
    html: z
      .string()
      .max(262_144)
      .nullable()
      .default(null)
      .meta({ description: 'What stands in the HTML of a template.' }),
    text: z
      .string()
      .max(262_144)
      .nullable()
      .default(null)
      .meta({ description: 'What stands in everything else: text, subject, preheader and the texts of data.' }),
  })
  .meta({
    id: 'BlockContent',
    description:
      'Handlebars, as in a template; it may include versions of other blocks. At least one of the two. The line end at its end is left out where it is included.',
  });

const facts = {
  key: MixedKey,
  defaultLanguage: Language.meta({ description: 'For whoever reads none of the languages of `contents`.' }),
  contents: z.record(Language, Content),
};

export const BlockRequest = z
  .strictObject({
    ...facts,
    version: z
      .int()
      .min(1)
      .max(999_999_999)
      .optional()
      .meta({ description: 'The number that it gets, as another brand has it; left out: the next one.' }),
  })
  .meta({ id: 'BlockRequest' });
export type BlockRequest = z.infer<typeof BlockRequest>;

export const BlockAnswer = z
  .strictObject({
    ...facts,
    version: Version,
    expanded: z.record(Language, Content).optional().meta({
      description: 'The contents with the blocks that they include in place; left out where they include none.',
    }),
    hash: Hash.meta({
      description:
        'SHA-256 of the canonical JSON (RFC 8785) of {key, version, defaultLanguage, contents}, with expanded where it is there, hexadecimal.',
    }),
    createdAt: Instant,
  })
  .meta({ id: 'Block', description: 'One version of what several templates say alike, such as a header or a footer.' });
export const BlockPage = pageOf('BlockPage', BlockAnswer);

export function toBlockAnswer({
  createdAt,
  contents,
  expanded,
  ...block
}: PublishedBlock): z.infer<typeof BlockAnswer> {
  const parsed = z.record(Language, Content);
  return {
    ...block,
    contents: parsed.parse(contents),
    ...(expanded !== undefined && { expanded: parsed.parse(expanded) }),
    createdAt: toIso(createdAt),
  };
}
