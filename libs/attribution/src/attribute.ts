import type { ChannelCredit } from './channel-credit.js';
import { ChannelSets } from './models/channel-sets.js';
import { ModelProblem } from './models/model-problem.js';
import { markov } from './models/markov.js';
import { firstTouch, lastNonDirect, lastTouch, linear, positionBased, type PositionWeights } from './models/rules.js';
import { shapley, shapleyByRate } from './models/shapley.js';
import { byWeightSet, type WeightSet } from './models/weight-set.js';
import type { PathTable } from './path-table.js';

export const MODELS = [
  'first_touch',
  'last_touch',
  'last_non_direct',
  'linear',
  'position_based',
  'time_decay',
  'w_shaped',
  'full_path',
  'markov_1',
  'markov_2',
  'markov_3',
  'shapley',
  'shapley_rate',
] as const;

/** Of all definitions together; raised when any of them gives another number for the same paths. */
export const MODELS_VERSION = 1;

/** Which rule gives the credit. Kept with every result: add models, never rename one. */
export type Model = (typeof MODELS)[number];

export interface ModelOptions {
  /** Channels that last non-direct passes over; without regard to case. */
  readonly direct?: readonly string[];
  readonly position?: PositionWeights;
  /** Edges of a Markov chain that may be gone along for one model; without it a hard one may take minutes. */
  readonly mostSteps?: number;
}

/** What each model gives; all of them add up to what the paths of the table brought. */
export type Attribution = ReadonlyMap<string, ChannelCredit>;

/** Applies models to a table; the same table gives the same bytes. */
export function attribute(
  table: PathTable,
  models: readonly Model[] = MODELS,
  options: ModelOptions = {},
  weightSets: readonly WeightSet[] = [],
): Attribution {
  const run = modelsOf(table, options);
  const named = models.map((model) => [model, run(model)] as const);
  const agreed = weightSets.map(
    (set) => [`${set.name}@${set.version}`, finite(set.name, byWeightSet(table, set))] as const,
  );
  return new Map<string, ChannelCredit>([...named, ...agreed]);
}

/** Runs one model after the other over the same table. @throws ModelProblem where a model has no number to tell */
export function modelsOf(table: PathTable, options: ModelOptions = {}): (model: Model) => ChannelCredit {
  const direct = new Set((options.direct ?? ['direct']).map((name) => name.toLowerCase()));
  const run = runnerOf(table, options, direct);
  return (model) => finite(model, run(model));
}

/** @throws ModelProblem where a number is beyond all that a double holds */
function finite(model: string, credit: ChannelCredit): ChannelCredit {
  const isTold = (number: number): boolean => Number.isFinite(number);
  if (credit.conversions.every(isTold) && credit.value.every(isTold)) return credit;
  throw new ModelProblem(
    `${model} gives numbers that are too large or too far apart to be told: give conversions and values in other units, or ask for other models.`,
  );
}

function runnerOf(
  table: PathTable,
  options: ModelOptions,
  direct: ReadonlySet<string>,
): (model: Model) => ChannelCredit {
  let sets: ChannelSets | null = null;
  const setsOfTable = (): ChannelSets => (sets ??= new ChannelSets(table));
  return (model) => {
    switch (model) {
      case 'first_touch':
        return firstTouch(table);
      case 'last_touch':
        return lastTouch(table);
      case 'last_non_direct':
        return lastNonDirect(table, (channel) => direct.has(channel.toLowerCase()));
      case 'linear':
        return linear(table);
      case 'position_based':
        return positionBased(table, options.position);
      case 'time_decay':
      case 'w_shaped':
      case 'full_path':
        return table.byRow[model];
      case 'markov_1':
        return markov(table, 1, options.mostSteps);
      case 'markov_2':
        return markov(table, 2, options.mostSteps);
      case 'markov_3':
        return markov(table, 3, options.mostSteps);
      case 'shapley':
        return shapley(table, setsOfTable());
      case 'shapley_rate':
        return shapleyByRate(table, setsOfTable());
    }
  };
}
