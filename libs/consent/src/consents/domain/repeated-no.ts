import type { EpochMs } from '#lib/kernel';

/** So many times in a minute nobody says the same by the same link who means it: a program presses the button. */
const FLOOD_PER_MINUTE = 10;
/** No other system's clock tells a yes apart from a no that lies so close to it. */
const SAME_MS = 1_000;

/** What was recorded of the same no: of the same kind, by the same link and way, at the same contact point. */
export interface EarlierNoes {
  readonly inLastMinute: number;
  readonly lastAt: EpochMs;
  /** Whether nothing else was recorded at its address since the last of them. */
  readonly isLast: boolean;
}

/**
 * Whether a no is the one that was recorded last, said once more, and not another. Each no that a person says counts,
 * because a yes that lies between two of them may be told later; of those that a program says in one second, one does.
 */
export function isSameNo({ inLastMinute, lastAt, isLast }: EarlierNoes, now: EpochMs): boolean {
  return isLast && inLastMinute >= FLOOD_PER_MINUTE && now >= lastAt && now - lastAt < SAME_MS;
}
