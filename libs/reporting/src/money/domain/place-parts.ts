import { ExactSums } from '#lib/attribution';
import { sumOf } from './amounts.js';
import { wholeParts } from './credit.js';

/** Places on a path that have a column of their own; all behind them have one together. */
export const MOST_PLACES = 8;

/** What a name has on each place and, last, on all later ones: whole units that add up to what it has. */
export function partsByPlace(whole: number, byPlace: ArrayLike<number>): number[] {
  const shares = Array.from(byPlace);
  const own = Float64Array.from({ length: MOST_PLACES + 1 }, (_, i) => shares[i] ?? 0);
  own[MOST_PLACES] = sumOf(shares.slice(MOST_PLACES));
  return wholeParts(whole, own);
}

/** Whether a touch on this place of a path is meant. */
export type IsPlace = (place: number) => boolean;

/** What touches on some places of paths have, so that it is what the report on places says of them. */
export class PlaceWeights {
  /** By name: on each place, on later ones, and of these on those that are meant. */
  private readonly byName = new Map<string, ExactSums>();

  constructor(private readonly isMeant: IsPlace) {}

  /** @param place counted from 1 */
  add(name: string, place: number, weight: number): void {
    let sums = this.byName.get(name);
    if (sums === undefined) this.byName.set(name, (sums = new ExactSums(MOST_PLACES + 2)));
    const at = Math.min(place - 1, MOST_PLACES);
    sums.add(at, weight);
    if (at === MOST_PLACES && this.isMeant(place)) sums.add(MOST_PLACES + 1, weight);
  }

  /** @param wholeOf what a name has, whole units */
  credit(wholeOf: (name: string) => number): number {
    return sumOf(
      [...this.byName].map(([name, sums]) => {
        const weights = Array.from({ length: MOST_PLACES + 1 }, (_, i) => sums.at(i));
        const parts = partsByPlace(wholeOf(name), weights);
        const first = sumOf(parts.slice(0, MOST_PLACES).filter((_, i) => this.isMeant(i + 1)));
        const [later = 0, all = 0, meant] = [parts[MOST_PLACES], weights[MOST_PLACES], sums.at(MOST_PLACES + 1)];
        return first + (all === 0 ? 0 : Math.round((later * meant) / all));
      }),
    );
  }
}
