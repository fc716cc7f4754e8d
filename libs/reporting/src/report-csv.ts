import { csvLine, type CsvDialect, EXCEL_DE, RFC_4180 } from '#lib/platform';
import { toDecimal } from './domain/currency.js';
import type { Report, ReportCell, ReportColumn } from './domain/report.js';

/** How a report is written: RFC 4180 in UTF-8, or as a German Excel opens it by double-click. */
export type ReportCsvDialect = 'rfc4180' | 'excel-de';

const DIALECTS: Readonly<Record<ReportCsvDialect, CsvDialect>> = { rfc4180: RFC_4180, 'excel-de': EXCEL_DE };

/**
 * The table of a report as CSV: a header, the rows, the total. Money as decimals of its currency, a number that is not
 * available as an empty field; no cell runs as a formula.
 * @param headerOf the words over a column; its key when left out
 */
export function reportCsv(
  { columns, rows, total }: Report,
  dialect: ReportCsvDialect = 'rfc4180',
  headerOf: (column: ReportColumn) => string = keyAndUnit,
): string {
  const form = DIALECTS[dialect];
  const lines = total === null ? rows : [...rows, total];
  return [
    form.byteOrderMark ? '\ufeff' : '',
    csvLine(columns.map(headerOf), form),
    ...lines.map(({ cells }) =>
      csvLine(
        columns.map((column, i) => written(column, cells[i])),
        form,
      ),
    ),
  ].join('');
}

function keyAndUnit({ key, unit }: ReportColumn): string {
  return unit === null ? key : `${key} (${unit})`;
}

function written(column: ReportColumn, cell: ReportCell | undefined): string | number | { decimal: string } | null {
  if (cell === undefined || 'notAvailable' in cell) return null;
  const { value } = cell;
  return column.kind === 'money' && typeof value === 'number' ? { decimal: toDecimal(value, column.unit) } : value;
}
