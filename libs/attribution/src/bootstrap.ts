import { attribute, type Model, type ModelOptions } from './attribute.js';
import { exactSum } from './exact-sums.js';
import { ModelProblem } from './models/model-problem.js';
import type { PathTable } from './path-table.js';
import { type Draw, poisson, seededDraw } from './random.js';

/** Models whose credits follow from the table alone; the others were given row by row. */
export const RESAMPLED = [
  'first_touch',
  'last_touch',
  'last_non_direct',
  'linear',
  'position_based',
  'markov_1',
  'markov_2',
  'markov_3',
  'shapley',
  'shapley_rate',
] as const satisfies readonly Model[];

export interface BootstrapOptions extends ModelOptions {
  readonly seed: number;
  readonly draws?: number;
  /** The part of the draws that lies within; 0.95 when left out. */
  readonly level?: number;
  /**
   * What comes together or not at all: of each account its conversions, which add up to those of the table. Left out: every
   * conversion of a path comes for itself.
   */
  readonly together?: readonly (readonly PathPart[])[];
}

/** So much of the conversions of a path, by its index in the table. */
export interface PathPart {
  readonly path: number;
  readonly conversions: number;
}

/** Of three conversions one draw in twenty has none. */
const MOST_TRIES = 1000;

/** Conversions that a channel might as well have got, had other accounts come: by channel, in the order of the table. */
export interface Interval {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Draws the conversions of every account anew, and the nulls of every path, as often as a Poisson variable of their mean says,
 * and applies the model again; what a draw has more or less than the table is scaled away, and one in which nobody converted
 * says nothing and is drawn again. The interval holds the middle of the draws.
 */
export function bootstrap(table: PathTable, model: Model, options: BootstrapOptions): Interval {
  const { seed, draws = 200, level = 0.95, together = null } = options;
  if (!RESAMPLED.some((name) => name === model)) throw new ModelProblem(`${model} cannot be drawn from the table`);
  const draw = seededDraw(seed);
  const whole = exactSum(table.conversions);
  const credits = Array.from({ length: draws }, () => {
    const drawn = drawnFrom(table, together, draw);
    const scale = whole / exactSum(drawn.conversions);
    const credit = attribute(drawn, [model], options).get(model)?.conversions ?? new Float64Array();
    return Number.isFinite(scale) ? credit.map((part) => part * scale) : credit;
  });
  const sorted = table.channels.map((_, channel) =>
    Float64Array.from(credits, (credit) => credit[channel] ?? 0).sort(),
  );
  const outside = (1 - level) / 2;
  return {
    low: Float64Array.from(sorted, (values) => quantile(values, outside)),
    high: Float64Array.from(sorted, (values) => quantile(values, 1 - outside)),
  };
}

function drawnFrom(table: PathTable, together: BootstrapOptions['together'] | null, draw: Draw): PathTable {
  const conversions = conversionsDrawn(table, together, draw);
  return {
    ...table,
    conversions,
    value: table.value.map((value, path) => {
      const mean = table.conversions[path] ?? 0;
      return mean === 0 ? 0 : (value / mean) * (conversions[path] ?? 0);
    }),
    nulls: table.nulls.map((mean) => poisson(mean, draw)),
  };
}

/** As the table has them, where nobody converts however often it is drawn: of a thousandth of a conversion hardly ever. */
function conversionsDrawn(table: PathTable, together: BootstrapOptions['together'] | null, draw: Draw): Float64Array {
  for (let tried = 0; tried < MOST_TRIES; tried++) {
    const conversions = together ? drawnTogether(table.size, together, draw) : drawnApart(table.conversions, draw);
    if (conversions.some((number) => number > 0)) return conversions;
  }
  return table.conversions;
}

function drawnApart(means: Float64Array, draw: Draw): Float64Array {
  return means.map((mean) => poisson(mean, draw));
}

function drawnTogether(size: number, together: readonly (readonly PathPart[])[], draw: Draw): Float64Array {
  const conversions = new Float64Array(size);
  for (const parts of together) {
    const times = poisson(1, draw);
    for (const { path, conversions: part } of parts) conversions[path] = (conversions[path] ?? 0) + times * part;
  }
  return conversions;
}

/** Between the two nearest draws. */
function quantile(sorted: Float64Array, part: number): number {
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? NaN;
  return below + (above - below) * (at - Math.floor(at));
}
