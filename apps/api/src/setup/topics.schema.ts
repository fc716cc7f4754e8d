import { z } from 'zod';
import type { Topic } from '#lib/consent';
import { toIso } from '#lib/platform';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key, TextByLanguage } from '../http/scalars.schema.js';

const facts = { purpose: Key, labels: TextByLanguage };

export const TopicRequest = z.strictObject(facts).meta({ id: 'TopicRequest' });
export type TopicRequest = z.infer<typeof TopicRequest>;

export const TopicAnswer = z
  .strictObject({ key: Key, ...facts, createdAt: Instant, updatedAt: Instant })
  .meta({ id: 'Topic', description: 'A subject within one purpose, which contacts can choose.' });
export const TopicPage = pageOf('TopicPage', TopicAnswer);

export function toTopicAnswer({ createdAt, updatedAt, ...topic }: Topic): z.infer<typeof TopicAnswer> {
  return { ...topic, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}
