import { TERRITORIES } from '#lib/kernel';
import { countryOf } from './elsewhere.js';
import type { Facts } from './facts.js';
import { type KnownPlace, writtenPlaces } from './known-places.js';
import type { Audience } from './policy.js';

/** `unknown`: something that is not known of the contact would decide it. */
export type Fit = 'yes' | 'no' | 'unknown';

/** Where a contact may be; asked only by rules that name places. */
export type WhereOf = (contact: Facts['contact']) => readonly KnownPlace[];

/**
 * Whether the contact is one of those. All that is named must fit, of each list any one. Letters of codes count in
 * either case: `us-tx` typed into a profile is Texas.
 *
 * @param whereOf without tables, codes are believed as they are written
 */
export function audienceFit(audience: Audience, contact: Facts['contact'], whereOf: WhereOf = writtenPlaces): Fit {
  const { countries, regions, phonePrefixes, segments } = audience;
  let fit: Fit = 'yes';
  for (const part of [
    countries === undefined ? 'yes' : together(whereOf(contact).map((place) => countryFit(countries, place))),
    regions === undefined ? 'yes' : together(whereOf(contact).map((place) => regionFit(regions, place))),
    phonePrefixes === undefined ? 'yes' : prefixFit(phonePrefixes, contact.phonePrefix ?? null),
    segments === undefined ? 'yes' : segmentFit(segments, contact.segments),
  ] as const) {
    if (part === 'no') return 'no';
    if (part === 'unknown') fit = 'unknown';
  }
  return fit;
}

/**
 * Whether a rule for `when` but not for `unless` binds the contact. In doubt it does: what is not known fits the first
 * and does not fit the second.
 */
export function bindsAudience(
  rule: { readonly when?: Audience; readonly unless?: Audience },
  contact: Facts['contact'],
  whereOf?: WhereOf,
): boolean {
  if (rule.when !== undefined && audienceFit(rule.when, contact, whereOf) === 'no') return false;
  return rule.unless === undefined || audienceFit(rule.unless, contact, whereOf) !== 'yes';
}

/** Of several places it may be any; where none is known nobody can say. */
function together(fits: readonly Fit[]): Fit {
  const [first = 'unknown', ...others] = fits;
  return others.every((fit) => fit === first) ? first : 'unknown';
}

/** A territory is both, the country and its own. */
function countryFit(named: readonly string[], { countries }: KnownPlace): Fit {
  return named.some((code) => countries.includes(code.toUpperCase())) ? 'yes' : 'no';
}

function regionFit(named: readonly string[], { countries, regions }: KnownPlace): Fit {
  const codes = named.map((code) => code.toUpperCase());
  if (regions !== null && regions.every((region) => codes.includes(region))) return 'yes';
  const [country, territory] = countries;
  const mayBe = (code: string): boolean => {
    const of = TERRITORIES.get(code);
    // Several codes may be of one territory, and a territory may have several parts.
    if (regions !== null) return regions.includes(code) || (territory !== undefined && of === territory);
    return countryOf(code) === country || (of !== undefined && countries.includes(of));
  };
  return codes.some(mayBe) ? 'unknown' : 'no';
}

/** Of a number only the beginning is known: where that ends within the prefix, it may go on as the prefix does. */
function prefixFit(prefixes: readonly string[], own: string | null): Fit {
  if (!own) return 'unknown';
  if (prefixes.some((prefix) => own.startsWith(prefix))) return 'yes';
  return prefixes.some((prefix) => prefix.startsWith(own)) ? 'unknown' : 'no';
}

function segmentFit(segments: readonly string[], own: readonly string[] | undefined): Fit {
  if (own === undefined) return 'unknown';
  return segments.some((segment) => own.includes(segment)) ? 'yes' : 'no';
}
