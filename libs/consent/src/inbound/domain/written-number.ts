import { type CountryCode, getCountries, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** One number that somebody may have meant, and where it is read so. */
export interface NumberReading {
  /** E.164. */
  readonly number: string;
  /** Where what was written is dialled so (ISO 3166-1 alpha-2); every country for what begins with a plus. */
  readonly dialledIn: 'everywhere' | readonly string[];
  /** Whether the plan of its country has such numbers, and not only numbers that long. */
  readonly isAssigned: boolean;
}

/** Which number it is; `several`: more than one could be, and nobody may be taken for another. */
export type NumberMeant =
  | { readonly kind: 'one'; readonly number: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'several' };

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Every number that can be meant by what a provider or an adapter names somebody by; none for a short code or a name.
 *
 * `tel:`, spaces, dots, hyphens and brackets say nothing (RFC 3966). A plus says the country, and so does
 * 00 (ITU-T E.164, 7.3.2) before a number that is one. Anything else is read in
 * every country by its own plan (libphonenumber): its prefix for abroad, its trunk prefix, its codes of carriers. Digits
 * alone are a number with its country, or one of a country where people dial no trunk prefix.
 *
 * @param country whose plan it is written by, where that was said
 */
export function numberReadings(written: string, country: string | null = null): readonly NumberReading[] {
  const bare = written
    .normalize('NFKC')
    .trim()
    .replace(/^tel:/i, '')
    .replace(/;.*$/, '')
    .replace(/^(\s*(?:\+|00)[\d\s]*)\(0\)/, '$1')
    .replace(/[\s\u00a0\u2010-\u2015()./-]+/g, '');
  if (bare.startsWith('+')) return wholeNumber(bare, 'everywhere');
  if (!/^\d{7,20}$/.test(bare)) return []; // fewer are a short code

  const abroad = country === null && bare.startsWith('00') ? wholeNumber(`+${bare.slice(2)}`, 'everywhere') : [];
  if (abroad.some(({ isAssigned }) => isAssigned)) return abroad;

  const readings = new Map<string, NumberReading & { readonly dialledIn: string[] }>();
  for (const place of country === null ? getCountries() : [country].filter((one) => isSupportedCountry(one))) {
    const reading = dialled(bare, place);
    if (reading === null) continue;
    const before = readings.get(reading.number);
    if (before === undefined) readings.set(reading.number, { ...reading, dialledIn: [place] });
    else before.dialledIn.push(place);
  }
  const international = bare.startsWith('0') ? [] : wholeNumber(`+${bare}`, []).filter(({ isAssigned }) => isAssigned);
  return [...international.filter(({ number }) => !readings.has(number)), ...readings.values()];
}

/**
 * Of several numbers, the one that a contact point has. Where none has, or more than one: the one that is dialled so in
 * the country of the number that the text came to; else what is plain because only one number can be meant.
 *
 * @param known the numbers among the readings that contact points have, in any of their forms
 * @param home ISO 3166-1 alpha-2; null where the text came to a short code or a name
 */
export function numberMeant(
  readings: readonly NumberReading[],
  known: ReadonlySet<string>,
  home: string | null,
): NumberMeant {
  const onFile = readings.filter(({ number }) => known.has(number));
  const assigned = readings.filter(({ isAssigned }) => isAssigned);
  const possible = onFile.length > 0 ? onFile : assigned.length > 0 ? assigned : readings;
  if (possible.length === 0) return { kind: 'none' };
  const [only, ...others] = possible;
  if (only !== undefined && others.length === 0) return { kind: 'one', number: only.number };
  const [there, ...more] = possible.filter(({ dialledIn }) => home !== null && dialledIn.includes(home));
  return there === undefined || more.length > 0 ? { kind: 'several' } : { kind: 'one', number: there.number };
}

/** ISO 3166-1 alpha-2 of an E.164 number; null where it is of no country. */
export function countryOfNumber(number: string): string | null {
  return E164.test(number) ? (parsePhoneNumberFromString(number)?.country ?? null) : null;
}

/** Whether numbers can be read by the plan of a country: ISO 3166-1 alpha-2 in capital letters. */
export function isNumberedCountry(country: string): boolean {
  return isSupportedCountry(country);
}

/** A number with its country. A form of former times is one as well, which the plan of today does not have. */
function wholeNumber(plus: string, dialledIn: NumberReading['dialledIn']): NumberReading[] {
  const parsed = E164.test(plus) ? parsePhoneNumberFromString(plus) : undefined;
  if (parsed === undefined) return [];
  const number = parsed.isPossible() ? parsed.number : plus;
  return [{ number, dialledIn, isAssigned: parsed.isValid() }];
}

/** What is reached by dialling these digits in a country; null where that is no way to dial there. */
function dialled(digits: string, country: CountryCode): Omit<NumberReading, 'dialledIn'> | null {
  const parsed = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
  if (parsed === undefined || !parsed.isPossible() || !E164.test(parsed.number)) return null;
  const hasPrefix = parsed.nationalNumber !== digits;
  // Without any, it is only dialled where numbers are written without one.
  const isWhole = parsed.formatNational().replace(/\D/g, '') === digits;
  return hasPrefix || isWhole ? { number: parsed.number, isAssigned: parsed.isValid() } : null;
}
