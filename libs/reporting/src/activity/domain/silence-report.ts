import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { madeOf } from '../../domain/behind.js';
import { count, known, rate, ratio, type Report, type ReportCell, type ReportRow, text } from '../../domain/report.js';
import { sumOf } from '../../money/domain/amounts.js';
import { monthsOf } from '../../money/domain/kpis.js';
import { type MoneyData, reportOf, touchesBehind } from '../../money/domain/frame.js';
import type { Presence } from './activity.js';
import type { SilenceFigures, Stretch } from './activity-figures.js';

const NOBODY: SilenceFigures = { known: 0, silent: 0, back: 0 };

/**
 * Who has done nothing for long when a month begins, and who of them came back in it. Whoever was sent something and never did
 * anything is silent since then. Rates of several months are of their sums.
 */
export function silenceReport(
  data: MoneyData,
  silentDays: number,
  instantsOf: (days: { readonly from: string; readonly to: string }) => Pick<Stretch, 'from' | 'to'>,
): Report {
  const { activity, done, frame } = data;
  const months = monthsOf(frame.days)
    .map((month) => ({ name: month.from.slice(0, 7), ...instantsOf(month) }))
    .filter(({ from }) => from <= frame.asOf);
  const figures =
    done?.silences?.(months, silentDays) ??
    months.map((month) => countsOf(silencesOf(activity.presences, month, silentDays, frame.asOf)));
  const people = (number: number, key: keyof SilenceFigures, of: readonly Stretch[]): ReportCell =>
    madeOf(known(number), () =>
      of
        .flatMap((month) => silencesOf(activity.presences, month, silentDays, frame.asOf)[key])
        .map(({ contact, first }) => ({
          ...{ kind: 'person', id: contact, at: first, name: '', adds: 1, fact: null },
          link: touchesBehind(data, { contact }, { from: data.books.dayOf(first), to: frame.days.to }),
        })),
    );
  const row = (name: string, one: SilenceFigures, of: readonly Stretch[]): ReportRow => ({
    cells: [
      known(name),
      people(one.known, 'known', of),
      people(one.silent, 'silent', of),
      ratio(one.silent, one.known),
      people(one.back, 'back', of),
      ratio(one.back, one.silent),
    ],
  });
  const all = (key: keyof SilenceFigures): number => sumOf(figures.map((one) => one[key]));
  return reportOf('silence', data, {
    columns: [
      ...[text('month'), count('reached_so_far'), count('silent'), rate('silent_share'), count('came_back')],
      rate('win_back_rate'),
    ],
    rows: months.map((month, i) => row(month.name, figures[i] ?? NOBODY, [month])),
    total: row('', { known: all('known'), silent: all('silent'), back: all('back') }, months),
    notes: [{ key: 'silence', values: { days: silentDays } }],
  });
}

function silencesOf(
  presences: readonly Presence[],
  { from, to }: Stretch,
  silentDays: number,
  asOf: EpochMs,
): Readonly<Record<keyof SilenceFigures, readonly Presence[]>> {
  const people = presences.filter(({ first }) => first < from);
  const silent = people.filter(({ first, did }) => {
    const last = did.findLast((at) => at < from) ?? first;
    return Math.max(last, first) < from - silentDays * DAY;
  });
  const back = silent.filter(({ did }) => did.some((at) => at >= from && at < to && at <= asOf));
  return { known: people, silent, back };
}

function countsOf({ known: people, silent, back }: ReturnType<typeof silencesOf>): SilenceFigures {
  return { known: people.length, silent: silent.length, back: back.length };
}
