import { known, notAvailable, type Report, type ReportCell, type ReportRow } from './report.js';

/** So few that somebody could be told from them. */
export const FEW = 5;

/** What the rows of a report are. */
export interface SmallRows {
  /** Keys of columns whose counts are no sums. */
  readonly means?: readonly string[] | undefined;
  /** Rows behind which nobody stands, of money or of deals alone, are not told with the few. */
  readonly nobodyStays?: boolean | undefined;
  /** The same person may stand behind several rows. */
  readonly isOverlapping?: boolean | undefined;
}

/** Notes that name a row and say how many stand behind it: nobody is told by one what the rows do not say. */
const NAMES_ROWS: ReadonlySet<string> = new Set(['hotspot', 'uneven_variants', 'uneven_control']);

/**
 * The report for somebody who may not see single people: rows behind which fewer than `FEW` stand are told together, and
 * when together they are still few, the next smallest row joins them, so that nobody is left over between the rows and
 * their total. Sums stay what they are.
 * @param people keys of the columns that say how many stand behind a row; the smallest counts
 */
export function withoutSmallRows(report: Report, people: string | readonly string[], how: SmallRows = {}): Report {
  const { means = [] } = how;
  const { rows: merged, isTooFew } = smallRows(report, people, how);
  if (merged.size === 0) return report;
  const ofFew = [...new Set([...merged].flatMap((row) => row.ofFew ?? []))];
  const cells = report.columns.map(({ key, kind }, i): ReportCell => {
    if (kind === 'text') return known('…');
    if (isTooFew || means.includes(key) || (kind !== 'count' && kind !== 'money')) return notAvailable('too_few');
    return known([...merged].reduce((sum, row) => sum + numberIn(row.cells[i]), 0));
  });
  return {
    ...report,
    rows: [...report.rows.filter((row) => !merged.has(row)), { cells, ...(ofFew.length === 0 ? {} : { ofFew }) }],
    total: isTooFew && report.total !== null ? { cells: hidden(report, report.total) } : report.total,
    notes: [
      ...report.notes.filter(({ key }) => !NAMES_ROWS.has(key)),
      { key: 'small_rows', values: { rows: merged.size, few: FEW } },
    ],
  };
}

/** Which rows are told together, and whether all of them are of few. */
export function smallRows(
  { columns, rows }: Pick<Report, 'columns' | 'rows'>,
  people: string | readonly string[],
  { nobodyStays = false, isOverlapping = false }: SmallRows = {},
): { readonly rows: ReadonlySet<ReportRow>; readonly isTooFew: boolean } {
  const told = columns.flatMap(({ key }, i) => ([people].flat().includes(key) ? [i] : []));
  const sizeOf = (row: ReportRow): number => Math.min(...told.map((i) => numberIn(row.cells[i])));
  const bySize = rows
    .map((row, place) => ({ row, place, size: sizeOf(row) }))
    .filter(({ size }) => !nobodyStays || size > 0);
  bySize.sort((a, b) => a.size - b.size || a.place - b.place);
  const first = bySize.findIndex(({ size }) => size >= FEW);
  let few = first < 0 ? bySize.length : first;
  if (few === 0) return { rows: new Set(), isTooFew: false };
  // Of people who may be in several rows there are at least as many as in the largest.
  const together = (): number =>
    bySize.slice(0, few).reduce((all, { size }) => (isOverlapping ? Math.max(all, size) : all + size), 0);
  while (few < bySize.length && together() < FEW) few += 1;
  return { rows: new Set(bySize.slice(0, few).map(({ row }) => row)), isTooFew: together() < FEW };
}

function hidden({ columns }: Report, { cells }: ReportRow): ReportCell[] {
  return columns.map(({ kind }, i) => (kind === 'text' ? (cells[i] ?? known('')) : notAvailable('too_few')));
}

function numberIn(cell: ReportCell | undefined): number {
  return cell !== undefined && 'value' in cell && typeof cell.value === 'number' ? cell.value : 0;
}
