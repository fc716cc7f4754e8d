import { z } from 'zod';
import { ChannelName, Key, Language, line, MAX_VERSION, MixedKey, Place, Uuid } from '../http/scalars.schema.js';
import { ExternalId, word } from './people.schema.js';

export const ChannelPath = z.strictObject({ channel: ChannelName });
export type ChannelPath = z.infer<typeof ChannelPath>;

export const DoubleOptInSettingRequest = z
  .strictObject({
    enabled: z.boolean().default(true),
    required: z.boolean().default(false).meta({
      description:
        'Takes no yes to a restrictive purpose on this channel but a confirmed one, over the API and from imports alike.',
    }),
    validDays: z
      .int()
      .min(1)
      .max(28)
      .default(7)
      .meta({ description: 'For so long a link confirms; then the request is cleared away.' }),
    mailsPerDay: z
      .int()
      .min(1)
      .max(10)
      .default(3)
      .meta({ description: 'Messages to one address in a rolling day, a minute apart.' }),
    template: MixedKey.optional().meta({
      description:
        'A transactional one of the channel that shows confirmUrl and denyUrl; left out for email: one is made.',
    }),
    purpose: Key.optional().meta({ description: 'Under which the message is sent; left out: one is made.' }),
  })
  .meta({ id: 'DoubleOptInSettingRequest' });
export type DoubleOptInSettingRequest = z.infer<typeof DoubleOptInSettingRequest>;

export const DoubleOptInSettingAnswer = z
  .strictObject({
    channel: ChannelName,
    enabled: z.boolean(),
    required: z.boolean(),
    validDays: z.int(),
    mailsPerDay: z.int(),
    template: MixedKey,
    purpose: Key,
  })
  .meta({ id: 'DoubleOptInSetting' });

export const DoubleOptInRequest = z
  .strictObject({
    channel: ChannelName,
    address: z.string().min(1).max(2048),
    externalId: ExternalId.optional().meta({
      description: 'Left out: whoever is written to at the address, or somebody new.',
    }),
    language: Language.optional(),
    purpose: Key,
    topics: z.array(Key).max(100).default([]),
    notice: z.strictObject({ key: Key, version: z.int().min(1).max(MAX_VERSION), language: Language }).optional(),
    served: Uuid.optional(),
    wording: z.string().min(1).max(4000).optional().meta({ description: 'Exact text of the control that was used.' }),
    method: word.default('web_form'),
    source: line(2048).optional().meta({ description: 'Form name or URL.' }),
    jurisdiction: Place.optional(),
    evidence: z
      .record(z.string().min(1).max(100), z.json())
      .default({})
      .meta({ description: 'IP address and user agent of the form’s request and the like; sealed.' }),
  })
  .meta({ id: 'DoubleOptInRequest', description: 'What somebody asked for at an address, as your form recorded it.' });
export type DoubleOptInRequest = z.infer<typeof DoubleOptInRequest>;

export const DoubleOptInAnswer = z.strictObject({ status: z.literal('requested') }).meta({
  id: 'DoubleOptIn',
  description: 'The same whether or not the address is known, confirmed, refused or written to too often.',
});
