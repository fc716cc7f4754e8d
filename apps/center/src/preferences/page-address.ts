import { z } from 'zod';
import { LANGUAGE_TAGS, type Language } from '../texts/texts.js';

/** What the query of the page's address says. Whatever else stands there is nothing to us. */
export const PageQuery = z.object({
  lang: z
    .enum(LANGUAGE_TAGS as [Language, ...Language[]])
    .nullable()
    .catch(null),
  act: z
    .enum(['leave', 'stop_all', 'save', 'resume', 'undo', 'link', 'erase', 'export', 'export_page'])
    .nullable()
    .catch(null),
  /** Id of a change that was just made, or a word for what came of a POST that made none. */
  done: z
    .union([z.uuid(), z.enum(['same', 'not_undone', 'link_sent', 'link_enough', 'link_failed', 'erasure'])])
    .nullable()
    .catch(null),
  change: z.uuid().nullable().catch(null),
  record: z.enum(['all']).nullable().catch(null),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** An address on the same page: the token stays where it is, in the path, and is written nowhere. */
export function here(query: Partial<Record<keyof PageQuery, string | null>>): string {
  const parts = Object.entries(query).filter((part): part is [string, string] => part[1] != null);
  return `?${new URLSearchParams(parts).toString()}`;
}
