import { z } from 'zod';
import { REPORT_LANGUAGES, type ReportLanguage } from '#lib/reporting';

/** Any query: each report has its own, and says what is wrong with it. */
export const PageQuery = z.looseObject({ language: z.string().max(20).optional() });
export type PageQuery = z.infer<typeof PageQuery>;

/** The language asked for, else the first that the browser wishes for and that is spoken here, else English. */
export function languageOf(asked: unknown, wishes: string | undefined): ReportLanguage {
  const tags = [typeof asked === 'string' ? asked : '', ...(wishes ?? '').slice(0, 500).split(',')];
  for (const tag of tags) {
    const primary = tag.trim().toLowerCase().split(/[-;]/)[0];
    const found = REPORT_LANGUAGES.find((language) => language === primary);
    if (found !== undefined) return found;
  }
  return 'en';
}

/**
 * What was asked of a report, without what only says how it is shown. A form sends every field: one that was left empty asks
 * for nothing, while an empty value in a link is what has none.
 */
export function askedOf({ language: _l, form, ...query }: PageQuery): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && (form === undefined || value !== '') ? [[name, value]] : [],
    ),
  );
}

/** Where somebody goes on after signing in: a page of reports, and nothing else. */
export function safeTarget(target: unknown): string {
  const text = typeof target === 'string' ? target : '';
  return /^\/reports(\/[a-z0-9-]+){0,3}(\?[\x21-\x7e]{0,1500})?$/.test(text) && !text.includes('//')
    ? text
    : '/reports';
}
