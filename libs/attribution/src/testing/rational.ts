/** A fraction of whole numbers of any size: what the models are held against knows no rounding. */
export class Rational {
  private constructor(
    readonly top: bigint,
    readonly bottom: bigint,
  ) {}

  static readonly ZERO = new Rational(0n, 1n);
  static readonly ONE = new Rational(1n, 1n);

  static of(top: number | bigint, bottom: number | bigint = 1): Rational {
    return Rational.reduced(BigInt(top), BigInt(bottom));
  }

  /** The double itself, which is a fraction too. */
  static exactly(double: number): Rational {
    let bottom = 1n;
    let top = double;
    while (!Number.isInteger(top)) {
      top *= 2;
      bottom *= 2n;
    }
    return Rational.reduced(BigInt(top), bottom);
  }

  static sum(parts: readonly Rational[]): Rational {
    return parts.reduce((sum, part) => sum.plus(part), Rational.ZERO);
  }

  plus({ top, bottom }: Rational): Rational {
    return Rational.reduced(this.top * bottom + top * this.bottom, this.bottom * bottom);
  }

  minus({ top, bottom }: Rational): Rational {
    return Rational.reduced(this.top * bottom - top * this.bottom, this.bottom * bottom);
  }

  times({ top, bottom }: Rational): Rational {
    return Rational.reduced(this.top * top, this.bottom * bottom);
  }

  over({ top, bottom }: Rational): Rational {
    return Rational.reduced(this.top * bottom, this.bottom * top);
  }

  get isZero(): boolean {
    return this.top === 0n;
  }

  get isNegative(): boolean {
    return this.top < 0n;
  }

  toNumber(): number {
    const whole = this.top / this.bottom;
    const scale = 10n ** 30n;
    return Number(whole) + Number(((this.top % this.bottom) * scale) / this.bottom) / 1e30;
  }

  private static reduced(top: bigint, bottom: bigint): Rational {
    let a = top < 0n ? -top : top;
    let b = bottom < 0n ? -bottom : bottom;
    while (b > 0n) [a, b] = [b, a % b];
    const sign = bottom < 0n ? -1n : 1n;
    const by = a === 0n ? 1n : a;
    return new Rational((sign * top) / by, (sign * bottom) / by);
  }
}
