import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { count, known, rate, ratio, type Report, type ReportRow, text } from '../../domain/report.js';
import { monthsOf } from '../../money/domain/kpis.js';
import { type MoneyData, reportOf } from '../../money/domain/frame.js';
import { sumOf } from '../../money/domain/amounts.js';

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
      return { name, known: people.length, silent: silent.length, back: back.length };
    });
  const row = (name: string, one: { known: number; silent: number; back: number }): ReportRow => ({
    cells: [
      known(name),
      known(one.known),
      known(one.silent),
      ratio(one.silent, one.known),
      known(one.back),
      ratio(one.back, one.silent),
    ],
  });
  const sum = (key: 'known' | 'silent' | 'back'): number => sumOf(rows.map((one) => one[key]));
  return reportOf('silence', data, {
    columns: [
      ...[text('month'), count('reached_so_far'), count('silent'), rate('silent_share'), count('came_back')],
      rate('win_back_rate'),
    ],
    rows: rows.map((one) => row(one.name, one)),
    total: row('', { known: sum('known'), silent: sum('silent'), back: sum('back') }),
    notes: [{ key: 'silence', values: { days: silentDays } }],
  });
}
