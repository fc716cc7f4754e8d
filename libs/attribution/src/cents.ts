/**
 * Divides an amount into whole parts in proportion to `shares`, so that they add up to it exactly: each is rounded down, and
 * what is left goes one by one to those that lost most (Hamilton's method); of equals, to the earlier. Shares are sums of
 * doubles, so parts that differ by less than their rounding are equal, and what is that near to a whole number is one.
 * @param amount a whole number, for example of cents; may be negative
 * @param shares not negative; when all are 0, there is nothing to divide by
 * @throws RangeError when the amount is not 0 and no share is larger than 0
 */
export function largestRemainder(amount: number, shares: ArrayLike<number>): number[] {
  if (!Number.isSafeInteger(amount)) throw new RangeError('an amount to divide is a whole number');
  const given = Array.from(shares);
  if (given.some((share) => !(share >= 0 && share < Infinity))) throw new RangeError('shares are not negative');
  if (amount < 0) return largestRemainder(-amount, given).map((part) => 0 - part);
  const whole = given.reduce((sum, share) => sum + share, 0);
  if (whole === 0) {
    if (amount !== 0) throw new RangeError('there is nobody to give the amount to');
    return given.map(() => 0);
  }
  const noise = Math.min(amount * ROUNDING, MOST_NOISE);
  const exact = given.map((share) => wholeWithin((share / whole) * amount, noise));
  const parts = exact.map(Math.floor);
  const left = amount - parts.reduce((sum, part) => sum + part, 0);
  const byLoss = inOrderOfLoss(
    exact
      .map((part, index) => ({ index, lost: part - Math.floor(part) }))
      .filter(({ index }) => (given[index] ?? 0) > 0),
    noise,
  );
  // Near 2^53 doubles leave more than one each, or give a few too many; the largest share bears that.
  const each = Math.min(Math.max(left, 0), byLoss.length);
  for (const { index } of byLoss.slice(0, each)) parts[index] = (parts[index] ?? 0) + 1;
  const largest = given.indexOf(Math.max(...given));
  parts[largest] = (parts[largest] ?? 0) + left - each;
  return parts;
}

/** What a sum of doubles may be off, as a share of the whole: some hundreds of roundings, each of 2^-53. */
const ROUNDING = 2 ** -44;
/** Of amounts of more than 2^36 minor units the roundings are no longer small beside one. */
const MOST_NOISE = 2 ** -8;

interface Loss {
  readonly index: number;
  readonly lost: number;
}

/** The largest loss first; those that lie no further apart than noise are equal, and stand by their index. */
function inOrderOfLoss(losses: Loss[], noise: number): Loss[] {
  const sorted = losses.sort((a, b) => b.lost - a.lost);
  const equals: Loss[][] = [];
  for (const one of sorted) {
    const last = equals.at(-1);
    const before = last?.at(-1);
    if (last === undefined || before === undefined || before.lost - one.lost > noise) equals.push([one]);
    else last.push(one);
  }
  return equals.flatMap((some) => some.sort((a, b) => a.index - b.index));
}

function wholeWithin(part: number, noise: number): number {
  const nearest = Math.round(part);
  return Math.abs(part - nearest) <= noise ? nearest : part;
}
