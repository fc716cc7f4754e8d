import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { madeOf } from '../../domain/behind.js';
import { count, known, rate, ratio, type Report, type ReportCell, type ReportRow, text } from '../../domain/report.js';
import { monthsOf } from '../../money/domain/kpis.js';
import { type MoneyData, reportOf, touchesBehind } from '../../money/domain/frame.js';
import type { Presence } from './activity.js';

/** A month, cut to the period, and between which instants it is. */
export interface Stretch {
  readonly name: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * Who has done nothing for long when a month begins, and who of them came back in it. Whoever was sent something and never did
 * anything is silent since then. Rates of several months are of their sums.
 */
export function silenceReport(
  data: MoneyData,
  silentDays: number,
  instantsOf: (days: { readonly from: string; readonly to: string }) => Pick<Stretch, 'from' | 'to'>,
): Report {
  const { activity, frame } = data;
  const rows = monthsOf(frame.days)
    .map((month) => ({ name: month.from.slice(0, 7), ...instantsOf(month) }))
    .filter(({ from }) => from <= frame.asOf)
    .map(({ name, from, to }) => {
      const people = activity.presences.filter(({ first }) => first < from);
      const silent = people.filter(({ first, did }) => {
        const last = did.findLast((at) => at < from) ?? first;
        return Math.max(last, first) < from - silentDays * DAY;
      });
      const back = silent.filter(({ did }) => did.some((at) => at >= from && at < to && at <= frame.asOf));
      return { name, known: people, silent, back };
    });
  const people = (some: readonly Presence[]): ReportCell =>
    madeOf(known(some.length), () =>
      some.map(({ contact, first }) => ({
        ...{ kind: 'person', id: contact, at: first, name: '', adds: 1, fact: null },
        link: touchesBehind(data, { contact }, { from: data.books.dayOf(first), to: frame.days.to }),
      })),
    );
  const row = (name: string, one: Record<'known' | 'silent' | 'back', readonly Presence[]>): ReportRow => ({
    cells: [
      known(name),
      people(one.known),
      people(one.silent),
      ratio(one.silent.length, one.known.length),
      people(one.back),
      ratio(one.back.length, one.silent.length),
    ],
  });
  const all = (key: 'known' | 'silent' | 'back'): Presence[] => rows.flatMap((one) => one[key]);
  return reportOf('silence', data, {
    columns: [
      ...[text('month'), count('reached_so_far'), count('silent'), rate('silent_share'), count('came_back')],
      rate('win_back_rate'),
    ],
    rows: rows.map((one) => row(one.name, one)),
    total: row('', { known: all('known'), silent: all('silent'), back: all('back') }),
    notes: [{ key: 'silence', values: { days: silentDays } }],
  });
}
