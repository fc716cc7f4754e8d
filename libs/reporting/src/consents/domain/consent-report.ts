import { type Asked, frameOf, linkTo, type ReadIn } from '../../domain/asked.js';
import type { Days } from '../../domain/days.js';
import { EXIT_MESSAGES } from '../../exits/domain/exit-report.js';
import { count, known, money, notAvailable, type Report, type ReportCell, text } from '../../domain/report.js';
import { type ConsentMove, type ConsentMoves, consentTrend, type MoveFigures } from './consent-trend.js';

/** Where the expressions behind a figure are listed. */
export const CONSENTS_SAID = '/v1/reports/consents/said';

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
  days: Days,
  asked: Asked,
  parameters: ConsentParameters,
  read: ReadIn,
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'event');
  const { by, value, currency, stretch, channel, purpose, topic } = parameters;
  const { rows, total } = consentTrend(moves, beginnings.length);
  const past = asked.asOf === null ? {} : { asOf: new Date(asked.asOf).toISOString() };
  const figures = (
    { optIns, optOuts, lapsed, unsent }: MoveFigures,
    stretchOf: Days,
    name?: string | null,
  ): ReportCell[] => {
    const own = { ...past, ...stretchOf, zone: asked.zone, channel, purpose, topic };
    const narrowed = name === undefined || by === 'all' ? own : { ...own, [by]: name };
    const said = (what: ConsentMove, number: number): ReportCell =>
      known(number, number === 0 ? undefined : linkTo(CONSENTS_SAID, { ...narrowed, what }));
    const lost = linkTo(EXIT_MESSAGES, { ...narrowed, standing: 'dropped', lost: 'consent', report: 'consents' });
    return [
      ...[said('optIns', optIns), said('optOuts', optOuts), known(optIns - optOuts), said('lapsed', lapsed)],
      known(unsent, unsent === 0 ? undefined : lost),
      value === undefined ? notAvailable('no_revenue') : known(unsent * value),
    ];
  };
  const stretchAt = (i: number): Days => ({
    from: beginnings[i] ?? days.from,
    to: i + 1 < beginnings.length ? dayBefore(beginnings[i + 1] ?? days.to) : days.to,
  });
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
      cells: [
        known(beginnings[row.stretch] ?? ''),
        ...(by === 'all' ? [] : [known(row.name ?? '')]),
        ...figures(row, stretchAt(row.stretch), row.name),
      ],
    })),
    total: { cells: [known(''), ...(by === 'all' ? [] : [known('')]), ...figures(total, days)] },
    notes: [
      { key: 'expressions', values: {} },
      ...(purpose === undefined ? [] : [{ key: 'no_to_everything', values: {} }]),
      { key: 'lost_reach', values: {} },
      ...(value === undefined ? [{ key: 'value_unknown', values: {} }] : []),
      ...pastNotes,
    ],
  };
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
