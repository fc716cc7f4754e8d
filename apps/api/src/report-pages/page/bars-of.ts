import {
  type Chart,
  columnWord,
  type Report,
  type ReportColumn,
  type ReportLanguage,
  reportWords,
} from '#lib/reporting';
import type { Cells } from './cells.js';

const MOST_BARS = 15;
const MOST_IN_ORDER = 36;

/**
 * What is drawn of a report that says nothing of how it is drawn: its first figure by the names of its rows, money before
 * counts. Null where there is nothing to compare.
 * @param drawn key of another figure to draw
 * @param isInOrder whether bars stay in the order of the rows; the last ones, where there are too many
 */
export function barsOf(
  report: Report,
  cells: Cells,
  language: ReportLanguage,
  { drawn, isInOrder = false }: { readonly drawn?: string | undefined; readonly isInOrder?: boolean | undefined } = {},
): Chart | null {
  const { columns, rows, key } = report;
  const firstNumber = columns.findIndex(({ kind }) => kind !== 'text');
  const named = columns.flatMap((_, i) => (i < firstNumber ? [i] : []));
  const figure = [({ key: name }: ReportColumn) => name === drawn, ofKind('money'), ofKind('count')]
    .map((fits) => columns.findIndex(fits))
    .find((i) => i >= 0);
  if (figure === undefined || named.length === 0) return null;
  const column = columns[figure];
  if (column === undefined) return null;
  const bars = rows.flatMap(({ cells: given }) => {
    const cell = given[figure];
    if (cell === undefined || 'notAvailable' in cell || typeof cell.value !== 'number') return [];
    const names = named.map((i) => {
      const name = columns[i];
      return name === undefined ? '' : cells.text(name, given[i]);
    });
    return [
      {
        name: names.filter((name) => name !== '').join(' · '),
        value: cell.value,
        label: cells.text(column, cell),
        tone: 'flow' as const,
      },
    ];
  });
  const shown = isInOrder ? bars.slice(-MOST_IN_ORDER) : bars.toSorted((a, b) => b.value - a.value).slice(0, MOST_BARS);
  if (shown.length === 0 || shown.every(({ value }) => value <= 0)) return null;
  const longest = shown.reduce((a, b) => (b.value > a.value ? b : a));
  const described = {
    en: `${shown.length} bars from zero, the longest: ${longest.name} ${longest.label}. The numbers are in the table.`,
    de: `${shown.length} Balken ab null, der längste: ${longest.name} ${longest.label}. Die Zahlen stehen in der Tabelle.`,
  }[language];
  return {
    kind: 'bars',
    title: `${reportWords(key, language).title}: ${columnWord(column.key, language)}`,
    description: described,
    bars: shown,
  };
}

const ofKind =
  (kind: ReportColumn['kind']) =>
  (column: ReportColumn): boolean =>
    column.kind === kind;
