import { toIso } from '#lib/platform';
import type { BacktestReport, Tally } from '#lib/sending';

const HEADER = [
  '',
  'messages',
  'sent',
  'would',
  'lost',
  'lost %',
  'gained',
  'later',
  'held',
  'would',
  'dropped',
  'would',
];

/** The report as tables for a terminal. */
export function backtestText(report: BacktestReport): string {
  const groups = [
    ['campaign', report.campaigns],
    ['channel', report.channels],
    ['week', report.weeks],
  ] as const;
  const tables = groups.map(([name, tallies]) =>
    table([
      [`by ${name}`, ...HEADER.slice(1)],
      ...tallies.map(({ key, ...tally }) => [key ?? 'none', ...figures(tally)]),
      ['total', ...figures(report.total)],
    ]),
  );
  const reasons = table([
    ['not sent, by reason', 'happened', 'would'],
    ...report.reasons.map(({ key, happened, would }) => [key, String(happened), String(would)]),
  ]);
  return [
    headline(report).join(' '),
    ...tables,
    reasons,
    report.assumptions.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}

/** What the draft would have cost, in a sentence or two; what was read; and what is not known. */
export function headline(report: BacktestReport): string[] {
  const { policy, total, from, to, decisions, erased, unjudgedBecause, apart, complete } = report;
  // What a file without a key is called.
  const draft = policy.key === 'draft' ? 'the draft' : `the draft ${policy.key}`;
  const cost =
    total.happened.sent === 0
      ? 'Nothing was sent in the period.'
      : `Of ${number(total.happened.sent)} messages sent, ${number(total.lost)} (${shareOf(total)}) would not have been under ${draft}; ${number(total.later)} would have been sent later, and ${number(total.gained)} besides that were not.`;
  const period = `${from === null ? 'the beginning' : minuteOf(from)} to ${to === null ? 'now' : minuteOf(to)}`;
  const limits = [
    ...(complete ? [] : ['There were more decisions than were read: the figures are about the first of them.']),
    ...unjudgedBecause.map(
      ({ messages, sentence }) => `${number(messages)} messages could not be judged for certain because ${sentence}.`,
    ),
    ...apart.map(
      ({ messages, sentence }) =>
        `${number(messages)} messages that were not to be tried are counted apart, because ${sentence}.`,
    ),
    ...(erased > 0 ? [`${number(erased)} decisions about people who were erased are left out.`] : []),
  ];
  return [cost, `${number(decisions)} decisions, ${period}.`, ...(limits.length === 0 ? [] : [limits.join(' ')])];
}

/** `2026-11-21 16:00 UTC`, with what is smaller where it is not zero. */
function minuteOf(instant: number): string {
  return `${toIso(instant)
    .replace('T', ' ')
    .replace(/(:00)?\.000Z$|Z$/, '')} UTC`;
}

export function number(value: number): string {
  return value.toLocaleString('en');
}

/** The cost of reach: hand-overs lost, of those that were made. */
export function shareOf({ lost, happened }: Tally): string {
  return happened.sent === 0 ? 'n/a' : `${((lost / happened.sent) * 100).toFixed(1)} %`;
}

function figures(tally: Tally): string[] {
  const { messages, happened, would, lost, gained, later } = tally;
  return [
    ...[messages, happened.sent, would.sent, lost].map(String),
    shareOf(tally),
    ...[gained, later, happened.held, would.held, happened.dropped, would.dropped].map(String),
  ];
}

/** Text left, numbers right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
