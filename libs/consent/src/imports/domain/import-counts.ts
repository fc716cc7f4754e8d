/** What became of a row. */
export const ROW_OUTCOMES = ['created', 'changed', 'unchanged', 'blocked', 'refused'] as const;
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** What an import did, or in a dry run would have done. `rows` is the sum of the outcomes. */
export interface ImportCounts {
  readonly rows: number;
  /** Rows that made a new contact, with or without more. */
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Rows whose yes came before a no that is on file. */
  readonly blocked: number;
  readonly refused: number;
  /** Purposes and topics that stand higher, or lower, than before. */
  readonly raised: number;
  readonly lowered: number;
  readonly contactPoints: number;
  /** Refused and blocked rows by their code. */
  readonly codes: Readonly<Record<string, number>>;
}

export const NOTHING_COUNTED: ImportCounts = {
  rows: 0,
  created: 0,
  changed: 0,
  unchanged: 0,
  blocked: 0,
  refused: 0,
  raised: 0,
  lowered: 0,
  contactPoints: 0,
  codes: {},
};

/** What one row adds. */
export interface RowCount {
  readonly outcome: RowOutcome;
  readonly code: string | null;
  readonly raised: number;
  readonly lowered: number;
  readonly contactPoints: number;
}

export function addRows(counts: ImportCounts, rows: readonly RowCount[]): ImportCounts {
  const sum = { ...counts, codes: { ...counts.codes } };
  for (const { outcome, code, raised, lowered, contactPoints } of rows) {
    sum.rows += 1;
    sum[outcome] += 1;
    sum.raised += raised;
    sum.lowered += lowered;
    sum.contactPoints += contactPoints;
    if (code !== null && (outcome === 'refused' || outcome === 'blocked')) sum.codes[code] = (sum.codes[code] ?? 0) + 1;
  }
  return sum;
}
