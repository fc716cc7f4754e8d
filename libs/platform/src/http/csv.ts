/**
 * First characters at which spreadsheets take a cell for a formula (OWASP, CSV Injection), their full-width twins and
 * the white space that some of them skip before it. A cell that begins so gets an apostrophe in front, which they show
 * as text; a machine that wants the value unchanged reads the NDJSON twin.
 */
const FORMULA = /^[\s\0\u00ad\u200b-\u200f\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n\0]/u;
/** A number is none, and stays what it is. */
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const NEEDS_QUOTES = /[",;\t\r\n\0]/;

/** One record of a CSV file (RFC 4180, line end included) that no spreadsheet runs as a formula. Null is an empty field. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && !NUMBER.test(value) ? harmless(value) : String(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
