import {
  type ConversionPath,
  ExactSums,
  largestRemainder,
  type Model,
  type Touches,
  touchShares,
  type WeightSet,
} from '#lib/attribution';
import { describedPath } from './path-gatherer.js';
import type { EntryId, EpochMs } from '#lib/kernel';
import type { Conversion } from './books.js';

/** One touch that a conversion is credited to. */
export interface CreditedTouch {
  readonly conversion: string;
  readonly convertedAt: EpochMs;
  /** Whole minor units, of a conversion that is divided among contacts those of this one; null: there is no rate for it. */
  readonly value: number | null;
  /**
   * What the model that was asked for gives this touch: whole minor units, or conversions; adds up to the number that it is
   * behind. Null: no model was asked for, or one that credits names and no touches.
   */
  readonly credit: number | null;
  /** Counted from 1, of so many. */
  readonly place: number;
  readonly of: number;
  /** How many people got the message that is this touch, and share what it earns. */
  readonly among: number;
  readonly touch: string;
  readonly at: EpochMs;
  readonly contact: string;
  readonly name: string;
  /** Ledger entry of a visit; a message names its own. Null for facts of before there were any. */
  readonly entry: EntryId | null;
  /** Ledger entry of the fact that converted. */
  readonly conversionEntry: EntryId | null;
}

/** What of a conversion each of its paths has, in whole minor units. Its paths come one after the other. */
export class Parts {
  private id: string | null = null;
  private parts: number[] = [];

  /** Null where the conversion has an amount, and no rate to exchange it by. */
  of({ conversion, conversions }: ConversionPath): number | null {
    if (conversion === null || (conversion as Conversion).amount === null) return null;
    if (this.id !== conversion.id || this.parts.length === 0) {
      this.id = conversion.id;
      const paths = Array.from({ length: Math.round(1 / conversions) }, () => 1);
      this.parts = largestRemainder(conversion.value, paths);
    }
    return this.parts.shift() ?? 0;
  }
}

/** The model by which touches are credited, and what of: 1 of each conversion, or its value. */
export interface CreditedBy {
  readonly model: Model | WeightSet;
  readonly of: 'conversions' | 'value';
  readonly halfLifeDays: number;
}

/** What a path gives each of its touches, not yet rounded; null where the model gives touches nothing. */
export function pathCredit(
  { touches, conversion, conversions, value }: ConversionPath,
  log: Touches,
  { model, of, halfLifeDays }: CreditedBy,
): Float64Array | null {
  if (conversion === null) return null;
  const { ages, ...path } = describedPath(log, touches, conversion);
  const shares = touchShares(model, { ...path, ages: Array.from(ages) }, { halfLifeDays });
  return shares?.map((share) => share * (of === 'value' ? value : conversions)) ?? null;
}

/**
 * Rounds what touches are credited so that they add up to the number that they are behind, in whichever pages they are read:
 * each has the difference of two rounded sums, of all up to it and of all before it.
 * @param whole of all of them: whole units
 * @param weights of all of them
 */
export function creditRounder(whole: number, weights: number, before: number): (weight: number) => number {
  const sums = new ExactSums(1);
  sums.add(0, before);
  const upTo = (): number => (weights === 0 ? 0 : Math.round((whole * sums.at(0)) / weights));
  return (weight) => {
    const last = upTo();
    sums.add(0, weight);
    return upTo() - last;
  };
}

/** The touches of a path, as they stand before their entries are looked up and their credit is rounded. */
export function creditedTouches(
  { touches, conversion, sharing }: ConversionPath,
  log: Touches,
  ids: readonly string[],
  value: number | null,
): CreditedTouch[] {
  if (conversion === null) return [];
  return Array.from(touches).flatMap((first, place) => {
    const all = sharing?.get(first) ?? [first];
    return all.map((touch) => ({
      conversion: conversion.id,
      convertedAt: conversion.at,
      value,
      credit: null,
      place: place + 1,
      of: touches.length,
      among: all.length,
      touch: ids[touch] ?? '',
      at: log.atOf(touch),
      contact: log.contactOf(touch),
      name: log.nameOf(touch),
      ...{ entry: null, conversionEntry: null },
    }));
  });
}
