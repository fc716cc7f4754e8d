import { notAvailable, type Report, type ReportCell, type ReportRow } from '../../domain/report.js';
import { FEW } from '../../domain/small-rows.js';
import { rowsByName, TOTAL } from './differences.js';

/** What a row is called in which others are told together. */
const TOGETHER = '…';

/**
 * What was kept of a month, for somebody who may not see single people. What is of few is marked when a report is made, so a
 * month bears the marks of the time at which it was closed. Whatever those were, a row and a number of it are told where the
 * report of the same instant tells them, made today.
 * @param kept as that reader is told by its own marks
 * @param today the report of the same instant, made today, as the same reader is told it
 */
export function asToldToday(kept: Report, today: Report): Report {
  const [before, now] = [rowsByName(kept), rowsByName(today)];
  // What is told together is of other rows where one stands by itself here and not there.
  const areSame = before.size === now.size && [...before.keys()].every((name) => now.has(name));
  const places = new Map(today.columns.map(({ key }, place) => [key, place]));
  let isHidden = false;
  const told = (row: ReportRow, like: ReportRow | undefined): ReportRow => {
    const isTogether = textsOf(kept, row).includes(TOGETHER);
    const cells = row.cells.map((cell, i): ReportCell => {
      const column = kept.columns[i];
      if (column === undefined || column.kind === 'text' || 'notAvailable' in cell) return cell;
      const other = like?.cells[places.get(column.key) ?? -1];
      if (other !== undefined && 'value' in other && (areSame || !isTogether)) return cell;
      isHidden = true;
      return notAvailable('too_few');
    });
    return { ...row, cells };
  };
  const rows: ReportRow[] = [];
  for (const [name, row] of before) {
    const like = now.get(name);
    if (name === TOTAL && row === kept.total) continue;
    if (like === undefined) isHidden = true;
    else rows.push(told(row, like));
  }
  const total = kept.total === null ? null : told(kept.total, now.get(TOTAL));
  if (!isHidden) return kept;
  const notes = kept.notes.filter(({ key }) => key !== 'small_cells');
  return { ...kept, rows, total, notes: [...notes, { key: 'small_cells', values: { few: FEW } }] };
}

function textsOf({ columns }: Report, { cells }: ReportRow): unknown[] {
  return cells.flatMap((cell, i) => (columns[i]?.kind === 'text' && 'value' in cell ? [cell.value] : []));
}
