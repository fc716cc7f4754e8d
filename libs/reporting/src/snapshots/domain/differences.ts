import type { Report, ReportCell, ReportColumn, ReportRow } from '../../domain/report.js';

/** One figure that is another now. */
export interface Difference {
  /** The texts of its row. */
  readonly row: string;
  readonly column: ReportColumn;
  /** Null where there was, or is, no such row. */
  readonly then: ReportCell | null;
  readonly now: ReportCell | null;
}

/** Texts of the row that adds all others up. */
export const TOTAL = '=';

/** What a report says otherwise now, row by row in the order of then; new rows and columns last. */
export function differencesOf(then: Report, now: Report): Difference[] {
  const columns = [...now.columns, ...then.columns.filter(({ key }) => !now.columns.some((one) => one.key === key))];
  const [before, after] = [rowsByName(then), rowsByName(now)];
  const names = [...before.keys(), ...[...after.keys()].filter((name) => !before.has(name))];
  return names.flatMap((row) =>
    columns
      .filter(({ kind }) => kind !== 'text')
      .flatMap((column): Difference[] => {
        const [a, b] = [cellOf(then, before.get(row), column), cellOf(now, after.get(row), column)];
        return said(a) === said(b) ? [] : [{ row, column, then: a, now: b }];
      }),
  );
}

/** Rows by their texts, and the total by its own name. */
export function rowsByName({ columns, rows, total }: Report): Map<string, ReportRow> {
  const texts = columns.flatMap(({ kind }, i) => (kind === 'text' ? [i] : []));
  const named = new Map<string, ReportRow>();
  for (const row of rows) {
    const name = texts.map((i) => textOf(row.cells[i])).join(' · ');
    // Two rows of one name are told apart by their order.
    let unique = name;
    for (let n = 2; named.has(unique); n++) unique = `${name} (${n})`;
    named.set(unique, row);
  }
  if (total !== null) named.set(TOTAL, total);
  return named;
}

function cellOf({ columns }: Report, row: ReportRow | undefined, { key }: ReportColumn): ReportCell | null {
  return row?.cells[columns.findIndex((column) => column.key === key)] ?? null;
}

function textOf(cell: ReportCell | undefined): string {
  return cell !== undefined && 'value' in cell ? String(cell.value) : '';
}

/** What a cell says, wherever it leads. */
function said(cell: ReportCell | null): string {
  if (cell === null) return '';
  return JSON.stringify('value' in cell ? cell.value : cell);
}
