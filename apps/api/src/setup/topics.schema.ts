import { z } from 'zod';
import type { Topic } from '#lib/consent';
import { toIso } from '#lib/platform';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key, Language, TextByLanguage } from '../http/scalars.schema.js';

const facts = {
  purpose: Key,
  labels: TextByLanguage,
  descriptions: z
    .record(Language, z.string().min(1).max(300))
    .optional()
    .meta({ description: 'What it is about and how often it comes, in a sentence for contacts.' }),
};

export const TopicRequest = z.strictObject(facts).meta({ id: 'TopicRequest' });
export type TopicRequest = z.infer<typeof TopicRequest>;

export const TopicAnswer = z
  .strictObject({ key: Key, ...facts, createdAt: Instant, updatedAt: Instant })
  .meta({ id: 'Topic', description: 'A subject within one purpose, which contacts can choose.' });
export const TopicPage = pageOf('TopicPage', TopicAnswer);

export function toTopicAnswer({ createdAt, updatedAt, ...topic }: Topic): z.infer<typeof TopicAnswer> {
  return { ...topic, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}
