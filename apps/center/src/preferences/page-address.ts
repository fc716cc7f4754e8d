import { z } from 'zod';
import { LANGUAGE_TAGS, type Language } from '../texts/texts.js';

const language = z
  .enum(LANGUAGE_TAGS as [Language, ...Language[]])
  .nullable()
  .catch(null);

/** What the query of the page's address says. Whatever else stands there is nothing to us. */
export const PageQuery = z.object({
  lang: language,
  /** In which language the form was read that was posted; part of the evidence. */
  said: language,
  /** The form was not on the whole page, but on one with nothing but the way out. */
  alone: z.literal('1').nullable().catch(null),
  act: z
    .enum(['leave', 'stop_all', 'save', 'resume', 'undo', 'link', 'erase', 'call_back', 'export', 'export_page'])
    .nullable()
    .catch(null),
  /** Id of a change that was just made, or a word for what came of a POST that made none. */
  done: z
    .union([
      z.uuid(),
      z.enum([
        'same',
        'not_undone',
        'link_sent',
        'link_enough',
        'link_failed',
        'link_needed',
        'erasure',
        'called_back',
      ]),
    ])
    .nullable()
    .catch(null),
  change: z.uuid().nullable().catch(null),
  /** Of the topic or purpose that is left, where the link itself names none. */
  scope: z.uuid().nullable().catch(null),
  /** Of a page with too much to choose from: the one with the hours and the language. */
  part: z.literal('hours').nullable().catch(null),
  /** Of a page whose topics do not fit: with which it begins, counted from 1, after the pages that led to it. */
  topics: z
    .string()
    .regex(/^[1-9]\d{0,3}(\.[1-9]\d{0,3}){0,99}$/)
    .transform((trail) => trail.split('.').map(Number))
    .nullable()
    .catch(null),
  /** With which entry the open page of the whole record begins, counted from 1; null while only its beginning is shown. */
  record: z
    .string()
    .regex(/^[1-9]\d{0,5}$/)
    .transform(Number)
    .nullable()
    .catch(null),
  /** Which text of that entry is read by itself, and which part of it, both counted from 1. */
  text: z
    .string()
    .regex(/^[12]\.[1-9]\d{0,2}$/)
    .transform((text) => text.split('.').map(Number))
    .nullable()
    .catch(null),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** An address on the same page: the token stays where it is, in the path, and is written nowhere. */
export function here(query: Partial<Record<keyof PageQuery, string | number | readonly number[] | null>>): string {
  const parts = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value == null ? [] : [[name, Array.isArray(value) ? value.join('.') : String(value)]],
  );
  return `?${new URLSearchParams(parts).toString()}`;
}
