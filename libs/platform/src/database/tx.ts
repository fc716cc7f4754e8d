import type { EpochMs } from '#lib/kernel';

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
  /** Like `sql`, but answers how many rows the statement touched. */
  execute(strings: TemplateStringsArray, ...values: unknown[]): Promise<number>;
}

/** ISO 8601 in UTC with milliseconds, the form in which instants are bound to SQL and shown at the doors. */
export function toIso(instant: EpochMs): string {
  return new Date(instant).toISOString();
}
