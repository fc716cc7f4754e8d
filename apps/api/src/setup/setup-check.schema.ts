import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import { DoubleOptInSettingRequest } from '../people/double-opt-in.schema.js';
import { BlockRequest } from './blocks.schema.js';
import { BrandRequest } from './brands.schema.js';
import { CampaignRequest } from './campaigns.schema.js';
import { NoticeRequest } from './notices.schema.js';
import { PolicyRequest } from './policies.schema.js';
import { ProviderRequest } from './providers.schema.js';
import { PurposeRequest } from './purposes.schema.js';
import { KeyPath, MixedKeyPath } from './setup.schema.js';
import { TemplateRequest } from './templates.schema.js';
import { TopicRequest } from './topics.schema.js';

const put = <B extends z.ZodType>(body: B) => z.object({ ...KeyPath.shape, body });
const publish = <B extends z.ZodType>(body: B) => z.object({ key: z.string(), body });

/** What each group takes: the path and the body of its own route. */
export const STEPS = {
  notices: publish(NoticeRequest),
  brands: put(BrandRequest),
  purposes: put(PurposeRequest),
  topics: put(TopicRequest),
  policies: publish(PolicyRequest),
  blocks: publish(BlockRequest),
  templates: publish(TemplateRequest),
  campaigns: z.object({ ...MixedKeyPath.shape, body: CampaignRequest }),
  providers: put(ProviderRequest),
  'double-opt-in': z.object({ key: z.enum(CHANNELS), body: DoubleOptInSettingRequest }),
} as const;
export type SetupGroup = keyof typeof STEPS;
const GROUPS = Object.keys(STEPS) as [SetupGroup, ...SetupGroup[]];

export const SetupStep = z
  .strictObject({
    group: z.enum(GROUPS),
    key: z.string().min(1).max(100).meta({
      description: 'In the path of a PUT; the channel of a double opt-in; of what is published a name for the answer.',
    }),
    body: z.looseObject({}).meta({ description: 'As the route of the group takes it.' }),
  })
  .meta({ id: 'SetupStep' });
export type SetupStep = z.infer<typeof SetupStep>;

export const SetupCheckBody = z
  .strictObject({ steps: z.array(SetupStep).min(1).max(2_000) })
  .meta({ id: 'SetupCheckBody' });
export type SetupCheckBody = z.infer<typeof SetupCheckBody>;

export const SetupCheckAnswer = z
  .strictObject({
    problems: z.array(
      z.strictObject({
        step: z.int().min(0).meta({ description: 'Its place among the steps, from 0.' }),
        group: z.enum(GROUPS),
        key: z.string(),
        pointer: z.string().meta({ description: 'Where in the body (RFC 6901).' }),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: 'SetupCheckAnswer', description: 'Why steps would be refused; empty: none would be.' });
export type SetupCheckAnswer = z.infer<typeof SetupCheckAnswer>;
