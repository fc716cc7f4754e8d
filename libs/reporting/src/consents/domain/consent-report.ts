import { type Asked, frameOf, type ReadIn } from '../../domain/asked.js';
import { count, known, money, notAvailable, type Report, type ReportCell, text } from '../../domain/report.js';
import { type ConsentMoves, consentTrend, type MoveFigures } from './consent-trend.js';

export interface ConsentParameters {
  readonly by: 'topic' | 'channel' | 'all';
  readonly stretch: 'day' | 'week' | 'month';
  readonly channel: string | undefined;
  readonly purpose: string | undefined;
  readonly topic: string | undefined;
  /** What a message that is sent is worth, in minor units: somebody's estimate, named in the report. */
  readonly value: number | undefined;
  readonly currency: string;
}

/** What people said, stretch by stretch, and what was not sent for want of consent. */
export function consentReport(
  moves: readonly ConsentMoves[],
  beginnings: readonly string[],
  asked: Asked,
  parameters: ConsentParameters,
  read: ReadIn,
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'event');
  const { by, value, currency, stretch, channel, purpose, topic } = parameters;
  const { rows, total } = consentTrend(moves, beginnings.length);
  const figures = ({ optIns, optOuts, lapsed, unsent }: MoveFigures): ReportCell[] => [
    ...[optIns, optOuts, optIns - optOuts, lapsed, unsent].map((n) => known(n)),
    value === undefined ? notAvailable('no_revenue') : known(unsent * value),
  ];
  return {
    key: 'consents',
    ...frame,
    parameters: {
      ...{ by, stretch, channel: channel ?? null, purpose: purpose ?? null, topic: topic ?? null },
      ...{ value: value ?? null, currency },
    },
    columns: [
      text('beginning'),
      ...(by === 'all' ? [] : [text(by)]),
      ...['optIns', 'optOuts', 'net', 'lapsed', 'unsent'].map(count),
      money('lost_value', currency),
    ],
    rows: rows.map((row) => ({
      cells: [known(beginnings[row.stretch] ?? ''), ...(by === 'all' ? [] : [known(row.name ?? '')]), ...figures(row)],
    })),
    total: { cells: [known(''), ...(by === 'all' ? [] : [known('')]), ...figures(total)] },
    notes: [
      { key: 'expressions', values: {} },
      { key: 'lost_reach', values: {} },
      ...(value === undefined ? [{ key: 'value_unknown', values: {} }] : []),
      ...pastNotes,
    ],
  };
}
