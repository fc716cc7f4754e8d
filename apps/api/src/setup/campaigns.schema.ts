import { z } from 'zod';
import { toIso } from '#lib/platform';
import type { Campaign } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key, line, MixedKey } from '../http/scalars.schema.js';

const facts = {
  name: line(200),
  policy: Key.meta({ description: 'Key of the policy whose latest version judges the messages.' }),
};

export const CampaignRequest = z.strictObject(facts).meta({ id: 'CampaignRequest' });
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
