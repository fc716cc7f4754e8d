import { Beta } from './beta.js';

export const GOALS = ['delivered', 'opened', 'clicked', 'replied'] as const;
export type Goal = (typeof GOALS)[number];

/** What is known of one thing that may be chosen for people of a segment: how often it was tried, and how often the goal was met. */
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
/** Whether a draw falls into the share of the control, which comes first in the order of what is drawn between. */
export function isControl(luck: number): boolean {
  return luck < CONTROL_SHARE;
}

/** Pieces of each stretch between bends, each looked at in three points (Gauss and Legendre), which is exact to the fifth power. Many arms have many bends, so that fewer do. */
const [PIECES, PIECES_OF_MANY, FEW] = [60, 12, 4];
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
export function bestOf(arms: readonly Arm[], pieces = arms.length > FEW ? PIECES_OF_MANY : PIECES): number[] {
  if (arms.length === 1) return [1];
  const rates = arms.map(({ tried, met }) => new Beta(1 + met, 1 + tried - met));
  // Where a narrow density begins and ends beside a wide one, the product bends: no piece reaches across.
  const bends = rates
    .flatMap(({ mean, deviation }) => [
      Math.max(0, mean - ALL * deviation),
      Math.min(1, mean + ALL * deviation),
      ...[mean - MOST * deviation, mean + MOST * deviation].filter((bend) => bend > 0 && bend < 1),
    ])
    .sort((a, b) => a - b);
  const raw = arms.map(() => 0);
  for (const [n, left] of bends.entries()) {
    const step = ((bends[n + 1] ?? left) - left) / pieces;
    for (let piece = 0; step > 0 && piece < pieces; piece++) {
      for (const [point, weight] of POINTS) {
        const x = left + (piece + point) * step;
        const densities = chancesToLead(rates, x);
        for (const [i, density] of densities.entries()) raw[i] = (raw[i] ?? 0) + density * step * weight;
      }
    }
  }
  const total = raw.reduce((sum, share) => sum + share, 0);
  return raw.map((share) => share / total);
}

/** Of each rate: the density at x, times the probability that all others are below. */
function chancesToLead(rates: readonly Beta[], x: number): number[] {
  const below = rates.map((rate) => rate.upTo(x));
  // Products of those before and behind each, so that none is divided by.
  const leads = rates.map((rate) => rate.density(x));
  let before = 1;
  for (const [i, share] of below.entries()) {
    leads[i] = (leads[i] ?? 0) * before;
    before *= share;
  }
  let behind = 1;
  for (let i = leads.length - 1; i >= 0; i--) {
    leads[i] = (leads[i] ?? 0) * behind;
    behind *= below[i] ?? 1;
  }
  return leads;
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
