import { MAX_SOURCE_BYTES, parsedSource } from '../templates/template-problems.js';

/** One version of a shared block. */
export interface BlockRef {
  readonly key: string;
  readonly version: number;
}

/** Where a source includes a block: `source.slice(start, end)` is `{{> footer@3}}`. */
export interface BlockPlace extends BlockRef {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

export type BlockPlaces =
  | { readonly kind: 'places'; readonly places: readonly BlockPlace[] }
  /** Each a phrase with its line. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

const PLACE = /\{\{>[ \t]*([A-Za-z0-9][A-Za-z0-9-]{0,62})@([1-9]\d{0,8})[ \t]*\}\}/g;
/** What its author may have meant for one. */
const LIKE_A_PLACE = /\{\{~?#?>[^}]*\}?\}?/g;
const FORM = 'a shared block is included as {{> footer@3}}: its key, @ and the number of a version, and nothing else';

/**
 * The blocks that a source includes, in the order of the source. What stands in a comment, or behind a backslash, is no
 * place.
 */
export function blockPlaces(source: string): BlockPlaces {
  // Most sources have none, and whatever else they are is looked at where they are published.
  if (!/\{\{~?#?>/.test(source)) return { kind: 'places', places: [] };
  const written = new Map<string, BlockPlace>();
  for (const match of source.matchAll(PLACE)) {
    const [whole, key = '', version = ''] = match;
    const { line, column } = positionIn(source, match.index);
    const place = { key, version: Number(version), line, start: match.index, end: match.index + whole.length };
    written.set(`${line}:${column}`, place);
  }
  // The engine has no name with an @ in it; one of the same length stands at the same place.
  const program = parsedSource(source.replace(PLACE, (whole) => whole.replace('@', '-')));
  if (typeof program === 'string') return { kind: 'problems', problems: [unlikeAPlace(source) ?? program] };
  const places: BlockPlace[] = [];
  const problems: string[] = [];
  const walk = (body: hbs.AST.Program | undefined): void => {
    for (const { type, loc, ...statement } of body?.body ?? []) {
      if (type === 'PartialStatement' || type === 'PartialBlockStatement') {
        const place = written.get(`${loc.start.line}:${loc.start.column}`);
        if (place === undefined) problems.push(`line ${loc.start.line}: ${FORM}`);
        else places.push(place);
      } else if (type === 'BlockStatement') {
        const { program: first, inverse } = statement as Pick<hbs.AST.BlockStatement, 'program' | 'inverse'>;
        walk(first);
        walk(inverse);
      }
    }
  };
  walk(program);
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'places', places: places.sort((a, b) => a.start - b.start) };
}

/**
 * A source with its blocks in their places. Of a block the line end that files end with is left out, because another one
 * stands behind its place.
 * @param textOf what a block says there
 * @returns null when it would be larger than a source may be
 */
export function withBlocks(
  source: string,
  places: readonly BlockPlace[],
  textOf: (block: BlockRef) => string,
): string | null {
  const parts: string[] = [];
  let size = Buffer.byteLength(source);
  let from = 0;
  for (const place of places) {
    const text = textOf(place).replace(/\r?\n$/, '');
    size += Buffer.byteLength(text);
    if (size > MAX_SOURCE_BYTES) return null;
    parts.push(source.slice(from, place.start), text);
    from = place.end;
  }
  return [...parts, source.slice(from)].join('');
}

function unlikeAPlace(source: string): string | null {
  for (const match of source.matchAll(LIKE_A_PLACE)) {
    if (match[0].replace(PLACE, '') !== '') return `line ${positionIn(source, match.index).line}: ${FORM}`;
  }
  return null;
}

/** As the engine counts: lines from 1, columns from 0. */
function positionIn(source: string, at: number): { readonly line: number; readonly column: number } {
  const lines = source.slice(0, at).split(/\r\n?|\n/);
  return { line: lines.length, column: lines.at(-1)?.length ?? 0 };
}
