import { type Asked, frameOf, linkTo, type ReadIn } from '../../domain/asked.js';
import { EXIT_MESSAGES } from '../../exits/domain/exit-report.js';
import {
  count,
  known,
  rate,
  ratio,
  type Report,
  type ReportCell,
  type ReportColumn,
  text,
} from '../../domain/report.js';
import { arrived, deliveriesBy, type DeliveryCount, type DeliveryFigures } from './delivery-figures.js';

/** The reports that are made of the same counts. */
export const DELIVERY_REPORTS = ['email', 'channels', 'content'] as const;
export type DeliveryReportKey = (typeof DELIVERY_REPORTS)[number];

export interface DeliveryParameters {
  /** By which e-mail is told apart. */
  readonly by: 'topic' | 'subject';
  readonly campaign: string | undefined;
  readonly messages: 'live' | 'test';
  /** The days that were asked about, for links. */
  readonly days: { readonly from: string; readonly to: string };
}

/** Where the messages behind a figure are listed, by what narrows them beyond the row. */
type Behind = (narrowed: Readonly<Record<string, string>>) => string;

type Figure = readonly [ReportColumn, (figures: DeliveryFigures, behind: Behind) => ReportCell];

const STANDS: ReadonlySet<string> = new Set(['processing', 'sent', 'dropped', 'failed', 'unknown']);
const counted = (key: string, number: number, behind: Behind): ReportCell => {
  if (number === 0) return known(number);
  if (key === 'accepted') return known(number, behind({}));
  return known(number, behind(STANDS.has(key) ? { standing: key } : { seen: key }));
};

const number = (key: keyof DeliveryFigures): Figure => [
  count(key),
  (figures, behind) => counted(key, figures[key], behind),
];
const share = (key: string, part: keyof DeliveryFigures, whole: (figures: DeliveryFigures) => number): Figure => [
  rate(key),
  (figures) => ratio(figures[part], whole(figures)),
];
const ARRIVED: Figure = [count('arrived'), (figures, behind) => counted('arrived', arrived(figures), behind)];

/** Columns of each report, rates beside what they are of. */
const FIGURES: Readonly<Record<DeliveryReportKey, readonly Figure[]>> = {
  email: [
    ...[number('accepted'), number('sent'), number('delivered'), number('bounced'), number('hard'), ARRIVED],
    ...[number('opened'), number('byMachine'), number('clicked'), number('clickedByMachine')],
    ...[number('complained'), number('withdrawn')],
    share('bounce_rate', 'bounced', ({ sent }) => sent),
    share('hard_bounce_rate', 'hard', ({ sent }) => sent),
    [rate('soft_bounce_rate'), ({ bounced, hard, sent }) => ratio(bounced - hard, sent)],
    share('open_rate', 'opened', arrived),
    share('click_rate', 'clicked', arrived),
    share('click_to_open_rate', 'clicked', ({ opened }) => opened),
    share('complaint_rate', 'complained', arrived),
    share('withdrawal_rate', 'withdrawn', arrived),
  ],
  channels: [
    ...[number('accepted'), number('processing'), number('sent'), number('dropped'), number('failed')],
    ...[number('unknown'), number('delivered'), number('bounced'), number('replied'), number('complained')],
    share('send_rate', 'sent', ({ accepted }) => accepted),
    share('block_rate', 'dropped', ({ accepted }) => accepted),
    share('delivery_rate', 'delivered', ({ sent }) => sent),
  ],
  content: [
    ...[number('sent'), ARRIVED, number('opened'), number('clicked'), number('replied'), number('withdrawn')],
    share('open_rate', 'opened', arrived),
    share('click_rate', 'clicked', arrived),
    share('withdrawal_rate', 'withdrawn', arrived),
  ],
};

const NAMES: Readonly<Record<DeliveryReportKey, (by: DeliveryParameters['by']) => readonly string[]>> = {
  email: (by) => (by === 'topic' ? ['topic'] : ['template', 'subject']),
  channels: () => ['channel'],
  content: () => ['channel', 'template', 'subject'],
};

/** What became of messages after they left, by topic, subject, channel or template. */
export function deliveryReport(
  key: DeliveryReportKey,
  counts: readonly DeliveryCount[],
  asked: Asked,
  { by, campaign, messages, days }: DeliveryParameters,
  read: ReadIn,
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'cohort');
  const names = NAMES[key](by);
  const figures = FIGURES[key];
  const behind =
    (row: Readonly<Record<string, string | null>>): Behind =>
    (narrowed) =>
      linkTo(EXIT_MESSAGES, {
        ...{ ...days, zone: asked.zone, asOf: asked.asOf === null ? undefined : new Date(asked.asOf).toISOString() },
        ...{ campaign, messages, ...(key === 'email' ? { channel: 'email' } : {}) },
        ...{ ...row, ...narrowed, report: key },
      });
  const { rows, total } = deliveriesBy(counts, (one) => names.map((name) => nameOf(one, name)));
  return {
    key,
    ...frame,
    parameters: { ...(key === 'email' ? { by } : {}), campaign: campaign ?? null, messages },
    columns: [...names.map(text), ...figures.map(([column]) => column)],
    rows: rows.map((row) => ({
      cells: [
        ...row.names.map((name) => known(name ?? '')),
        ...figures.map(([, of]) => of(row.figures, behind(narrowedTo(names, row.names)))),
      ],
    })),
    total: { cells: [...names.map(() => known('')), ...figures.map(([, of]) => of(total, behind({})))] },
    notes: [
      ...['counted_once', 'arrived', ...(key === 'channels' ? [] : ['machines', 'withdrawn'])].map(plain),
      ...pastNotes,
    ],
  };
}

/** What of a row its messages are found by: a subject is that of its template. */
function narrowedTo(names: readonly string[], row: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(names.flatMap((name, i) => (name === 'subject' ? [] : [[name, row[i] ?? null]])));
}

const plain = (key: string) => ({ key, values: {} });

function nameOf(one: DeliveryCount, name: string): string | null {
  switch (name) {
    case 'topic':
      return one.topic;
    case 'template':
      return `${one.template}@${one.templateVersion}`;
    case 'subject':
      return one.subject;
    default:
      return one.channel;
  }
}
