import { type Asked, frameOf, type ReadIn } from '../../domain/asked.js';
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
}

type Figure = readonly [ReportColumn, (figures: DeliveryFigures) => ReportCell];

const number = (key: keyof DeliveryFigures): Figure => [count(key), (figures) => known(figures[key])];
const share = (key: string, part: keyof DeliveryFigures, whole: (figures: DeliveryFigures) => number): Figure => [
  rate(key),
  (figures) => ratio(figures[part], whole(figures)),
];
const ARRIVED: Figure = [count('arrived'), (figures) => known(arrived(figures))];

/** Columns of each report, rates beside what they are of. */
const FIGURES: Readonly<Record<DeliveryReportKey, readonly Figure[]>> = {
  email: [
    ...[number('accepted'), number('sent'), number('delivered'), number('bounced'), number('hard'), ARRIVED],
    ...[number('opened'), number('byMachine'), number('clicked'), number('clickedByMachine')],
    ...[number('complained'), number('withdrawn')],
    share('bounce_rate', 'bounced', ({ sent }) => sent),
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
  { by, campaign, messages }: DeliveryParameters,
  read: ReadIn,
): Report {
  const { pastNotes, ...frame } = frameOf(asked, read, 'cohort');
  const names = NAMES[key](by);
  const figures = FIGURES[key];
  const { rows, total } = deliveriesBy(counts, (one) => names.map((name) => nameOf(one, name)));
  return {
    key,
    ...frame,
    parameters: { ...(key === 'email' ? { by } : {}), campaign: campaign ?? null, messages },
    columns: [...names.map(text), ...figures.map(([column]) => column)],
    rows: rows.map((row) => ({
      cells: [...row.names.map((name) => known(name ?? '')), ...figures.map(([, of]) => of(row.figures))],
    })),
    total: { cells: [...names.map(() => known('')), ...figures.map(([, of]) => of(total))] },
    notes: [
      ...['counted_once', 'arrived', ...(key === 'channels' ? [] : ['machines', 'withdrawn'])].map(plain),
      ...pastNotes,
    ],
  };
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
