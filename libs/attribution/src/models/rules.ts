import { type ChannelCredit, CreditSums } from '../channel-credit.js';
import type { PathTable } from '../path-table.js';
import { ModelProblem } from './model-problem.js';

/** The share of touch `place` of `count`, counted from 0. The shares of a path add up to 1. */
type ShareByPlace = (place: number, count: number) => number;

/** What the first touch, all in the middle together, and the last one get. */
export interface PositionWeights {
  readonly first: number;
  readonly middle: number;
  readonly last: number;
}

export const DEFAULT_POSITION: PositionWeights = { first: 0.4, middle: 0.2, last: 0.4 };

/** Everything to the first touch. */
export function firstTouch(table: PathTable): ChannelCredit {
  return byPlace(table, (place) => (place === 0 ? 1 : 0));
}

/** Everything to the last touch. */
export function lastTouch(table: PathTable): ChannelCredit {
  return byPlace(table, (place, count) => (place === count - 1 ? 1 : 0));
}

/** The same share to every touch; a channel that is there twice has two. */
export function linear(table: PathTable): ChannelCredit {
  return byPlace(table, (_place, count) => 1 / count);
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
  return byPlace(table, (place, count) => {
    if (count === 1) return 1;
    if (count === 2) return (place === 0 ? first : last) / (first + last);
    if (place === 0) return first / sum;
    return place === count - 1 ? last / sum : middle / sum / (count - 2);
  });
}

/** Everything to the last touch whose channel does not count as direct; where all do, to the last one. */
export function lastNonDirect(table: PathTable, isDirect: (channel: string) => boolean): ChannelCredit {
  const sums = new CreditSums(table.channels.length);
  const direct = table.channels.map(isDirect);
  for (let path = 0; path < table.size; path++) {
    const start = table.starts[path] ?? 0;
    const last = (table.starts[path + 1] ?? 0) - 1;
    let touch = last;
    while (touch >= start && direct[table.steps[touch] ?? 0] === true) touch--;
    const channel = table.steps[touch < start ? last : touch] ?? 0;
    sums.add(channel, 1, table.conversions[path] ?? 0, table.value[path] ?? 0);
  }
  return sums.rounded();
}

function byPlace(table: PathTable, share: ShareByPlace): ChannelCredit {
  const sums = new CreditSums(table.channels.length);
  for (let path = 0; path < table.size; path++) {
    const conversions = table.conversions[path] ?? 0;
    const value = table.value[path] ?? 0;
    if (conversions === 0 && value === 0) continue;
    const start = table.starts[path] ?? 0;
    const count = (table.starts[path + 1] ?? 0) - start;
    for (let place = 0; place < count; place++)
      sums.add(table.steps[start + place] ?? 0, share(place, count), conversions, value);
  }
  return sums.rounded();
}
