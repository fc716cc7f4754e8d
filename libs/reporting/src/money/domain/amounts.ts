import { minorDigits } from '../../domain/currency.js';
import type { CostFact, ExchangeRateFact, Money } from '../../facts/domain/fact.js';

/** Amounts in the one currency of a report. Null where no rate is known. */
export type Convert = (money: Money, day: string) => number | null;

/** That an amount is in no sum, because no rate of its day is known. */
export interface MissingRate {
  readonly currency: string;
  readonly day: string;
}

/** The rate that an amount wants, where it could not be exchanged; none where it could. */
export function missingRate(money: Money, day: string, amount: number | null): MissingRate[] {
  return amount === null ? [{ currency: money.currency, day }] : [];
}

/**
 * Exchanges by the latest rate from a day at or before the one in question, in either direction. Rates are decimals and
 * amounts whole, so what comes out is exact before it is rounded to the nearest minor unit, halves up.
 */
export function converterTo(currency: string, rates: readonly ExchangeRateFact[]): Convert {
  const sorted = rates.toSorted((a, b) => compare(b.day, a.day));
  return ({ amount, currency: from }, day) => {
    if (from === currency || amount === 0) return amount;
    const fits = (rate: ExchangeRateFact, a: string, b: string): boolean =>
      rate.from === a && rate.to === b && rate.day <= day;
    const direct = sorted.find((rate) => fits(rate, from, currency));
    const inverse = sorted.find((rate) => fits(rate, currency, from));
    const scale = 10n ** BigInt(minorDigits(currency));
    const unit = 10n ** BigInt(minorDigits(from));
    if (direct !== undefined && (inverse === undefined || inverse.day <= direct.day)) {
      const [top, bottom] = fraction(direct.rate);
      return rounded(BigInt(amount) * top * scale, bottom * unit);
    }
    if (inverse === undefined) return null;
    const [top, bottom] = fraction(inverse.rate);
    return rounded(BigInt(amount) * bottom * scale, top * unit);
  };
}

/**
 * What of an amount that is spread over days falls on the days of a period. Whole units, and adjoining periods add up to the
 * whole amount, because each has the difference of two sums that are rounded down.
 */
export function shareOfDays(amount: number, spent: Pick<CostFact, 'from' | 'to'>, from: string, to: string): number {
  const first = dayNumber(spent.from);
  const all = dayNumber(spent.to) - first + 1;
  const until = (day: number): number => {
    const passed = Math.min(Math.max(day - first, 0), all);
    return Number((BigInt(amount) * BigInt(passed)) / BigInt(all));
  };
  return until(dayNumber(to) + 1) - until(dayNumber(from));
}

/** Middle of a list, of an even one between its two middle values; null of nothing. */
export function quantile(values: readonly number[] | Float64Array, share: number): number | null {
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (at - Math.floor(at));
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** By code units, as in every locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function fraction(decimal: string): [bigint, bigint] {
  const [whole = '0', digits = ''] = decimal.split('.');
  return [BigInt(whole + digits), 10n ** BigInt(digits.length)];
}

function rounded(top: bigint, bottom: bigint): number {
  return Number((2n * top + bottom) / (2n * bottom));
}

function dayNumber(day: string): number {
  return Math.round(Date.parse(day) / 86_400_000);
}
