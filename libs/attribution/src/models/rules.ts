import { type ChannelCredit, CreditSums } from '../channel-credit.js';
import type { PathTable } from '../path-table.js';
import { ModelProblem } from './model-problem.js';

/** What the first touch, all in the middle together, and the last one get. */
export interface PositionWeights {
  readonly first: number;
  readonly middle: number;
  readonly last: number;
}

export const DEFAULT_POSITION: PositionWeights = { first: 0.4, middle: 0.2, last: 0.4 };

/** Everything to the first touch. */
export function firstTouch(table: PathTable): ChannelCredit {
  return toOne(table, (start) => start);
}

/** Everything to the last touch. */
export function lastTouch(table: PathTable): ChannelCredit {
  return toOne(table, (_start, end) => end - 1);
}

/** The same share to every touch; a channel that is there twice has two. */
export function linear(table: PathTable): ChannelCredit {
  return byPlace(table, (count) => {
    const each = 1 / count;
    return { first: each, middle: each, last: each };
  });
}

/**
 * Fixed shares for the first and the last touch, the rest among those between. A single touch has everything; two have
 * what the first and the last would have, scaled to 1.
 * @throws ModelProblem for weights that are negative, or leave nothing to divide where there are one or two touches
 */
export function positionBased(table: PathTable, weights: PositionWeights = DEFAULT_POSITION): ChannelCredit {
  const { first, middle, last } = weights;
  if (![first, middle, last].every((weight) => weight >= 0 && weight < Infinity) || !(first + last > 0))
    throw new ModelProblem(
      'position weights are not negative, and those of the first and the last touch are not both 0',
    );
  const sum = first + middle + last;
  return byPlace(table, (count) => {
    if (count === 1) return ALONE;
    if (count === 2) return { first: first / (first + last), middle: 0, last: last / (first + last) };
    return { first: first / sum, middle: middle / sum / (count - 2), last: last / sum };
  });
}

/** Everything to the last touch whose channel does not count as direct; where all do, to the last one. */
export function lastNonDirect(table: PathTable, isDirect: (channel: string) => boolean): ChannelCredit {
  const direct = table.channels.map(isDirect);
  return toOne(table, (start, end) => {
    let touch = end - 1;
    while (touch >= start && direct[table.steps[touch] ?? 0] === true) touch--;
    return touch < start ? end - 1 : touch;
  });
}

/** Everything to one touch of each path. @param touchOf of a path from `start` to before `end` */
function toOne(table: PathTable, touchOf: (start: number, end: number) => number): ChannelCredit {
  const sums = new CreditSums(table.channels.length);
  for (let path = 0; path < table.size; path++) {
    const conversions = table.conversions[path] ?? 0;
    const value = table.value[path] ?? 0;
    if (conversions === 0 && value === 0) continue;
    const touch = touchOf(table.starts[path] ?? 0, table.starts[path + 1] ?? 0);
    sums.add(table.steps[touch] ?? 0, 1, conversions, value);
  }
  return sums.rounded();
}

/** What the first touch of a path, each in the middle, and the last one get. */
interface Shares {
  readonly first: number;
  readonly middle: number;
  readonly last: number;
}

const ALONE: Shares = { first: 1, middle: 0, last: 0 };

/** What touches get by their place. @param sharesOf of a path of so many touches; the first one is the last as well where it is alone */
function byPlace(table: PathTable, sharesOf: (count: number) => Shares): ChannelCredit {
  const sums = new CreditSums(table.channels.length);
  const known: Shares[] = [];
  for (let path = 0; path < table.size; path++) {
    const conversions = table.conversions[path] ?? 0;
    const value = table.value[path] ?? 0;
    if (conversions === 0 && value === 0) continue;
    const start = table.starts[path] ?? 0;
    const last = (table.starts[path + 1] ?? 0) - 1;
    const shares = (known[last - start] ??= sharesOf(last - start + 1));
    sums.add(table.steps[start] ?? 0, shares.first, conversions, value);
    if (last === start) continue;
    for (let touch = start + 1; touch < last; touch++)
      sums.add(table.steps[touch] ?? 0, shares.middle, conversions, value);
    sums.add(table.steps[last] ?? 0, shares.last, conversions, value);
  }
  return sums.rounded();
}
