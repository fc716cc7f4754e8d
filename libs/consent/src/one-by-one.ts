/**
 * Works through pages of things, each for itself: one that fails leaves the others alone, and is told of at the end.
 * Answers the sum of what was done.
 * @param page the things after one of them, or the first; an empty page is the end
 * @throws AggregateError of everything that failed, after all others were done
 */
export async function oneByOne<T>(
  page: (after: T | null) => Promise<readonly T[]>,
  work: (one: T) => Promise<number>,
  signal?: AbortSignal,
): Promise<number> {
  let done = 0;
  let seen = 0;
  const failures: unknown[] = [];
  for (let things = await page(null); things.length > 0; things = await page(things.at(-1) ?? null)) {
    for (const one of things) {
      if (signal?.aborted) return done;
      seen += 1;
      try {
        done += await work(one);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${seen} could not be done`);
  return done;
}
