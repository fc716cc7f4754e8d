import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type { Done, PageFigures, SilenceFigures, Stretch } from '../../activity/domain/activity-figures.js';
import { type ActSort, ANY, eachCell, QUARTER } from './act-cells.js';

/** What a day has of a sort. */
export interface ActDay {
  readonly sort: ActSort;
  /** By its number since 1970. */
  readonly day: number;
  readonly cells: Buffer;
}

/** Begins and ends with quarters of an hour. */
interface Period {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

const NOTHING: Done = { times: 0, people: 0 };

/**
 * How often something was done in a period, and by how many different people: whoever had not done it since the period began
 * before did it for the first time. By names.
 */
function doneIn(days: readonly ActDay[], sort: ActSort, { from, to }: Period): Map<number, Done> {
  const [first, end] = [from / QUARTER, to / QUARTER];
  const done = new Map<number, { times: number; people: number }>();
  for (const one of days) {
    if (one.sort !== sort) continue;
    eachCell(one.day, one.cells, (name, quarter, since, count) => {
      if (quarter < first || quarter >= end) return;
      let sums = done.get(name);
      if (sums === undefined) done.set(name, (sums = { times: 0, people: 0 }));
      sums.times += count;
      if (since < first) sums.people += count;
    });
  }
  return done;
}

/** Figures of sources by channel, and of all channels together. @param channels names, by the ids that they are counted under */
export function channelsDone(
  days: readonly ActDay[],
  period: Period,
  channels: readonly (string | null)[],
): { readonly byChannel: ReadonlyMap<string, Done>; readonly all: Done } {
  const done = doneIn(days, 'channel', period);
  const all = done.get(ANY) ?? NOTHING;
  done.delete(ANY);
  return { byChannel: new Map([...done].map(([id, one]) => [channels[id] ?? '', one])), all };
}

/** Sorts that figures of pages are made of. */
export const PAGE_SORTS = [
  ...(['people', 'visitors', 'visits', 'again', 'submits', 'registrations', 'attended', 'events'] as const),
] satisfies ActSort[];

/** Figures of each page that anything was done on, and of all together under `ANY`. */
export function pagesDone(days: readonly ActDay[], period: Period): Map<number, PageFigures> {
  const done = Object.fromEntries(PAGE_SORTS.map((sort) => [sort, doneIn(days, sort, period)])) as Record<
    (typeof PAGE_SORTS)[number],
    Map<number, Done>
  >;
  const figures = new Map<number, PageFigures>();
  for (const [name, { times, people }] of done.people) {
    const of = (sort: keyof typeof done): Done => done[sort].get(name) ?? NOTHING;
    figures.set(name, {
      times,
      people,
      visits: of('visits').times,
      visitors: of('visitors').people,
      repeatVisitors: of('again').people - of('visits').people,
      submitters: of('submits').people,
      registered: of('registrations').people,
      attended: of('attended').people,
      // Whoever did both is in either, and among all once.
      came: of('registrations').people + of('attended').people - of('events').people,
    });
  }
  return figures;
}

/** Who is known when each month begins, who has done nothing for so many days then, and who of them came back in it. */
export function silencesIn(days: readonly ActDay[], months: readonly Stretch[], silentDays: number): SilenceFigures[] {
  return months.map(({ from, to }) => {
    const [first, end, since] = [from / QUARTER, to / QUARTER, (from - silentDays * DAY) / QUARTER];
    const sums = { known: 0, silent: 0, back: 0 };
    for (const { sort, day, cells } of days) {
      if (sort === 'pause' ? startsBefore(day, from) : !startsBefore(day, from + DAY)) continue;
      eachCell(day, cells, (_name, quarter, before, count) => {
        if (sort === 'known' && quarter < first) sums.known += count;
        else if (sort === 'open' && quarter < since) sums.silent += count;
        else if (sort === 'pause' && before < since && quarter >= first) {
          sums.silent += count;
          if (quarter < end) sums.back += count;
        }
      });
    }
    return sums;
  });
}

/** Whether all of a day is before an instant. */
function startsBefore(day: number, at: EpochMs): boolean {
  return (day + 1) * DAY <= at;
}

/** Sorts that figures of silence are made of. */
export const SILENCE_SORTS = ['known', 'open', 'pause'] as const satisfies ActSort[];
