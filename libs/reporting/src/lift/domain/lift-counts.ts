import type { Channel } from '#lib/kernel';
import type { DrawCell } from '../../kept-messages/domain/message-cell.js';

/** What was drawn, and how often a goal was met: by those for whom it was chosen, and by the control share. */
export interface LiftCount {
  readonly what: 'channel' | 'time';
  readonly goal: string;
  readonly segment: string;
  /** Of a time; null for a channel, which is what was chosen. */
  readonly channel: Channel | null;
  readonly chosen: number;
  readonly chosenMet: number;
  readonly control: number;
  readonly controlMet: number;
  /** Draws whose time is not over. */
  readonly waiting: number;
}

type Counted = Pick<LiftCount, 'chosen' | 'chosenMet' | 'control' | 'controlMet' | 'waiting'>;
const NOTHING: Counted = { chosen: 0, chosenMet: 0, control: 0, controlMet: 0, waiting: 0 };
const COUNTED = Object.keys(NOTHING) as readonly (keyof Counted)[];

/** So many draws of one kind. @param isRipe whether their time is over */
export function countOf(
  { kind, goal, segment, channel, control }: Omit<DrawCell, 'hours'>,
  draws: number,
  { isRipe, hasMet }: { readonly isRipe: boolean; readonly hasMet: boolean },
): LiftCount {
  const drawn = { what: kind === 'best_time' ? ('time' as const) : ('channel' as const), goal, segment, channel };
  if (!isRipe) return { ...drawn, ...NOTHING, waiting: draws };
  const met = hasMet ? draws : 0;
  return {
    ...drawn,
    ...NOTHING,
    ...(control ? { control: draws, controlMet: met } : { chosen: draws, chosenMet: met }),
  };
}

/** Each kind of draw once, in the order of what was drawn, goal, segment and channel. */
export function kindsOf(counts: readonly LiftCount[]): LiftCount[] {
  const kinds = new Map<string, LiftCount>();
  for (const one of counts) {
    const key = JSON.stringify([one.what, one.goal, one.segment, one.channel]);
    kinds.set(key, added(kinds.get(key), one));
  }
  return [...kinds.values()].sort(
    (a, b) =>
      inOrder(a.what, b.what) || inOrder(a.goal, b.goal) || inOrder(a.segment, b.segment) || inOrder(a.channel ?? '', b.channel ?? ''), // prettier-ignore
  );
}

/** Draws of two kinds that are told together, as of the first. */
export function added(sum: LiftCount | undefined, one: LiftCount): LiftCount {
  return sum === undefined ? one : { ...sum, ...Object.fromEntries(COUNTED.map((key) => [key, sum[key] + one[key]])) };
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
