import type { PathPart, PathTable } from '#lib/attribution';
import type { ConversionTouches } from './path-gatherer.js';

/**
 * The conversions of each account, by their paths in the table: had the account not come, none of them would have. What is
 * divided among contacts stays together too. Accounts in the order of their first conversion, so that the same facts are
 * drawn alike whatever accounts are called here.
 */
export function convertedTogether(
  table: Pick<PathTable, 'channels' | 'size' | 'starts' | 'steps'>,
  conversions: readonly ConversionTouches[],
): PathPart[][] {
  const places = new Map<string, number>();
  for (let path = 0; path < table.size; path++) {
    const steps = table.steps.subarray(table.starts[path], table.starts[path + 1]);
    places.set(JSON.stringify(Array.from(steps, (step) => table.channels[step])), path);
  }
  const ofAccount = new Map<string, PathPart[]>();
  for (const { conversion, path, others = [] } of conversions) {
    if (path.length === 0) continue;
    const paths = [path, ...others];
    const parts = paths.flatMap((names): PathPart[] => {
      const place = places.get(JSON.stringify(names));
      return place === undefined ? [] : [{ path: place, conversions: 1 / paths.length }];
    });
    const known = ofAccount.get(conversion.account);
    if (known === undefined) ofAccount.set(conversion.account, parts);
    else known.push(...parts);
  }
  return [...ofAccount.values()];
}
