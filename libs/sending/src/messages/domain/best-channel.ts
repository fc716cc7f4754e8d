import { Beta } from './beta.js';

export const GOALS = ['delivered', 'opened', 'clicked', 'replied'] as const;
export type Goal = (typeof GOALS)[number];

/** What is known of one way to reach people of a segment: how often it was tried, and how often the goal was met. */
export interface Arm {
  readonly tried: number;
  readonly met: number;
}

/** How a way was chosen, so that others can count with it: kept in the ledger. */
export interface Draw {
  /** Number of the chosen one. */
  readonly chosen: number;
  /** With which probability each would have been chosen. */
  readonly propensities: readonly number[];
}

/** A share of all is written to on the first way, whatever has worked, so that what the choice brings can be measured. */
export const CONTROL_SHARE = 0.1;
/** Pieces of each part of a density, each looked at in three points (Gauss and Legendre), which is exact to the fifth power. */
const PIECES = 60;
const POINTS: readonly (readonly [at: number, weight: number])[] = [
  [0.5 - Math.sqrt(3 / 20), 5 / 18],
  [0.5, 8 / 18],
  [0.5 + Math.sqrt(3 / 20), 5 / 18],
];
/** Standard deviations to either side of the mean within which nearly all is, and beyond which there is nothing: what never worked has a long tail (e^-26). */
const [MOST, ALL] = [6, 25];

/**
 * The probability of each to be the best one, by what is known: what Thompson sampling would choose it with. Each rate
 * has a Beta distribution, from a uniform one before anything was tried. Computed by quadrature in place of drawing, so
 * that the same counts give the same probabilities, which can be written down.
 */
export function bestOf(arms: readonly Arm[]): number[] {
  if (arms.length === 1) return [1];
  const rates = arms.map(({ tried, met }) => new Beta(1 + met, 1 + tried - met));
  const ends = rates.map(({ mean, deviation }) => ({
    from: Math.max(0, mean - ALL * deviation),
    to: Math.min(1, mean + ALL * deviation),
    most: [mean - MOST * deviation, mean + MOST * deviation].filter((bend) => bend > 0 && bend < 1),
  }));
  // Where a narrow one begins and ends beside a wide one, the product bends: no piece reaches across.
  const bends = ends.flatMap(({ from, to, most }) => [from, ...most, to]).sort((a, b) => a - b);
  const raw = rates.map((rate, i) => {
    const { from = 0, to = 1 } = ends[i] ?? {};
    const within = bends.filter((bend) => bend >= from && bend <= to);
    let sum = 0;
    for (const [n, left] of within.entries()) {
      const step = ((within[n + 1] ?? left) - left) / PIECES;
      for (let piece = 0; step > 0 && piece < PIECES; piece++) {
        for (const [point, weight] of POINTS) {
          const x = left + (piece + point) * step;
          const isAbove = rates.reduce((share, other) => (other === rate ? share : share * other.upTo(x)), 1);
          sum += rate.density(x) * isAbove * step * weight;
        }
      }
    }
    return sum;
  });
  const total = raw.reduce((sum, share) => sum + share, 0);
  return raw.map((share) => share / total);
}

/**
 * Chooses among the ways that the whole pipeline allows. The first of them is the control: it is chosen for its share
 * besides.
 * @param luck in [0, 1)
 */
export function drawBest(arms: readonly Arm[], luck: number, controlShare = CONTROL_SHARE): Draw {
  const propensities = bestOf(arms).map((share, i) => (1 - controlShare) * share + (i === 0 ? controlShare : 0));
  let left = luck;
  for (const [i, share] of propensities.entries()) {
    if (left < share) return { chosen: i, propensities };
    left -= share;
  }
  return { chosen: propensities.length - 1, propensities };
}
