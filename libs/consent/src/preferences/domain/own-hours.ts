import { isSame } from '#lib/kernel';
import type { Wishes } from '../../contacts/domain/wishes.js';

type QuietWindow = NonNullable<Wishes['quietHours']>[number];
/** Local times, HH:MM to HH:MM; an end not after its start is on the next day. */
export type DailyHours = Pick<QuietWindow, 'start' | 'end'>;

/** Somebody's quiet hours as their page shows them. */
export interface OwnHours {
  /** The same every day, in figures that a time field takes; null: there are none. */
  readonly daily: DailyHours | null;
  /** All that has another form, such as for weekends: it was agreed elsewhere, and the page can only end it. */
  readonly others: readonly QuietWindow[];
}

export function ownHoursOf(wishes: Wishes): OwnHours {
  const daily = dailyOf(wishes);
  return {
    daily: daily === undefined ? null : inFields(daily),
    others: (wishes.quietHours ?? []).filter((window) => window !== daily),
  };
}

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7] as const;

/**
 * Wishes with what the page asks for. What comes back as it was shown stays in whatever form it has, so that a form sent
 * unchanged changes nothing.
 * @param daily null: none; undefined: it was not on the page
 * @param keepsOthers whether the others hold on; undefined: they were not on the page
 */
export function withOwnHours(
  wishes: Wishes,
  daily: DailyHours | null | undefined,
  keepsOthers: boolean | undefined,
): Wishes {
  const { quietHours: before = [], ...rest } = wishes;
  const was = dailyOf(wishes);
  const isAsShown = daily === undefined || isSame(daily, ownHoursOf(wishes).daily);
  const chosen = isAsShown ? was : daily === null ? undefined : { days: EVERY_DAY, ...daily };
  const kept = before.flatMap((window) => (window === was ? (chosen ?? []) : keepsOthers === false ? [] : window));
  const quietHours = was === undefined && chosen !== undefined ? [chosen, ...kept] : kept;
  if (isSame(quietHours, before)) return wishes;
  return quietHours.length === 0 ? rest : { ...rest, quietHours };
}

/** The first of those that are the same every day; one of whole days has no fields. */
function dailyOf({ quietHours = [] }: Wishes): QuietWindow | undefined {
  return quietHours.find((window) => {
    const { start, end } = inFields(window);
    return new Set(window.days).size === EVERY_DAY.length && start !== end;
  });
}

/** A time field takes no 24:00, and an end at 00:00 is that of the same day. */
function inFields({ start, end }: QuietWindow): DailyHours {
  return { start, end: end === '24:00' ? '00:00' : end };
}
