import { betaDensity, betaUpTo } from './beta.js';

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
/** Points at which a density is looked at; half of them would move no probability by 1e-6. */
const POINTS = 600;
/** Standard deviations to either side of the mean, beyond which there is nothing. */
const WIDTH = 9;

/**
 * The probability of each to be the best one, by what is known: what Thompson sampling would choose it with. Each rate
 * has a Beta distribution, from a uniform one before anything was tried. Computed by quadrature in place of drawing, so
 * that the same counts give the same probabilities, which can be written down.
 */
export function bestOf(arms: readonly Arm[]): number[] {
  if (arms.length === 1) return [1];
  const rates = arms.map(({ tried, met }) => ({ a: 1 + met, b: 1 + tried - met }));
  const raw = rates.map((one, i) => {
    const { a, b } = one;
    const mean = a / (a + b);
    const deviation = Math.sqrt((mean * (1 - mean)) / (a + b + 1));
    const from = Math.max(0, mean - WIDTH * deviation);
    const to = Math.min(1, mean + WIDTH * deviation);
    const step = (to - from) / POINTS;
    let sum = 0;
    for (let n = 0; n < POINTS; n++) {
      const x = from + (n + 0.5) * step;
      const aboveOthers = rates.reduce(
        (share, other, j) => (j === i ? share : share * betaUpTo(x, other.a, other.b)),
        1,
      );
      sum += betaDensity(x, a, b) * aboveOthers * step;
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
