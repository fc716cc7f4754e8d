import { attribute, type Model, type ModelOptions } from './attribute.js';
import type { Milestones } from './models/milestones.js';
import { byWeightSet, type WeightSet } from './models/weight-set.js';
import { PathTableBuilder } from './path-table-builder.js';

/** One path that converted, oldest touch first. */
export interface SharedPath {
  readonly names: readonly string[];
  /** Days from each touch to the conversion. */
  readonly ages: readonly number[];
  readonly milestones: Milestones;
}

/** Models that credit names over all paths together: of one path there is no share of theirs. */
export const CREDITS_NAMES: readonly Model[] = ['markov_1', 'markov_2', 'markov_3', 'shapley_rate'];

/**
 * What a model gives each touch of a path; adds up to 1. It is what the model gives channels of a path on which no channel
 * comes twice. Shapley gives a name of the path its share, which its touches divide evenly.
 * @returns null for a model that credits names over all paths together
 */
export function touchShares(
  model: Model | WeightSet,
  { names, ages, milestones }: SharedPath,
  { halfLifeDays, direct = ['direct'] }: Pick<ModelOptions, 'direct'> & { readonly halfLifeDays?: number } = {},
): Float64Array | null {
  if (typeof model === 'string' && CREDITS_NAMES.includes(model)) return null;
  if (model === 'shapley') return byName(names);
  const places = names.map((_, place) => String(place).padStart(9, '0'));
  const builder = new PathTableBuilder(halfLifeDays === undefined ? {} : { halfLifeDays });
  builder.add({ path: places, conversions: 1, ages, milestones });
  const table = builder.build();
  if (typeof model !== 'string') {
    const weights = names.map(
      (name, place) => [places[place] ?? '', model.weights.get(name) ?? model.otherwise] as const,
    );
    return byWeightSet(table, { ...model, weights: new Map(weights) }).conversions;
  }
  const passedOver = new Set(direct.map((name) => name.toLowerCase()));
  const own = places.filter((_, place) => passedOver.has((names[place] ?? '').toLowerCase()));
  return attribute(table, [model], { direct: own }).get(model)?.conversions ?? null;
}

function byName(names: readonly string[]): Float64Array {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return Float64Array.from(names, (name) => 1 / times.size / (times.get(name) ?? 1));
}
