import type { EntryId, EpochMs } from '#lib/kernel';
import type { CostCategory, FactKind } from '../facts/domain/fact.js';
import type { Scored } from '../money/domain/engagement-score.js';
import { linkTo } from './asked.js';
import { partsOf } from './parts.js';
import type { KnownCell, Report, ReportCell, ReportColumn, ReportRow } from './report.js';

/** One of the single things that a number counts or adds up. */
export interface Source {
  /** What it is: a kind of fact, or one of what is no fact. */
  readonly kind:
    | FactKind
    | `cost_${CostCategory}`
    | 'messages'
    | 'person'
    | 'journey'
    | 'message'
    | 'touches'
    | `points_${Scored}`;
  readonly id: string;
  /** When it happened; null where it has no one time. */
  readonly at: EpochMs | null;
  /** What it is about, where that says more than its id. */
  readonly name: string;
  /** How much of the number it is, in the unit of its column; null: a currency without a rate, which is in no sum. */
  readonly adds: number | null;
  /** The fact that the ledger records. */
  readonly fact: FactName | null;
  /** Where it is listed what it is made of itself. */
  readonly link: string | null;
}

export interface FactName {
  readonly kind: FactKind;
  readonly id: string;
}

/** With the ledger entry of its fact; null where it is no fact, or one of before there were entries. */
export type SourceWithEntry = Source & { readonly entry: EntryId | null };

const SOURCES = new WeakMap<ReportCell, () => readonly Source[]>();

/**
 * Says what a number is made of, for whoever asks: whoever reads the report alone pays nothing for it, and it is in no byte
 * of it.
 */
export function madeOf<C extends ReportCell>(cell: C, sources: () => readonly Source[]): C {
  SOURCES.set(cell, sources);
  return cell;
}

/** What a cell of a report that was just made is made of; null where nobody said. */
export function sourcesOf(cell: ReportCell): readonly Source[] | null {
  return SOURCES.get(cell)?.() ?? null;
}

/** A number of a report, and the numbers of its row that it follows from. */
export interface Figure {
  readonly column: ReportColumn;
  readonly cell: KnownCell;
  /** Texts of its row; empty for the total. */
  readonly names: readonly { readonly column: ReportColumn; readonly cell: ReportCell | undefined }[];
  readonly parts: readonly { readonly column: ReportColumn; readonly cell: ReportCell }[];
  /** Null where it only follows from others. */
  readonly sources: readonly Source[] | null;
}

/** A row, as addresses name it: by the texts that it begins with; empty for the total. */
export function rowName({ columns }: Pick<Report, 'columns'>, { id, cells }: ReportRow): string {
  if (id !== undefined) return encodeURIComponent(id);
  const first = columns.findIndex(({ kind }) => kind !== 'text');
  return cells
    .slice(0, first)
    .map((cell) => {
      if (!('value' in cell)) return '';
      return cell.standsFor === undefined ? encodeURIComponent(cell.value).replace(/^~/, '%7E') : `~${cell.standsFor}`;
    })
    .join('/');
}

/** The number of this row and column; null where there is none. */
export function figureIn(report: Report, row: string | null, key: string): Figure | null {
  const { columns, rows, total } = report;
  const found = row === null ? total : rows.find((one) => rowName(report, one) === row);
  const at = columns.findIndex((column) => column.key === key);
  const [column, cell] = [columns[at], found?.cells[at]];
  if (found === undefined || found === null || column === undefined || cell === undefined) return null;
  if (!('value' in cell) || column.kind === 'text') return null;
  const cellOf = (name: string) => {
    const place = columns.findIndex((one) => one.key === name);
    const [one, part] = [columns[place], found.cells[place]];
    return one === undefined || part === undefined ? [] : [{ column: one, cell: part }];
  };
  const texts = columns.findIndex(({ kind }) => kind !== 'text');
  return {
    column,
    cell,
    names: row === null ? [] : columns.slice(0, texts).map((one, i) => ({ column: one, cell: found.cells[i] })),
    parts: partsOf(report, key).flatMap(cellOf),
    sources: sourcesOf(cell),
  };
}

/** Costs, tariffs, targets and rates are about nobody: whoever sees a report may see them. */
export function isOfNobody({ kind }: Pick<Source, 'kind'>): boolean {
  return kind.startsWith('cost_') || OF_NOBODY.has(kind);
}

const OF_NOBODY: ReadonlySet<string> = new Set(['messages', 'tariff', 'target', 'exchange_rate']);

/** What is behind a number, for whoever may not see single messages: what messages cost together, and not by campaign. */
export function toldToAnybody(sources: readonly Source[]): readonly Source[] {
  const messages = sources.filter(({ kind }) => kind === 'messages');
  const [first] = messages;
  if (first === undefined) return sources;
  const adds = messages.some((one) => one.adds === null)
    ? null
    : messages.reduce((sum, one) => sum + (one.adds ?? 0), 0);
  const id = [...new Set(messages.map((one) => one.id))].join(', ');
  return [...sources.filter(({ kind }) => kind !== 'messages'), { ...first, id, name: '', adds, link: null }];
}

/** Links of amounts and rates of a report that was just made which lead to nobody's messages. */
export function linksOfNobody(report: Report): ReadonlySet<string> {
  const { columns, rows, total } = report;
  const open = new Set<string>();
  for (const { cells } of total === null ? rows : [...rows, total])
    cells.forEach((cell, i) => {
      const { kind, key } = columns[i] ?? {};
      if (!('value' in cell) || key === undefined || (kind !== 'money' && kind !== 'rate')) return;
      if (cell.link === undefined || !cell.link.startsWith(`${FIGURE}?`)) return;
      // Of one that was kept nobody knows any more what it is made of.
      const sources = sourcesOf(cell);
      if (sources === null ? partsOf(report, key).length > 0 : sources.every(isOfNobody)) open.add(cell.link);
    });
  return open;
}

/** Where it is listed what a number is made of. */
export const FIGURE = '/v1/reports/figure';

/**
 * Gives each number that leads nowhere yet the way to what it is made of, where that is known. Nothing leads on from a 0.
 * @param query of the report
 */
export function figuresLinked(report: Report, query: Readonly<Record<string, string>>): Report {
  const { columns, rows, total } = report;
  const linked = (row: ReportRow, name: string | undefined): ReportRow => ({
    ...row,
    cells: row.cells.map((cell, i): ReportCell => {
      const column = columns[i];
      if (column === undefined || column.kind === 'text' || !('value' in cell)) return cell;
      if (cell.link !== undefined || cell.value === 0) return cell;
      const sources = SOURCES.get(cell);
      if (sources === undefined && partsOf(report, column.key).length === 0) return cell;
      const link = linkTo(FIGURE, { report: report.key, ...query, row: name, column: column.key });
      return sources === undefined ? { ...cell, link } : madeOf({ ...cell, link }, sources);
    }),
  });
  return {
    ...report,
    rows: rows.map((row) => linked(row, rowName(report, row))),
    total: total === null ? null : linked(total, undefined),
  };
}
