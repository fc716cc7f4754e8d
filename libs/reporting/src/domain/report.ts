import type { EpochMs } from '#lib/kernel';

/**
 * What every report is, whatever it is about: one table of typed cells, and what somebody needs to believe it. Immutable; the
 * same facts, parameters and `dataThrough` give the same bytes. JSON, CSV and pages are made from this and from nothing else.
 */
export interface Report {
  /** Names the report, its title and its words: `attribution`. Add keys, never rename one. */
  readonly key: string;
  readonly period: ReportPeriod;
  /** IANA zone in which days and months of the report begin. */
  readonly zone: string;
  /** What was asked for, defaults written out, in the order in which it is shown. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** Nothing that was recorded later is in it. */
  readonly dataThrough: EpochMs;
  /** How many entries the ledger had then. */
  readonly ledgerPosition: number;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly ReportRow[];
  /** The sums, where rows add up; rates are of the sums and never the mean of the rows. */
  readonly total: ReportRow | null;
  readonly notes: readonly ReportNote[];
}

/** From `from` inclusive to `to` exclusive. */
export interface ReportPeriod {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** `event`: what happened in it. `cohort`: what became of those who came in it. */
  readonly of: 'event' | 'cohort';
}

export type ParameterValue = string | number | boolean | null | readonly string[];

/**
 * text: as it is. count: a number, with fractions where credit is divided. money: whole minor units of `unit` (ISO 4217).
 * rate: a fraction, so 0.25 is 25 %. duration: in `unit`.
 */
export type ReportColumn =
  | { readonly key: string; readonly kind: 'text' | 'count' | 'rate'; readonly unit: null }
  | { readonly key: string; readonly kind: 'money'; readonly unit: string }
  | { readonly key: string; readonly kind: 'duration'; readonly unit: 'days' };

export interface ReportRow {
  /** Tells it from another one with the same texts, where there may be one. */
  readonly id?: string;
  /** Columns, by their keys, of which only whoever may see single people is told here. */
  readonly ofFew?: readonly string[];
  /** One per column, in their order. */
  readonly cells: readonly ReportCell[];
}

export type ReportCell = KnownCell | { readonly notAvailable: NotAvailable };

export interface KnownCell {
  readonly value: string | number;
  /** The row is about this and not about something of that name, which somebody else may have given. */
  readonly standsFor?: StandsFor;
  /** Path and query under the api where what the number is made of is listed. */
  readonly link?: string;
}

/** Conversions that no touch led to, paths without a touch, all paths that have no row of their own, and links of erased people. */
export type StandsFor = 'unattributed' | 'no_touch' | 'other_paths' | 'forgotten_links';

/** Why there is no number where one would stand; never shown as 0. */
export type NotAvailable =
  /** Nothing to divide by: a rate of nothing. */
  | 'no_denominator'
  /** No cost was reported for what this is about. */
  | 'no_cost'
  /** No revenue was reported for what this is about. */
  | 'no_revenue'
  | 'no_target'
  /** Nobody has had the time yet. */
  | 'not_ripe'
  /** Fewer people than may be shown. */
  | 'too_few'
  /** It has no meaning here: a stage before the first, a return of what nobody earned. */
  | 'not_defined'
  /** Nothing happened from which it could be measured. */
  | 'not_observed'
  /** No rate between the currencies for that day. */
  | 'no_exchange_rate'
  /** The model takes too long among so many names. */
  | 'not_solved';

/** A sentence beneath the table: its key in the words of pages, and what it names. */
export interface ReportNote {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export const text = (key: string): ReportColumn => ({ key, kind: 'text', unit: null });
export const count = (key: string): ReportColumn => ({ key, kind: 'count', unit: null });
export const rate = (key: string): ReportColumn => ({ key, kind: 'rate', unit: null });
export const money = (key: string, currency: string): ReportColumn => ({ key, kind: 'money', unit: currency });
export const days = (key: string): ReportColumn => ({ key, kind: 'duration', unit: 'days' });

export function known(value: string | number, link?: string): ReportCell {
  return link === undefined ? { value } : { value, link };
}

export function standingFor(what: StandsFor): ReportCell {
  return { value: what, standsFor: what };
}

export const notAvailable = (reason: NotAvailable): ReportCell => ({ notAvailable: reason });

/** One number by another, or why not. */
export function ratio(part: number, whole: number, otherwise: NotAvailable = 'no_denominator'): ReportCell {
  return whole === 0 ? notAvailable(otherwise) : known(part / whole);
}

/** The sum of amounts, of which null are those without a rate; where none has one there is no sum, and no 0. */
export function sumOfKnown(amounts: readonly (number | null)[], link?: string): ReportCell {
  if (amounts.length > 0 && amounts.every((amount) => amount === null)) return notAvailable('no_exchange_rate');
  return known(
    amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0),
    link,
  );
}

/** What is wrong with the shape of a report, each in a sentence; none for a sound one. */
export function reportProblems({ columns, rows, total }: Report): readonly string[] {
  const all = total === null ? rows : [...rows, total];
  return all.flatMap(({ cells }, row) => {
    if (cells.length !== columns.length) return [`Row ${row} has ${cells.length} cells in ${columns.length} columns.`];
    return columns.flatMap(({ key, kind }, column) => {
      const cell = cells[column];
      if (cell === undefined || 'notAvailable' in cell) return [];
      const { value } = cell;
      if (kind === 'text') return typeof value === 'string' ? [] : [`Row ${row}: "${key}" is text.`];
      if (typeof value !== 'number' || !Number.isFinite(value)) return [`Row ${row}: "${key}" is a number.`];
      if (kind === 'money' && !Number.isSafeInteger(value)) return [`Row ${row}: "${key}" is whole minor units.`];
      return [];
    });
  });
}
