import { z } from 'zod';
import { toIso } from '#lib/platform';
import { type Campaign, GOALS, type VariantResult } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key, line, MixedKey } from '../http/scalars.schema.js';

const facts = {
  name: line(200),
  policy: Key.meta({ description: 'Key of the policy whose latest version judges the messages.' }),
};

export const CampaignRequest = z
  .strictObject({
    ...facts,
    status: z.literal('stopped').optional().meta({
      description: 'Ends it for good, as POST .../stop does; left out: it stays what it is, and a new one is active.',
    }),
  })
  .meta({ id: 'CampaignRequest' });
export type CampaignRequest = z.infer<typeof CampaignRequest>;

export const CampaignAnswer = z
  .strictObject({
    key: MixedKey,
    ...facts,
    status: z.enum(['active', 'stopped']),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Campaign', description: 'Where messages belong together, and can be stopped together.' });
export const CampaignPage = pageOf('CampaignPage', CampaignAnswer);

export function toCampaignAnswer({ createdAt, updatedAt, ...campaign }: Campaign): z.infer<typeof CampaignAnswer> {
  return { ...campaign, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}

export const VariantsQuery = z.strictObject({
  step: line(100).optional().meta({ description: 'Left out: all steps together.' }),
  goal: z.enum(GOALS).default('clicked'),
  experiment: MixedKey.optional().meta({
    description:
      'Key of an experiment; left out: all variants, of which none wins where they are of several experiments.',
  }),
});
export type VariantsQuery = z.infer<typeof VariantsQuery>;

export const VariantsAnswer = z
  .strictObject({
    goal: z.enum(GOALS),
    variants: z.array(
      z.strictObject({
        experiment: z
          .string()
          .nullable()
          .meta({ description: 'That divided the contacts; null: whoever sent named the variant.' }),
        variant: z.string(),
        sent: z.int(),
        met: z.int(),
      }),
    ),
    verdict: z.enum(['too_few', 'no_difference', 'winner', 'several_experiments']).meta({
      description:
        'Two proportions, 5 % over all looks together (shared among the comparisons), from as many contacts as give 80 % power for a fifth more, in each arm that messages were accepted for. several_experiments: say by `experiment` which is meant.',
    }),
    winner: z.string().nullable(),
    neededPerVariant: z.int().nullable().meta({
      description: 'Contacts that each needs; null: the goal was never met, or they are of several experiments.',
    }),
    pValue: z
      .number()
      .nullable()
      .meta({ description: 'Of a winner; it holds however often one asks (arXiv 1512.04922).' }),
  })
  .meta({ id: 'VariantComparison' });

export function toVariantsAnswer({ goal, variants, verdict }: VariantResult): z.infer<typeof VariantsAnswer> {
  return {
    goal,
    variants: variants.map((one) => ({ ...one })),
    verdict: verdict.kind,
    winner: verdict.kind === 'winner' ? verdict.variant : null,
    neededPerVariant:
      verdict.kind === 'several_experiments' || verdict.needed === Number.MAX_SAFE_INTEGER ? null : verdict.needed,
    pValue: verdict.kind === 'winner' ? verdict.pValue : null,
  };
}
