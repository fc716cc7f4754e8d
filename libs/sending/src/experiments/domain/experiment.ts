/** What is compared: the same message in several variants, and perhaps with nothing. */
export interface Experiment {
  readonly key: string;
  /** Of all who take part, this share is left alone, for comparison. */
  readonly holdout: number;
  readonly arms: readonly ExperimentArm[];
}

export interface ExperimentArm {
  readonly variant: string;
  /** In proportion to the others. */
  readonly weight: number;
  readonly template: string;
  readonly templateVersion?: number;
}

/** What chance gave a contact in an experiment, both in [0, 1) and neither saying anything about the other. */
export interface ContactLuck {
  readonly holdout: number;
  readonly arm: number;
}

/**
 * The variant that a contact is in, or `holdout`. Who is left alone is drawn by itself: where another share is left alone
 * from today on, nobody changes from one variant to another.
 */
export function assign({ holdout, arms }: Omit<Experiment, 'key'>, luck: ContactLuck): ExperimentArm | 'holdout' {
  if (luck.holdout < holdout) return 'holdout';
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  let left = luck.arm * total;
  for (const arm of arms) {
    if (left < arm.weight) return arm;
    left -= arm.weight;
  }
  const last = arms.at(-1);
  if (last === undefined) throw new Error('an experiment has arms');
  return last;
}

/** A variant as it stands: to how many contacts it was sent, and how many of them met the goal. */
export interface ArmResult {
  /** By whose key contacts were divided; null: by their caller, who named the variants. */
  readonly experiment: string | null;
  readonly variant: string;
  readonly sent: number;
  readonly met: number;
}

/** What may be said of an experiment. */
export type Verdict =
  /** Variants that were not drawn together are not compared, however they are called. */
  | { readonly kind: 'several_experiments' }
  | { readonly kind: 'too_few'; readonly needed: number }
  | { readonly kind: 'no_difference'; readonly needed: number }
  | { readonly kind: 'winner'; readonly variant: string; readonly needed: number; readonly pValue: number };

/** Of 100 experiments without a difference this many may name a winner; of 100 with one, this many may miss it. */
const ALPHA = 0.05;
const BETA = 0.2;
/** The difference that is worth finding: this much of the rate of the worse one. */
const WORTH_FINDING = 0.2;

/**
 * The rule for a winner. How many each variant needs follows from the rate of all together and the difference that is
 * worth finding (two proportions, 5 % two-sided, 80 % power), with the error shared among the comparisons of the best
 * with the others (Bonferroni). Until each has as many, nothing is said. From then on it may be asked as often as
 * somebody likes: the p-value is one that holds at every look together, not at each of them, as long as nothing that was
 * looked at before is left out.
 */
export function verdictOf(arms: readonly ArmResult[]): Verdict {
  if (new Set(arms.map(({ experiment }) => experiment)).size > 1) return { kind: 'several_experiments' };
  const sent = arms.reduce((sum, arm) => sum + arm.sent, 0);
  const met = arms.reduce((sum, arm) => sum + arm.met, 0);
  const comparisons = Math.max(1, arms.length - 1);
  const needed = neededPerArm(sent === 0 ? 0 : met / sent, ALPHA / comparisons);
  if (arms.length < 2 || arms.some((arm) => arm.sent < needed)) return { kind: 'too_few', needed };
  const [best, ...others] = [...arms].sort((a, b) => b.met / b.sent - a.met / a.sent);
  if (best === undefined) return { kind: 'too_few', needed };
  const pValue = Math.min(1, comparisons * Math.max(...others.map((other) => alwaysValid(best, other))));
  return pValue < ALPHA ? { kind: 'winner', variant: best.variant, needed, pValue } : { kind: 'no_difference', needed };
}

/** Contacts that each of two variants needs at that rate; without a rate more than anybody has. */
export function neededPerArm(rate: number, alpha: number): number {
  const better = Math.min(1, rate * (1 + WORTH_FINDING));
  if (rate <= 0 || better <= rate) return Number.MAX_SAFE_INTEGER;
  const both = (rate + better) / 2;
  const z = quantile(1 - alpha / 2) * Math.sqrt(2 * both * (1 - both));
  const power = quantile(1 - BETA) * Math.sqrt(rate * (1 - rate) + better * (1 - better));
  return Math.ceil(((z + power) / (better - rate)) ** 2);
}

/**
 * A p-value that stays one however often it is looked at: the chance that it is ever as low without a difference. It is
 * the inverse of the mixture likelihood ratio of two proportions, over differences spread normally with the one that is
 * worth finding as their deviation.
 *
 * Source: Johari, Pekelis and Walsh, Always Valid Inference, arXiv 1512.04922, section 4.
 */
function alwaysValid(a: ArmResult, b: ArmResult): number {
  const both = (a.met + b.met) / (a.sent + b.sent);
  const variance = both * (1 - both) * (1 / a.sent + 1 / b.sent);
  if (variance === 0) return 1;
  const spread = (WORTH_FINDING * both) ** 2;
  const difference = a.met / a.sent - b.met / b.sent;
  const exponent = (spread * difference ** 2) / (2 * variance * (variance + spread));
  return Math.min(1, Math.sqrt((variance + spread) / variance) * Math.exp(-exponent));
}

/** The standard normal distribution up to z, by Abramowitz and Stegun 26.2.17, good to 7.5e-8. */
export function normal(z: number): number {
  if (z < 0) return 1 - normal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}

/** Where the standard normal distribution reaches p, by bisection. */
export function quantile(p: number): number {
  let [from, to] = [-10, 10];
  for (let step = 0; step < 80; step++) {
    const middle = (from + to) / 2;
    if (normal(middle) < p) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
