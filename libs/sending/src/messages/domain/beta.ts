/** ln Γ(x) for x > 0: Lanczos' approximation (g = 7, n = 9), good to some 15 digits. */
export function logGamma(x: number): number {
  const y = x - 1;
  const sum = LANCZOS.reduce((total, c, i) => total + (i === 0 ? c : c / (y + i)), 0);
  const t = y + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The distribution Beta(a, b) of a rate. */
export class Beta {
  readonly mean: number;
  readonly deviation: number;
  private readonly logFactor: number;

  constructor(
    private readonly a: number,
    private readonly b: number,
  ) {
    this.mean = a / (a + b);
    this.deviation = Math.sqrt((this.mean * (1 - this.mean)) / (a + b + 1));
    this.logFactor = logGamma(a + b) - logGamma(a) - logGamma(b);
  }

  /** The density at x in (0, 1). */
  density(x: number): number {
    return Math.exp(this.logFactor + (this.a - 1) * Math.log(x) + (this.b - 1) * Math.log1p(-x));
  }

  /** The probability of at most x: the regularized incomplete beta function. */
  upTo(x: number): number {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const { a, b } = this;
    const front = Math.exp(this.logFactor + a * Math.log(x) + b * Math.log1p(-x));
    // The continued fraction converges fast on the side of the mean; the other side is what is left.
    return x < (a + 1) / (a + b + 2)
      ? (front * continuedFraction(x, a, b)) / a
      : 1 - (front * continuedFraction(1 - x, b, a)) / b;
  }
}

const TINY = 1e-300;
const MOST_STEPS = 500;

/** Lentz's method for the continued fraction of the incomplete beta function. */
function continuedFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MOST_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-14) break;
  }
  return fraction;
}
