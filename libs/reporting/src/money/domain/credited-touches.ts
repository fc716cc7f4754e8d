import { type ConversionPath, largestRemainder, type Touches } from '#lib/attribution';
import type { EntryId, EpochMs } from '#lib/kernel';
import type { Conversion } from './books.js';

/** One touch that a conversion is credited to. */
export interface CreditedTouch {
  readonly conversion: string;
  readonly convertedAt: EpochMs;
  /** Whole minor units, of a conversion that is divided among contacts those of this one; null: there is no rate for it. */
  readonly value: number | null;
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

/** The touches of a path, as they stand before their entries are looked up. */
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
