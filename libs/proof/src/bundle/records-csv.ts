import type { JsonValue } from '../canonical-json.js';
import { DIGEST } from '../leaf.js';
import { type Check, fails, HOLDS } from '../malformed.js';
import type { DisclosedEntry, ShownDisclosure } from '../verify-entry.js';

/** An entry as it stands in a table. */
export interface ShownRecord {
  readonly idx: number;
  readonly entry: DisclosedEntry;
}

type Column = readonly [title: string, value: (record: ShownRecord) => JsonValue | undefined];

const COLUMNS: readonly Column[] = [
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
/** Since decisions name their rules, and bundles the digest of the facts they rest on. */
const LATER: readonly Column[] = [
  ['rules', clear('rules')],
  ['facts_digest', (record) => checksOf(record)?.digest],
];
/** Since they say how many entries something was said of, such as those that are gone because their time was over. */
const LATEST: readonly Column[] = [['count', clear('cnt')]];
const withColumns = (...more: readonly Column[]): readonly Column[] => [
  ...COLUMNS.slice(0, -1),
  ...more,
  ...COLUMNS.slice(-1),
];
const LAYOUTS = [withColumns(...LATER, ...LATEST), withColumns(...LATER), COLUMNS] as const;

/**
 * The records as a table for a spreadsheet (RFC 4180), which would run as a formula whatever begins like one: such a
 * cell gets an apostrophe before it.
 */
export function recordsCsv(records: readonly ShownRecord[]): string {
  return written(LAYOUTS[0], records);
}

/** The same in each form that a bundle may have it in, the newest first, made as they are asked for: those of before have fewer columns. */
export function* recordsCsvs(records: readonly ShownRecord[]): Generator<string> {
  for (const columns of LAYOUTS) yield written(columns, records);
}

function written(columns: readonly Column[], records: readonly ShownRecord[]): string {
  const rows = [columns.map(([title]) => title), ...records.map((record) => columns.map(([, of]) => cell(of(record))))];
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

/** The disclosure that holds the facts of a decision and its verdict, with the digest by which the entry commits to it. */
export function checksOf(record: Pick<ShownRecord, 'entry'>): ShownDisclosure | null {
  const checks = record.entry.disclosed.find(({ name }) => name === 'checks');
  const { value } = checks ?? {};
  const isOfDecision = typeof value === 'object' && value !== null && 'facts' in value;
  return checks !== undefined && isOfDecision ? checks : null;
}

/** The verdict in it. */
export function decisionOf(record: Pick<ShownRecord, 'entry'>): Readonly<Record<string, JsonValue>> | null {
  const value = checksOf(record)?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { decision } = value as Readonly<Record<string, JsonValue>>;
  if (typeof decision !== 'object' || decision === null || Array.isArray(decision)) return null;
  return decision as Readonly<Record<string, JsonValue>>;
}

/** Whose chain an entry stands in, and as which of its entries. */
export interface SubjectLink {
  readonly id: string;
  readonly n: number;
  /** base64url of a leaf hash; null for the first. */
  readonly prev: string | null;
}

/** What follows the last number that a commitment has room for. */
const NUMBERS_END = 2 ** 48;

/** Null when the entry has none, none that is shown, or something else where it should be (`linkCheck`). */
export function subjectOf({ entry }: Pick<ShownRecord, 'entry'>): SubjectLink | null {
  const value = entry.disclosed.find(({ name }) => name === 'subj')?.value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { id, n, prev } = value as Readonly<Record<string, JsonValue>>;
  if (typeof id !== 'string' || typeof n !== 'number' || !isNumber(n)) return null;
  if (prev !== null && !(typeof prev === 'string' && DIGEST.test(prev))) return null;
  return { id, n, prev };
}

/** Whether an entry that shows a link shows one. */
export function linkCheck(record: Pick<ShownRecord, 'entry'>): Check {
  const isShown = record.entry.disclosed.some(({ name }) => name === 'subj');
  return isShown && subjectOf(record) === null ? fails('its subj is no place in a chain') : HOLDS;
}

const isNumber = (n: number): boolean => Number.isSafeInteger(n) && n >= 1 && n < NUMBERS_END;

function cell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
