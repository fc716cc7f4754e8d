/**
 * First characters at which spreadsheets take a cell for a formula (OWASP, CSV Injection), their full-width twins and
 * the white space that some of them skip before it. A cell that begins so gets an apostrophe in front, which they show
 * as text; a machine that wants the value unchanged reads the NDJSON twin.
 */
const FORMULA = /^[\s\0\u00ad\u200b-\u200f\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n\0]/u;
/** A number is none, and stays what it is. */
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const NEEDS_QUOTES = /[",;\t\r\n\0]/;

/** How records are written. */
export interface CsvDialect {
  readonly separator: ',' | ';';
  readonly decimalSign: '.' | ',';
  /** Whether a file begins with one; without it Excel takes UTF-8 for Windows-1252. */
  readonly byteOrderMark: boolean;
}

export const RFC_4180: CsvDialect = { separator: ',', decimalSign: '.', byteOrderMark: false };
/** What a German Excel opens by double-click as columns and numbers. */
export const EXCEL_DE: CsvDialect = { separator: ';', decimalSign: ',', byteOrderMark: true };

/** A decimal keeps the digits that are written: `{ decimal: '10.50' }`. */
export type CsvCell = string | number | boolean | null | { readonly decimal: string };

/** One record of a CSV file (RFC 4180, line end included) that no spreadsheet runs as a formula. Null is an empty field. */
export function csvLine(cells: readonly CsvCell[], dialect: CsvDialect = RFC_4180): string {
  return `${cells.map((cell) => cellOf(cell, dialect)).join(dialect.separator)}\r\n`;
}

function cellOf(value: CsvCell, dialect: CsvDialect): string {
  if (value === null) return '';
  if (typeof value === 'number') return numberOf(String(value), dialect);
  if (typeof value === 'object') return numberOf(value.decimal, dialect);
  const text = typeof value === 'string' && !NUMBER.test(value) ? harmless(value) : String(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function numberOf(written: string, { separator, decimalSign }: CsvDialect): string {
  const text = written.replace('.', decimalSign);
  return text.includes(separator) ? `"${text}"` : text;
}

function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
