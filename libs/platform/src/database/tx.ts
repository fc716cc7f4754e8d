import type { EpochMs } from '#lib/kernel';
import type { SqlPart } from './composed.js';
import type { CopyTarget } from './copy.js';
import type { CopiedRow } from './copy-out.js';

/**
 * A handle on PostgreSQL: inside `Database.transaction` it belongs to that transaction, as
 * `Database.tx` each statement commits by itself.
 *
 * Results arrive as: int8 -> number (an error past 2^53), timestamptz -> EpochMs, bytea -> Buffer,
 * jsonb -> parsed value, numeric -> string.
 */
export interface Tx {
  /**
   * Runs one statement and answers its rows. Interpolated values are bound, never pasted; arrays bind
   * as PostgreSQL arrays and want a cast (`${ids}::uuid[]`), Buffers as bytea.
   */
  sql<Row extends object = Record<string, unknown>>(
    strings: TemplateStringsArray,
    ...values: unknown[]
  ): Promise<Row[]>;
  /**
   * Like `sql`, but answers each row as the list of its values. For hot statements of many columns: beyond some 14 the
   * driver makes an object of a kind of its own for every row, which costs three times what is in it.
   */
  rows<Row extends readonly unknown[]>(strings: TemplateStringsArray, ...values: unknown[]): Promise<Row[]>;
  /** Like `sql`, but answers how many rows the statement touched. */
  execute(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>;
  /**
   * Runs a statement that was put together while the program ran; each row is the list of its values. It is not kept
   * prepared, because the next one reads differently.
   */
  composed<Row extends readonly unknown[]>(statement: SqlPart): Promise<Row[]>;
  /** Inserts many rows in one go, all or none. */
  copy<Row>(target: CopyTarget<Row>, rows: readonly Row[]): Promise<void>;
  /**
   * Reads the rows of a SELECT as PostgreSQL has them in binary, for those that are counted in millions.
   * @param visit is told each row before the next is read; what it is told is not to be kept
   */
  copyOut(statement: SqlPart, visit: (row: CopiedRow) => void): Promise<void>;
}

/** ISO 8601 in UTC with milliseconds, the form in which instants are bound to SQL and shown at the doors. */
export function toIso(instant: EpochMs): string {
  // The rows of a batch share most of their instants.
  if (instant !== last.instant) last = { instant, text: new Date(instant).toISOString() };
  return last.text;
}

/**
 * An array of ids, digits or names that need no quotes (no space, comma, brace, quotation mark, backslash), as PostgreSQL
 * reads it: a fraction of what the driver's general form costs.
 */
export function plainList(values: readonly (string | number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}

let last = { instant: 0, text: new Date(0).toISOString() };
