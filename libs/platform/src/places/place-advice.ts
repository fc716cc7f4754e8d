import type { PlaceSource } from '#lib/kernel';

/** What people write for a country that ISO 3166-1 calls otherwise; those it reserves or has taken back included. */
const MEANT: Readonly<Record<string, string>> = {
  ...{ AC: 'SH', AN: 'CW, SX or BQ', BU: 'MM', CP: 'FR', CS: 'RS or ME', DD: 'DE', DG: 'IO', EA: 'ES', EL: 'GR' },
  ...{ EN: 'GB', FX: 'FR', IC: 'ES', NT: 'SA or IQ', SF: 'FI', SU: 'the code of today', TA: 'SH', TP: 'TL', UK: 'GB' },
  ...{ YU: 'RS or another code of today', ZR: 'CD' },
};
const UNIONS = /^(EU|EZ|UN)$/;
const LEAVE_OUT = 'leave it out where it is not known';

/** What to write instead of a country that is none, as the rest of a sentence; null when there is nothing against it. */
export function adviceOnCountry(places: PlaceSource, code: string): string | null {
  if (places.zonesOfCountry(code) !== null) return null;
  const none = 'is no country of ISO 3166-1';
  if (Object.hasOwn(MEANT, code)) return `${none}; write ${MEANT[code]}`;
  if (UNIONS.test(code)) return `${none}; write the country itself, such as DE, or ${LEAVE_OUT}`;
  return `${none}; write a code such as DE, or ${LEAVE_OUT}`;
}

/** The same for a region. */
export function adviceOnRegion(places: PlaceSource, code: string): string | null {
  const country = code.slice(0, 2);
  const ofCountry = adviceOnCountry(places, country);
  if (ofCountry !== null) return `begins with what ${ofCountry}`;
  const regions = places.regionsOfCountry?.(country) ?? null;
  if (regions === null || regions.includes(code)) return null;
  if (/^US-A[AEP]$/.test(code)) return 'is no region but an address of the armed forces; write the ZIP code alone';
  const [example] = regions;
  if (example === undefined) return `is no region: ISO 3166-2 does not divide ${country}; write the country alone`;
  return `is no region of ${country} in ISO 3166-2; write one such as ${example}, or ${LEAVE_OUT}`;
}
