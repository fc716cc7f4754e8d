import { TERRITORIES } from '#lib/kernel';
import { contradictsItself, countryOf } from './contact-zones.js';
import type { Facts } from './facts.js';
import type { Audience } from './policy.js';

/** `unknown`: something that is not known of the contact would decide it. */
export type Fit = 'yes' | 'no' | 'unknown';

/**
 * Whether the contact is one of those. All that is named must fit, of each list any one. Letters of codes count in
 * either case: `us-tx` typed into a profile is Texas.
 */
export function audienceFit(audience: Audience, contact: Facts['contact']): Fit {
  const { countries, regions, phonePrefixes, segments } = audience;
  let fit: Fit = 'yes';
  for (const part of [
    countries === undefined ? 'yes' : countryFit(countries, contact),
    regions === undefined ? 'yes' : regionFit(regions, contact),
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
): boolean {
  if (rule.when !== undefined && audienceFit(rule.when, contact) === 'no') return false;
  return rule.unless === undefined || audienceFit(rule.unless, contact) !== 'yes';
}

/** Where country and region contradict each other it may be either; a territory is both, the country and its own. */
function countryFit(countries: readonly string[], contact: Facts['contact']): Fit {
  const { country, region } = contact;
  const own = country ? country.toUpperCase() : region ? countryOf(region) : null;
  if (own === null) return 'unknown';
  const territory = region ? TERRITORIES.get(region.toUpperCase()) : undefined;
  if (region && territory !== undefined && !contradictsItself(contact)) {
    return names(countries, territory) || names(countries, countryOf(region)) ? 'yes' : 'no';
  }
  const fits = names(countries, own);
  if (region && contradictsItself(contact) && names(countries, countryOf(region)) !== fits) return 'unknown';
  return fits ? 'yes' : 'no';
}

function regionFit(regions: readonly string[], contact: Facts['contact']): Fit {
  const { country, region } = contact;
  const isKnown = region ? names(regions, region.toUpperCase()) : false;
  if (region && !contradictsItself(contact)) {
    const territory = TERRITORIES.get(region.toUpperCase());
    const mayBeThere = territory !== undefined && regions.some((named) => TERRITORIES.get(named.toUpperCase()) === territory); // prettier-ignore
    return isKnown ? 'yes' : mayBeThere ? 'unknown' : 'no';
  }
  if (isKnown || !country) return 'unknown';
  const stated = country.toUpperCase();
  const mayBe = (named: string): boolean =>
    countryOf(named) === stated || TERRITORIES.get(named.toUpperCase()) === stated;
  return regions.some(mayBe) ? 'unknown' : 'no';
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

function names(codes: readonly string[], code: string): boolean {
  return codes.some((named) => named.toUpperCase() === code);
}
