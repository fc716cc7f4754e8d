import { z } from 'zod';
import type { BrandId } from '#lib/kernel';
import { toIso } from '#lib/platform';
import {
  type Chart,
  type Report,
  type ReportLanguage,
  type ReportRole,
  withoutFewNotes,
  withoutSmallRows,
} from '#lib/reporting';

/** A report that was made, and how it is drawn. */
export interface MadeReport {
  readonly report: Report;
  /** Key of the figure that bars show; left out: the first. */
  readonly drawn?: string;
  /** Whether bars stay in the order of the rows, as months and stages do; left out: the longest first. */
  readonly isInOrder?: boolean;
  /** Keys of the figures that stand above everything else; left out: the first ones. */
  readonly figures?: readonly string[];
  /**
   * Null where there is nothing to draw. Left out: bars of a figure by the names of the rows.
   * @param least what is made of fewer is drawn together with others
   */
  readonly chart?: (language: ReportLanguage, least: number) => Chart | null;
}

/**
 * A report as every door offers it: machines ask by the same query that stands in the address of the page. What is in the
 * catalogue has a page, with its filters as a form.
 */
export interface OfferedReport<Query extends z.ZodObject = z.ZodObject> {
  readonly key: string;
  /** Whose pages show it. */
  readonly roles: readonly ReportRole[];
  readonly query: Query;
  /** Columns that say how many people stand behind a row, where somebody could be told from a small one. */
  readonly people?: string | readonly string[];
  /** What is not told to who may not see single people, where that is no matter of small rows. */
  readonly hides?: (report: Report) => Report;
  /** Rows behind which nobody stands, of money or of deals alone, stay. */
  readonly nobodyStays?: true;
  /** The same person may stand behind several rows. */
  readonly isOverlapping?: true;
  /** Keys of columns with counts that are no sums. */
  readonly means?: readonly string[];
  /** Filters that one address has for all reports of its sort, and that change nothing in this one. */
  readonly idle?: readonly string[];
  /** It shows what reports of every role show, so that having one of them is not enough. */
  readonly needsAllRoles?: true;
  /**
   * @param seesMessages whether single messages may be shown, where the report holds others
   * @param isAnew whether one about the past that is kept is made once more, for whoever asks what its numbers are made of
   * @throws DomainError when the query means nothing
   */
  make(brandId: BrandId, query: z.infer<Query>, seesMessages: boolean, isAnew?: boolean): Promise<MadeReport>;
}

/** One filter of a report, as a form asks for it. */
export interface Filter {
  readonly name: string;
  readonly kind: 'date' | 'number' | 'text';
  readonly choices: readonly string[] | null;
  /** What is meant when it is left out; null: everything, or what the report says. */
  readonly fallback: string | null;
  readonly isOptional: boolean;
}

/** How an answer looks is no filter of what it says. */
export const FORMS = {
  format: z.enum(['json', 'csv']).default('json'),
  excel: z.enum(['de']).optional().meta({ description: 'CSV as a German Excel opens it by double-click.' }),
  language: z.enum(['en', 'de']).default('en').meta({ description: 'Of the header of the CSV.' }),
};

/**
 * The query of a report as an address names it: without what only says how it is shown, and what is meant anyway.
 * @param days of the report, and of which zone
 */
export function queryText(
  { query: schema, idle = [] }: Pick<OfferedReport, 'query' | 'idle'>,
  query: Readonly<Record<string, unknown>>,
  days: Readonly<Record<'from' | 'to' | 'zone', string>>,
): Record<string, string> {
  const shape = schema.shape as Record<string, z.ZodType>;
  const asked = Object.entries(query).flatMap(([name, value]): [string, string][] => {
    if (value === undefined || name in FORMS || name in days || idle.includes(name)) return [];
    if (shape[name]?.safeParse(undefined).data === value) return [];
    return [[name, name === 'asOf' ? toIso(Number(value)) : textOf(value)]];
  });
  const own = Object.entries(days).filter(([name]) => name in shape);
  return Object.fromEntries([...own, ...asked]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The report for somebody who may not see single people. */
export function seenByAnybody(
  { people, hides, ...how }: Pick<OfferedReport, 'people' | 'hides' | 'means' | 'nobodyStays' | 'isOverlapping'>,
  report: Report,
): Report {
  const shown = people === undefined ? report : withoutSmallRows(report, people, how);
  return withoutFewNotes(hides === undefined ? shown : hides(shown));
}

/** The filters of a report, out of the schema of its query. */
export function filtersOf({ query, idle = [] }: Pick<OfferedReport, 'query' | 'idle'>): Filter[] {
  return Object.entries(query.shape as Record<string, z.ZodType>)
    .filter(([name]) => !(name in FORMS) && !idle.includes(name))
    .map(([name, schema]) => {
      const {
        type,
        format,
        enum: choices,
        default: fallback,
      } = z.toJSONSchema(schema, {
        io: 'input',
        unrepresentable: 'any',
      }) as { type?: string; format?: string; enum?: unknown[]; default?: string | number | boolean };
      return {
        name,
        kind: format === 'date' ? 'date' : type === 'number' || type === 'integer' ? 'number' : 'text',
        choices: choices === undefined ? null : choices.map(String),
        fallback: fallback === undefined ? null : String(fallback),
        isOptional: schema.safeParse(undefined).success && fallback === undefined,
      };
    });
}
