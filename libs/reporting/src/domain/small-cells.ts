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
    cells: row.cells.map((cell, i): ReportCell =>
      isHidden(row, report.columns[i]?.key ?? '') ? notAvailable('too_few') : cell,
    ),
  });
  return {
    ...report,
    rows: report.rows.map(shown),
    total: report.total === null ? null : shown(report.total),
    notes: [...report.notes, { key: 'small_cells', values: { few: FEW } }],
  };
}

/** Rows, and the total, whose count of a column is not to be told. */
function fewOf({ columns, rows, total }: Report, key: string): Set<ReportRow> {
  const at = columns.findIndex((column) => column.key === key);
  const numberIn = ({ cells }: ReportRow): number => {
    const cell = cells[at];
    return cell !== undefined && 'value' in cell ? Number(cell.value) : 0;
  };
  const bySize = rows.filter((row) => numberIn(row) > 0).sort((a, b) => numberIn(a) - numberIn(b));
  const hidden = new Set<ReportRow>();
  let together = 0;
  for (const row of bySize) {
    if (numberIn(row) >= FEW && (hidden.size === 0 || together >= FEW)) break;
    hidden.add(row);
    together += numberIn(row);
  }
  if (total !== null && together > 0 && together < FEW) hidden.add(total);
  return hidden;
}
