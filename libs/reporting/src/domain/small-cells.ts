import { notAvailable, type Report, type ReportCell, type ReportRow } from './report.js';
import { FEW } from './small-rows.js';

/** What a report of rows that stand beside each other, as weeks do, says of few. */
export interface SmallCells {
  /** Keys of columns whose counts are of people, and add up to their total. */
  readonly counts: readonly string[];
  /** Columns from which others could be told, by those. */
  readonly tells: Readonly<Record<string, readonly string[]>>;
}

/**
 * The report for somebody who may not see single people, where rows say when and not whom: counts of fewer than `FEW` are
 * not told, each by itself. So that none is left over between its column and the total, the next smallest goes with them
 * until they are not few together, and where all of a column are few, the total.
 */
export function withoutSmallCells(report: Report, { counts, tells }: SmallCells): Report {
  const hidden = new Map<string, Set<ReportRow>>();
  for (const key of counts) {
    const rows = fewOf(report, key);
    if (rows.size > 0) hidden.set(key, rows);
  }
  if (hidden.size === 0) return report;
  const isHidden = (row: ReportRow, key: string): boolean =>
    [key, ...(tells[key] ?? [])].some((one) => hidden.get(one)?.has(row) === true);
  const shown = (row: ReportRow): ReportRow => ({
    ...row,
    cells: row.cells.map((cell, i): ReportCell =>
      isHidden(row, report.columns[i]?.key ?? '') ? notAvailable('too_few') : cell,
    ),
  });
  return {
    ...report,
    rows: report.rows.map(shown),
    total: report.total === null ? null : shown(report.total),
    notes: [...report.notes.filter(({ key }) => key !== 'small_cells'), { key: 'small_cells', values: { few: FEW } }],
  };
}

/** Rows, and the total, whose count of a column is not to be told. */
function fewOf({ columns, rows, total }: Report, key: string): Set<ReportRow> {
  const at = columns.findIndex((column) => column.key === key);
  const sizes = rows.map(({ cells }) => {
    const cell = cells[at];
    return cell !== undefined && 'value' in cell ? Number(cell.value) : 0;
  });
  const hidden = fewAmong(rows.map((row, i) => [row, sizes[i] ?? 0] as const));
  const together = rows.reduce((sum, row, i) => sum + (hidden.has(row) ? (sizes[i] ?? 0) : 0), 0);
  if (total !== null && together > 0 && together < FEW) hidden.add(total);
  return hidden;
}

/** Whose number, of several that add up, is not to be told: the few, and as many of the next smallest as make them not few together. */
export function fewAmong<Whose>(sizes: readonly (readonly [Whose, number])[]): Set<Whose> {
  const hidden = new Set<Whose>();
  let together = 0;
  for (const [whose, size] of sizes.filter(([, one]) => one > 0).toSorted(([, a], [, b]) => a - b)) {
    if (size >= FEW && (hidden.size === 0 || together >= FEW)) break;
    hidden.add(whose);
    together += size;
  }
  return hidden;
}
