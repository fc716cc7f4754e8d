import {
  attribute,
  type ChannelCredit,
  largestRemainder,
  type Model,
  ModelProblem,
  modelsOf,
  type PathTable,
  type WeightSet,
} from '#lib/attribution';
import { DomainError } from '#lib/kernel';
import { known, notAvailable, type ReportCell } from '../../domain/report.js';
import { sumOf } from './amounts.js';
import type { ConversionTouches } from './path-gatherer.js';

/** Credit of conversions is told to the millionth. */
const MILLIONTHS = 1_000_000;
/** Edges of a chain that are gone along for one model: a second or so, in which this process answers nobody else. */
const MOST_STEPS = 250_000_000;

/** What one model gives a name: millionths of conversions, and whole minor units. */
export interface Share {
  readonly conversions: number;
  readonly value: number;
  /** It has conversions, and no amount of any is known in the currency: its value is not 0 but not known. */
  readonly isUnpriced: boolean;
  /** The model takes too long among so many names: nothing of it is known. */
  readonly isUnsolved?: true;
}

export const NO_SHARE: Share = { conversions: 0, value: 0, isUnpriced: false };
const UNSOLVED: Share = { ...NO_SHARE, isUnsolved: true };

export interface Credits {
  /** Names of channels or campaigns, in the order of their code units. */
  readonly names: readonly string[];
  /** By model, or by name and version of a weight set; one share for each name. */
  readonly byModel: ReadonlyMap<string, readonly Share[]>;
  /** Models that were asked for and take too long. */
  readonly unsolved: ReadonlySet<string>;
  readonly unattributed: Share;
  readonly total: Share;
}

/** Credits of all names and what is unattributed add up to the total, to the cent and to the millionth, for each model. */
export function creditsOf(
  table: PathTable,
  conversions: readonly ConversionTouches[],
  models: readonly Model[],
  weightSets: readonly WeightSet[] = [],
  mostSteps = MOST_STEPS,
): Credits {
  const all = wholeOf(conversions);
  const unattributed = wholeOf(conversions.filter(({ touches }) => touches === 0));
  const unpriced = unpricedNames(conversions);
  const isUnpriced = table.channels.map((name) => unpriced.has(name));
  const given = {
    ...NO_SHARE,
    conversions: all.conversions - unattributed.conversions,
    value: all.value - unattributed.value,
  };
  const run = modelsOf(table, { mostSteps });
  const credits = new Map<string, ChannelCredit | null>(models.map((model) => [model, solved(() => run(model))]));
  for (const [name, credit] of attribute(table, [], {}, weightSets)) credits.set(name, credit);
  const byModel = new Map<string, readonly Share[]>();
  const unsolved = new Set<string>();
  for (const [model, credit] of credits) {
    if (credit === null) unsolved.add(model);
    else byModel.set(model, divided(given, credit, isUnpriced));
  }
  return { names: table.channels, byModel, unsolved, unattributed, total: all };
}

/** Null where a model takes too long. */
export function solved<T>(credit: () => T): T | null {
  try {
    return credit();
  } catch (error) {
    if (error instanceof ModelProblem) return null;
    throw error;
  }
}

/** What a model, or a weight set by its name and version, gives the name at a place of `names`; nothing where it has none. */
export function shareAt({ byModel, unsolved }: Credits, model: string, place: number): Share {
  return unsolved.has(model) ? UNSOLVED : (byModel.get(model)?.[place] ?? NO_SHARE);
}

/** Names that are on paths of conversions, none of which has an amount that is known in the currency. */
function unpricedNames(conversions: readonly ConversionTouches[]): ReadonlySet<string> {
  const without = conversions.filter(({ conversion }) => conversion.amount === null);
  const found = new Set(without.flatMap(namesOf));
  if (found.size === 0) return found;
  for (const one of conversions)
    if (one.conversion.amount !== null) for (const name of namesOf(one)) found.delete(name);
  return found;
}

/** Of all touches that led to a conversion, oldest first. */
export function namesOf({ path, others = [] }: Pick<ConversionTouches, 'path' | 'others'>): string[] {
  return [path, ...others].flat();
}

function wholeOf(conversions: readonly ConversionTouches[]): Share {
  return {
    conversions: conversions.length * MILLIONTHS,
    value: sumOf(conversions.map(({ conversion }) => conversion.value)),
    isUnpriced: conversions.length > 0 && conversions.every(({ conversion }) => conversion.amount === null),
  };
}

/**
 * What a model gives a name, or all of them together.
 * @throws DomainError for a model that takes too long
 */
export function shareOf(credits: Credits, model: string, name: string | null): Share {
  const { names, unsolved, total, unattributed } = credits;
  if (unsolved.has(model))
    throw new DomainError('invalid_request', `model: ${model} takes too long among so many names. Ask for another.`);
  if (name !== null) return shareAt(credits, model, names.indexOf(name));
  const attributed = (key: 'value' | 'conversions'): number => total[key] - unattributed[key];
  return { ...total, value: attributed('value'), conversions: attributed('conversions') };
}

/** The value of a share, and no 0 where it is not known. */
export function creditCell({ value, isUnpriced, isUnsolved }: Share, link?: string): ReportCell {
  if (isUnsolved === true) return notAvailable('not_solved');
  return isUnpriced ? notAvailable('no_exchange_rate') : known(value, link);
}

/** The conversions of a share, to the millionth. */
export function conversionsCell({ conversions, isUnsolved }: Share, link?: string): ReportCell {
  return isUnsolved === true ? notAvailable('not_solved') : known(fromMillionths(conversions), link);
}

function divided(given: Share, credit: ChannelCredit, isUnpriced: readonly boolean[]): Share[] {
  const conversions = wholeParts(given.conversions, credit.conversions);
  const value = wholeParts(given.value, credit.value);
  return conversions.map((one, i) => ({
    conversions: one,
    value: value[i] ?? 0,
    isUnpriced: isUnpriced[i] ?? false,
  }));
}

/** Whole units by shares; none where there is nothing to divide. */
export function wholeParts(amount: number, shares: Float64Array): number[] {
  return amount === 0 ? Array.from(shares, () => 0) : largestRemainder(amount, shares);
}

export function fromMillionths(millionths: number): number {
  return millionths / MILLIONTHS;
}
