/** So many of so many. */
export interface Proportion {
  readonly part: number;
  readonly whole: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Of the normal distribution, for 95 %. */
const Z = 1.959964;

/** Between which rates the true one lies, 95 % (Wilson's score). */
export function wilson({ part, whole }: Proportion): Range {
  const rate = part / whole;
  const square = Z * Z;
  const middle = rate + square / (2 * whole);
  const half = Z * Math.sqrt((rate * (1 - rate)) / whole + square / (4 * whole * whole));
  const scale = 1 + square / whole;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/** Between which differences of two rates the true one lies, 95 % (Newcombe 1998, method 10: from Wilson's scores). */
export function newcombe(a: Proportion, b: Proportion): Range {
  const [p, q] = [a.part / a.whole, b.part / b.whole];
  const [one, two] = [wilson(a), wilson(b)];
  return {
    low: p - q - Math.hypot(p - one.low, two.high - q),
    high: p - q + Math.hypot(one.high - p, q - two.low),
  };
}

/**
 * Whether groups are so far from the sizes they were meant to have that chance does it less than once in a thousand times
 * (chi-square; its bound beyond two groups by Wilson and Hilferty).
 * @param shares what the sizes were meant to be beside each other, above 0; left out: one size
 */
export function isUneven(sizes: readonly number[], shares: readonly number[] = sizes.map(() => 1)): boolean {
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const freedom = sizes.length - 1;
  if (whole === 0 || freedom < 1) return false;
  const all = shares.reduce((sum, share) => sum + share, 0);
  const meant = shares.map((share) => (whole * share) / all);
  const found = sizes.reduce((sum, size, i) => sum + (size - (meant[i] ?? 0)) ** 2 / (meant[i] ?? 1), 0);
  return found > boundOf(freedom);
}

function boundOf(freedom: number): number {
  if (freedom === 1) return TWO_SIDED ** 2;
  const ninth = 2 / (9 * freedom);
  return freedom * (1 - ninth + THOUSANDTH * Math.sqrt(ninth)) ** 3;
}

/** Of the normal distribution, for one in a thousand: on both sides together, and on one. */
const TWO_SIDED = 3.290527;
const THOUSANDTH = 3.090232;
