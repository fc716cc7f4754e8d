import type { EntryId } from '#lib/kernel';
import { toDecimal } from '../../domain/currency.js';
import {
  count,
  known,
  notAvailable,
  type Report,
  type ReportCell,
  type ReportColumn,
  text,
} from '../../domain/report.js';
import { differencesOf, TOTAL } from './differences.js';

/** A report of a month as it was kept. */
export interface KeptReport {
  /** YYYY-MM. */
  readonly month: string;
  readonly report: Report;
  /** Of its bytes, hexadecimal. */
  readonly sha256: string;
  /** Of the ledger, that commits to it; null for months that were closed before there was one. */
  readonly entryId: EntryId | null;
}

type Frame = Pick<Report, 'period' | 'zone' | 'parameters' | 'dataThrough' | 'ledgerPosition'>;

/** Which reports of which months are kept, and at which position of the ledger each was made. */
export function snapshotsReport(kept: readonly KeptReport[], frame: Frame): Report {
  return {
    key: 'snapshots',
    ...frame,
    columns: [text('month'), text('report'), count('ledger_position'), count('rows'), text('sha256')],
    rows: kept.map(({ month, report, sha256, entryId }) => {
      const entry = entryId === null ? undefined : `/v1/ledger/entries/${entryId}`;
      return {
        cells: [
          known(month),
          known(report.key),
          report.ledgerPosition === 0 ? notAvailable('not_observed') : known(report.ledgerPosition, entry),
          known(report.rows.length, entry),
          known(sha256, entry),
        ],
      };
    }),
    total: null,
    notes: [{ key: 'snapshots', values: {} }],
  };
}

/** What a report of a month says otherwise now; no row where it says the same. */
export function changesReport(then: Report, now: Report, frame: Pick<Report, 'parameters'>): Report {
  const rows = differencesOf(then, now).map(({ row, column, then: a, now: b }) => ({
    cells: [
      known(row === TOTAL ? '' : row),
      known(column.key),
      shown(column, a),
      shown(column, b),
      change(column, a, b),
    ],
  }));
  return {
    key: 'snapshots',
    ...{ period: then.period, zone: then.zone, parameters: frame.parameters },
    ...{ dataThrough: now.dataThrough, ledgerPosition: now.ledgerPosition },
    columns: [text('row'), text('figure'), text('then'), text('now'), text('change')],
    rows,
    total: null,
    notes: [{ key: rows.length === 0 ? 'nothing_changed' : 'changed_since', values: { cells: rows.length } }],
  };
}

/** A figure as text, because each row has another kind; empty where there is none. */
function shown(column: ReportColumn, cell: ReportCell | null): ReportCell {
  if (cell === null) return known('');
  if ('notAvailable' in cell) return cell;
  return known(typeof cell.value === 'number' ? written(column, cell.value) : cell.value);
}

function change(column: ReportColumn, then: ReportCell | null, now: ReportCell | null): ReportCell {
  const [a, b] = [then, now].map((cell) => (cell !== null && 'value' in cell ? Number(cell.value) : null));
  if (a === null && b === null) return known('');
  const difference = Math.round(((b ?? 0) - (a ?? 0)) * 1_000_000) / 1_000_000;
  return known(`${difference > 0 ? '+' : ''}${written(column, difference)}`);
}

function written({ kind, unit }: ReportColumn, value: number): string {
  return kind === 'money' ? `${toDecimal(value, unit)} ${unit}` : String(value);
}
