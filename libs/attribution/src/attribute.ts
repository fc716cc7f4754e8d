import type { ChannelCredit } from './channel-credit.js';
import { ChannelSets } from './models/channel-sets.js';
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
  const agreed = weightSets.map((set) => [`${set.name}@${set.version}`, byWeightSet(table, set)] as const);
  return new Map<string, ChannelCredit>([...named, ...agreed]);
}

/** Runs one model after the other over the same table. */
export function modelsOf(table: PathTable, options: ModelOptions = {}): (model: Model) => ChannelCredit {
  const direct = new Set((options.direct ?? ['direct']).map((name) => name.toLowerCase()));
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
        return markov(table, 1);
      case 'markov_2':
        return markov(table, 2);
      case 'markov_3':
        return markov(table, 3);
      case 'shapley':
        return shapley(table, setsOfTable());
      case 'shapley_rate':
        return shapleyByRate(table, setsOfTable());
    }
  };
}
