/**
 * Writes the weight of each touch of a path into `weights`: half as much per half-life of age, adding up to 1. The youngest
 * age is taken off first; it cancels, and very old paths would be 0/0 without.
 */
export function timeDecayShares(ages: Float64Array, count: number, halfLifeDays: number, shares: Float64Array): void {
  let youngest = Infinity;
  for (let i = 0; i < count; i++) youngest = Math.min(youngest, ages[i] ?? 0);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const weight = 2 ** (-((ages[i] ?? 0) - youngest) / halfLifeDays);
    shares[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < count; i++) shares[i] = (shares[i] ?? 0) / sum;
}
