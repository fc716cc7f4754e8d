/** What a column of a CSV file fills in a row. */
export interface CsvColumns {
  /** In the order of the file: the member of the row, and the name inside it for `attributes` and `evidence`. */
  readonly targets: readonly { readonly member: string; readonly name: string | null }[];
}

export type ColumnsCheck =
  | { readonly ok: true; readonly columns: CsvColumns }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the header of a file. An unknown column refuses the file: it would be ignored in a million rows, and somebody
 * meant something by it.
 * @param known names of columns besides `attributes.*` and `evidence.*`
 */
export function readHeader(header: readonly string[], known: readonly string[]): ColumnsCheck {
  const problems: string[] = [];
  const seen = new Set<string>();
  const targets = header.map((raw) => {
    const title = raw.trim();
    const [, member, name] = /^(attributes|evidence)\.([A-Za-z0-9_-]{1,100})$/.exec(title) ?? [];
    if (seen.has(title)) problems.push(`the column "${shown(title)}" stands twice`);
    seen.add(title);
    if (member !== undefined && name !== undefined && !REFUSED.has(name)) return { member, name };
    if (!known.includes(title)) problems.push(unknownColumn(title, known));
    return { member: title, name: null };
  });
  if (!seen.has('externalId')) problems.push('there is no column externalId');
  return problems.length > 0 ? { ok: false, problems } : { ok: true, columns: { targets } };
}

/** A row as its schema wants it, out of one record; empty fields are left out. Null when it has another number of fields. */
export function toRow({ targets }: CsvColumns, fields: readonly string[]): Record<string, unknown> | null {
  if (fields.length !== targets.length) return null;
  const row: Record<string, unknown> = {};
  targets.forEach(({ member, name }, i) => {
    const value = (fields[i] ?? '').trim();
    if (value === '') return;
    if (name !== null)
      row[member] = { ...(row[member] as Record<string, unknown> | undefined), [name]: factOr(member, value) };
    else if (member === 'topics') row[member] = value.split(/\s*[|,;]\s*/).filter((topic) => topic !== '');
    else if (member === 'notice') row[member] = readNotice(value);
    else row[member] = value;
  });
  return row;
}

/** Facts that a law asks for are stated as true; a cell can only say so in letters. */
function factOr(member: string, value: string): string | boolean {
  return member === 'evidence' && value.toLowerCase() === 'true' ? true : value;
}

/** Names that reach into prototypes. */
const REFUSED = new Set(['__proto__', 'constructor', 'prototype']);

function readNotice(value: string): Record<string, unknown> {
  const [key, version, language, ...rest] = value.split('/');
  return rest.length > 0 ? {} : { key, version, language };
}

function unknownColumn(title: string, known: readonly string[]): string {
  const near =
    known.find((name) => plain(name) === plain(title)) ?? known.find((name) => isNear(plain(name), plain(title)));
  const hint = near === undefined ? '' : `; did you mean ${near}`;
  return `the column "${shown(title)}" is not known${hint}`;
}

/** As much of a title as a message needs: a file without a header would show a person's data here. */
function shown(title: string): string {
  return /^[A-Za-z0-9_. -]{1,40}$/.test(title) ? title : '…';
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Whether one edit makes one of the other. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || b.length < 4) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
