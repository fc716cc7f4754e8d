/** The numbering of the place where somebody writes from. */
export interface HomeNumbering {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Without a plus; null where nobody knows. */
  readonly callingCode: string | null;
}

/**
 * Countries in which a number is written with a 0 before it that is no part of it (ITU-T E.164, national dialling plans).
 * In Italy, San Marino and the Vatican the 0 is part of the number.
 */
const TRUNK_ZERO: ReadonlySet<string> = new Set(
  'AE AL AM AR AT AU BA BD BE BG BR CH CN DE EC EG FI FR GB GE GG HR ID IE IL IM IN IR JE JO JP KE KG KH KR LB LK MA MD ME MK MM MY NG NL NZ PE PH PK RO RS SA SE SI SK SY TH TR TW UA UG UY VE VN ZA ZM ZW XK'.split(
    ' ',
  ),
);
const E164 = /^\+[1-9]\d{6,14}$/;
/** From here on, digits are a number with its country; below, one of the country itself. */
const LONG = 11;

/**
 * The E.164 number that is meant by what a provider or an adapter names somebody by; null where that cannot be told, as of
 * a short code or a name.
 *
 * - `tel:`, spaces, dots, hyphens and brackets say nothing (RFC 3966), and `00`, or `011` in North America, is a plus.
 * - With a trunk 0 it is a number of the brand's own country.
 * - Digits alone begin with a country where they are long enough and some country's numbers begin so, or where the
 *   brand's own do; else they are a number of the brand's country, where numbers are written without a trunk 0.
 *
 * @param countriesOf the countries whose numbers begin with these digits, a plus before them
 */
export function numberMeant(
  written: string,
  { country, callingCode }: HomeNumbering,
  countriesOf: (number: string) => readonly string[],
): string | null {
  const bare = written
    .trim()
    .replace(/^tel:/i, '')
    .replace(/;.*$/, '')
    .replace(/^(\s*(?:\+|00)[\d\s]*)\(0\)/, '$1')
    .replace(/[\s\u00a0\u2010-\u2015()./-]+/g, '');
  if (!/^\+?\d{3,20}$/.test(bare)) return null;
  const number = (digits: string): string | null => (E164.test(`+${digits}`) ? `+${digits}` : null);
  if (bare.startsWith('+')) return number(bare.slice(1));
  if (bare.startsWith('00')) return number(bare.slice(2));
  if (callingCode === '1' && bare.startsWith('011')) return number(bare.slice(3));
  if (bare.startsWith('0'))
    return callingCode !== null && TRUNK_ZERO.has(country) ? number(`${callingCode}${bare.slice(1)}`) : null;

  const countries = countriesOf(`+${bare}`);
  const isHome = callingCode !== null && bare.startsWith(callingCode) && countries.includes(country);
  if (bare.length >= LONG || (isHome && bare.length > 9)) return countries.length > 0 ? number(bare) : null;
  const isNational = callingCode !== null && !TRUNK_ZERO.has(country) && bare.length > 7;
  return isNational ? number(`${callingCode}${bare}`) : null;
}
