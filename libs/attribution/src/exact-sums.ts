/**
 * Sums that keep what each addition rounds away, so that a million parts add up and their order does not show: the second
 * number of each sum holds the errors of the first (Knuth's two-sum).
 */
export class ExactSums {
  private high: Float64Array;
  private low: Float64Array;

  /** @param size how many sums; adding to one beyond makes room */
  constructor(size: number) {
    this.high = new Float64Array(size);
    this.low = new Float64Array(size);
  }

  add(index: number, part: number): void {
    if (index >= this.high.length) this.grow(index * 2);
    const before = this.high[index] ?? 0;
    const sum = before + part;
    const taken = sum - before;
    this.high[index] = sum;
    this.low[index] = (this.low[index] ?? 0) + (before - (sum - taken) + (part - taken));
  }

  /** Adds all that another sum holds, its errors included. */
  addSum(index: number, other: ExactSums, from: number): void {
    this.add(index, other.high[from] ?? 0);
    this.add(index, other.low[from] ?? 0);
  }

  clear(index: number): void {
    this.high[index] = 0;
    this.low[index] = 0;
  }

  at(index: number): number {
    return (this.high[index] ?? 0) + (this.low[index] ?? 0);
  }

  /** @returns the sums, each rounded once */
  rounded(): Float64Array {
    return this.high.map((sum, index) => sum + (this.low[index] ?? 0));
  }

  private grow(size: number): void {
    this.high = grown(this.high, size);
    this.low = grown(this.low, size);
  }
}

function grown(old: Float64Array, size: number): Float64Array {
  const larger = new Float64Array(size);
  larger.set(old);
  return larger;
}

/** The sum of many numbers, as exact as one rounding allows. */
export function exactSum(parts: Iterable<number>): number {
  const sum = new ExactSums(1);
  for (const part of parts) sum.add(0, part);
  return sum.at(0);
}
