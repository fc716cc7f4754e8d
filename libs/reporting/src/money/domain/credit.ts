import {
  attribute,
  type ChannelCredit,
  largestRemainder,
  type Model,
  type PathTable,
  type WeightSet,
} from '#lib/attribution';
import { sumOf } from './amounts.js';
import type { ConversionTouches } from './path-gatherer.js';

/** Credit of conversions is told to the millionth. */
const MILLIONTHS = 1_000_000;

/** What one model gives a name: millionths of conversions, and whole minor units. */
export interface Share {
  readonly conversions: number;
  readonly value: number;
}

export interface Credits {
  /** Names of channels or campaigns, in the order of their code units. */
  readonly names: readonly string[];
  /** By model, or by name and version of a weight set; one share for each name. */
  readonly byModel: ReadonlyMap<string, readonly Share[]>;
  readonly unattributed: Share;
  readonly total: Share;
}

/** Credits of all names and what is unattributed add up to the total, to the cent and to the millionth, for each model. */
export function creditsOf(
  table: PathTable,
  conversions: readonly ConversionTouches[],
  models: readonly Model[],
  weightSets: readonly WeightSet[] = [],
): Credits {
  const all = {
    conversions: conversions.length * MILLIONTHS,
    value: sumOf(conversions.map(({ conversion }) => conversion.value)),
  };
  const alone = conversions.filter(({ touches }) => touches === 0);
  const unattributed = {
    conversions: alone.length * MILLIONTHS,
    value: sumOf(alone.map(({ conversion }) => conversion.value)),
  };
  const given = { conversions: all.conversions - unattributed.conversions, value: all.value - unattributed.value };
  const byModel = new Map<string, readonly Share[]>();
  for (const [model, credit] of attribute(table, models, {}, weightSets)) {
    byModel.set(model, divided(given, credit, table.channels.length));
  }
  return { names: table.channels, byModel, unattributed, total: all };
}

function divided(given: Share, credit: ChannelCredit, size: number): Share[] {
  const part = (amount: number, shares: Float64Array): number[] =>
    amount === 0 ? Array.from({ length: size }, () => 0) : largestRemainder(amount, shares);
  const conversions = part(given.conversions, credit.conversions);
  const value = part(given.value, credit.value);
  return conversions.map((one, i) => ({ conversions: one, value: value[i] ?? 0 }));
}

export function fromMillionths(millionths: number): number {
  return millionths / MILLIONTHS;
}
