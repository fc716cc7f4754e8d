import { type Asked, frameOf, linkTo, type ReadIn } from '../../domain/asked.js';
import { count, known, rate, ratio, type Report, type ReportCell, type ReportNote, text } from '../../domain/report.js';
import {
  type ExitCount,
  type ExitFigures,
  type ExitPlace,
  exitsOf,
  leftBy,
  lostOf,
  reachedOtherwise,
  type Stood,
  waysOut,
} from './exit-figures.js';

/** The filters of the report, as they stand in an address. */
export type ExitParameters = Readonly<
  Record<'campaign' | 'path' | 'step' | 'channel' | 'messages', string | undefined>
> & {
  /** The days and the zone that were asked about, for links. */
  readonly days: { readonly from: string; readonly to: string };
};

/** Where the messages behind a figure are listed. */
export const EXIT_MESSAGES = '/v1/reports/exits/messages';

/** `dropped.no_consent`, `failed.render_error`, `unknown`: the key of the column of one way out. */
export function wayKey({ standing, reason }: Pick<Stood, 'standing' | 'reason'>): string {
  return reason === null ? standing : `${standing}.${reason}`;
}

/** The figures as a table; every number leads to its messages. */
export function exitReport(figures: ExitFigures, asked: Asked, parameters: ExitParameters, read: ReadIn): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'cohort');
  const ways = waysOut(figures);
  // Like a way out, a column where it occurs.
  const otherwise = reachedOtherwise(figures.total) > 0 ? ['reached_otherwise'] : [];
  const { days, ...filters } = parameters;
  const cellsOf = (row: ExitCount, place: Partial<ExitPlace>): ReportCell[] => {
    const link = (stood: Readonly<Record<string, string | null>>): string =>
      linkTo(EXIT_MESSAGES, {
        ...days,
        zone: asked.zone,
        asOf: asked.asOf === null ? undefined : new Date(asked.asOf).toISOString(),
        ...filters,
        ...place,
        ...stood,
      });
    const number = (n: number, stood: Readonly<Record<string, string | null>>): ReportCell =>
      n === 0 ? known(n) : known(n, link(stood));
    return [
      number(row.inflow, {}),
      number(row.processing, { standing: 'processing' }),
      number(row.sent, { standing: 'sent' }),
      number(exitsOf(row), { standing: 'exit' }),
      ...ways.map(({ standing, reason }) => number(leftBy(row, { standing, reason }), { standing, reason })),
      ...otherwise.map(() => known(reachedOtherwise(row))),
      known(lostOf(row)),
      ratio(lostOf(row), row.inflow),
    ];
  };
  return {
    key: 'exits',
    ...frame,
    parameters: {
      campaign: filters.campaign ?? null,
      path: filters.path ?? null,
      step: filters.step ?? null,
      channel: filters.channel ?? null,
      messages: filters.messages ?? 'live',
    },
    columns: [
      ...['campaign', 'path', 'step', 'channel'].map(text),
      ...['inflow', 'processing', 'sent', 'exit', ...ways.map(wayKey), ...otherwise, 'lost'].map(count),
      rate('drop_off'),
    ],
    rows: figures.rows.map((row) => ({
      cells: [
        ...[row.campaign, row.path, row.step, row.channel].map((name) => known(name ?? '')),
        ...cellsOf(row, { campaign: row.campaign, path: row.path, step: row.step, channel: row.channel }),
      ],
    })),
    total: { cells: [known(''), known(''), known(''), known(''), ...cellsOf(figures.total, {})] },
    notes: [
      { key: 'exits_add_up', values: {} },
      ...hotspotOf(figures),
      ...figures.total.waiting.map(({ reason, messages }) => ({ key: `waits.${reason}`, values: { messages } })),
      ...pastNotes,
    ],
  };
}

/** Where most were lost. */
export function hotspotOf({ rows }: Pick<ExitFigures, 'rows'>): ReportNote[] {
  const [first, ...others] = rows;
  if (first === undefined) return [];
  const worst = others.reduce((most, row) => (lostOf(row) > lostOf(most) ? row : most), first);
  if (lostOf(worst) === 0) return [];
  const { campaign, path, step, channel } = worst;
  const place = [campaign, path, step].filter((part) => part !== null).join(' · ') || '–';
  return [{ key: 'hotspot', values: { channel, place, exits: lostOf(worst) } }];
}
