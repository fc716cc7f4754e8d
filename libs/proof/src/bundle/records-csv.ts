import type { JsonValue } from '../canonical-json.js';
import type { DisclosedEntry } from '../verify-entry.js';

/** An entry as it stands in a table. */
export interface ShownRecord {
  readonly idx: number;
  readonly entry: DisclosedEntry;
}

const COLUMNS: readonly [title: string, value: (record: ShownRecord) => JsonValue | undefined][] = [
  ['position', ({ idx }) => idx],
  ['entry', clear('id')],
  ['type', clear('t')],
  ['recorded_at', clear('at')],
  ['judged_at', clear('now')],
  ['channel', clear('ch')],
  ['class', clear('mc')],
  ['outcome', clear('out')],
  ['reason', clear('reason')],
  ['legal_basis', clear('basis')],
  ['way_in', clear('via')],
  ['notice', clear('doc')],
  ['policy', clear('pol')],
  ['template', clear('tpl')],
  ['attempt', clear('att')],
  ['test', clear('test')],
  ['person', (record) => subjectOf(record)?.id],
  ['number', (record) => subjectOf(record)?.n],
  ['disclosed', contentOf],
];

/**
 * The records as a table for a spreadsheet (RFC 4180), which would run as a formula whatever begins like one: such a
 * cell gets an apostrophe before it.
 */
export function recordsCsv(records: readonly ShownRecord[]): string {
  const rows = [COLUMNS.map(([title]) => title), ...records.map((record) => COLUMNS.map(([, of]) => cell(of(record))))];
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}

function clear(name: string) {
  return ({ entry }: ShownRecord): JsonValue | undefined => entry.clear[name];
}

/** What else was disclosed, as JSON. */
function contentOf({ entry }: ShownRecord): string | undefined {
  const content = entry.disclosed
    .filter(({ name }) => name !== 'subj')
    .map(({ name, value }) => [name, value] as const);
  return content.length === 0 ? undefined : JSON.stringify(Object.fromEntries(content));
}

/** Whose chain an entry stands in, and as which of its entries. */
export interface SubjectLink {
  readonly id: string;
  readonly n: number;
  /** base64url of a leaf hash; null for the first. */
  readonly prev: string | null;
}

/** Null when the entry has none, or none that is shown. */
export function subjectOf({ entry }: Pick<ShownRecord, 'entry'>): SubjectLink | null {
  const value = entry.disclosed.find(({ name }) => name === 'subj')?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { id, n, prev } = value as Readonly<Record<string, JsonValue>>;
  if (typeof id !== 'string' || typeof n !== 'number' || !(prev === null || typeof prev === 'string')) return null;
  return { id, n, prev };
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
