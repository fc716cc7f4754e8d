/** Currencies whose minor unit is not a hundredth (ISO 4217, list one). */
const DIGITS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((c) => [c, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((c) => [c, 3])),
  ...Object.fromEntries('CLF UYW'.split(' ').map((c) => [c, 4])),
};

/** The same the other way round. */
export const CURRENCIES_BY_DIGITS: ReadonlyMap<number, readonly string[]> = new Map(
  [0, 3, 4].map((digits) => [digits, Object.keys(DIGITS).filter((currency) => DIGITS[currency] === digits)]),
);

/** How many digits of a currency stand behind the point. */
export function minorDigits(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/** Whole minor units as a decimal: 123456 of EUR is 1234.56, of JPY 123456. */
export function toDecimal(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const sign = minor < 0 ? '-' : '';
  const whole = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + whole : `${sign}${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
}
