import type { PlaceSource, ZoneSource } from '#lib/kernel';
import type { Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import { contradictsItself, countryOf, zonesAround, zonesOfPostalCode } from './elsewhere.js';
import type { Facts } from './facts.js';
import { keep, keyOfTexts, Memory } from './memory.js';
import type { ReferenceData } from './reference-data.js';
import { RULES } from './rules-version.js';
import { territoriesByPhone } from './territories.js';

/** What told where a contact's clock is, from the surest to the last resort. */
export const ZONE_ORIGINS = [
  'choice',
  'device',
  'profile',
  'phone',
  'postal_code',
  'region',
  'country',
  'brand',
] as const;
export type ZoneOrigin = (typeof ZONE_ORIGINS)[number];

export interface WallClock {
  /** IANA name, as the source or the place tables give it. */
  readonly name: string;
  readonly rules: Zone;
}

/** Every clock the contact may live by. A message must be legal on all of them: nobody is woken by a guess. */
export interface ContactZones extends WallClock {
  readonly from: ZoneOrigin;
  /** All of them, the first included. The same clocks are the same object. */
  readonly all: readonly WallClock[];
  /** The rules of each. */
  readonly allRules: readonly Zone[];
  /** Their names, for reports. */
  readonly list: string;
  /** The sources that named a zone nobody knows, with what they named, surest first: `device Mars/Olympus`. */
  readonly skipped: readonly string[];
  /** Whether the place tables were asked, so that their version belongs into the decision. */
  readonly fromPlaces: boolean;
}

type Contact = Facts['contact'];

const NAMED = [
  ['choice', 'chosenZone'],
  ['device', 'deviceZone'],
  ['profile', 'zone'],
] as const;

/** What systems fill in that know no zone, and browsers that tell none. Nobody lives by it, unless they say so. */
const UTC: ReadonlySet<string> = new Set('utc etc/utc etc/uct uct zulu etc/zulu universal etc/universal'.split(' '));

/** Per contact, in this order; each says nothing (null) where it does not know the place. */
const PLACED = [
  ['phone', zonesOfPhone],
  ['postal_code', zonesOfPostalCode],
  ['region', ({ places }, contact) => zonesOfRegion(places, contact)],
  ['country', ({ places }, contact) => zonesOfCountries(places, contact)],
] as const satisfies readonly (readonly [
  ZoneOrigin,
  (reference: ReferenceData, contact: Contact) => readonly string[] | null,
])[];

/**
 * The first source that names a usable zone decides: the contact's own choice, the device, the profile, a geographic
 * phone number, the postal code, the region, the country, and at last the brand. Where it names several, all of them
 * remain. A name that is not in the database is passed over and reported: the next source is nearer to the truth than
 * UTC by accident. That is why UTC itself is passed over likewise where a device or a system names it and another
 * source knows more.
 *
 * The same contact gives the same object as long as it is remembered, so it costs a look-up.
 *
 * @throws CannotDecide when no source is usable, the brand's included: there is no clock to judge by, and nothing may
 *   leave.
 */
export function contactZones({ contact, brand }: Facts, reference: ReferenceData): ContactZones {
  const memory = memories.get(reference) ?? keep(memories, reference, new Memory(MOST_REMEMBERED));
  const key = keyOf(contact, brand.zone);
  return memory.get(key) ?? memory.keep(key, resolve(contact, brand.zone, reference));
}

/** The countries the contact may be in, from the surest source that knows any: profile, region, phone. */
export function contactCountries(places: PlaceSource, { country, region, phonePrefix }: Contact): readonly string[] {
  if (country) return [country.toUpperCase()];
  if (region) return [countryOf(region)];
  const phone = phonePrefix ? places.ofPhone(phonePrefix) : null;
  return phone === null ? [] : (phone.countries ?? [phone.country]);
}

function resolve(contact: Contact, brandZone: string, reference: ReferenceData): ContactZones {
  const { zones, rules = RULES } = reference;
  const skipped: string[] = [];
  const unknown: string[] = [];
  let filledIn: { readonly from: ZoneOrigin; readonly all: Clocks } | null = null;
  for (const [from, field] of NAMED) {
    const name = contact[field];
    if (!name) continue;
    const all = usable(zones, [name]);
    const isFilledIn = from !== 'choice' && rules >= 5 && UTC.has(name.toLowerCase());
    if (all !== null && !isFilledIn) return zonesFrom(from, all, skipped, false);
    skipped.push(`${from} ${shortened(name)}`);
    if (all === null) unknown.push(`${from} ${shortened(name)}`);
    else filledIn ??= { from, all };
  }
  const found = placed(contact, reference);
  if (found !== null) return zonesFrom(found.from, found.all, skipped, true);
  if (filledIn !== null) return zonesFrom(filledIn.from, filledIn.all, unknown, hasPlace(contact));
  const all = usable(zones, [brandZone]);
  if (all !== null) return zonesFrom('brand', all, skipped, hasPlace(contact));
  throw new CannotDecide('unknown_brand_zone', `"${brandZone}" is not a zone of the IANA database ${zones.version}`);
}

/** The clocks of the first source of a place that knows one. */
function placed(
  contact: Contact,
  reference: ReferenceData,
): { readonly from: ZoneOrigin; readonly all: Clocks } | null {
  for (const [from, find] of PLACED) {
    const all = usable(reference.zones, find(reference, contact) ?? []);
    if (all !== null) return { from, all };
  }
  return null;
}

function zonesFrom(from: ZoneOrigin, all: Clocks, skipped: readonly string[], fromPlaces: boolean): ContactZones {
  const list = all.map(({ name }) => name).join(' ');
  return { ...all[0], from, all, allRules: all.map(({ rules }) => rules), list, skipped, fromPlaces };
}

type Clocks = readonly [WallClock, ...WallClock[]];

/** Countries and regions that contradict each other make more sets of clocks than there are places. */
const MOST_LISTS = 2048;
/** Sets of clocks that were found, by their names: what is remembered about a set is found by its object. */
const knownClocks = new WeakMap<ZoneSource, Memory<string, Clocks>>();

function usable(zones: ZoneSource, names: readonly string[]): Clocks | null {
  const [first, ...others] = names.flatMap((name): WallClock[] => {
    const rules = zones.zone(name);
    return rules === null ? [] : [{ name: rules.name, rules }];
  });
  if (first === undefined) return null;
  const known = knownClocks.get(zones) ?? keep(knownClocks, zones, new Memory(MOST_LISTS));
  const list = [first, ...others].map(({ name }) => name).join(' ');
  return known.get(list) ?? known.keep(list, [first, ...others]);
}

/**
 * What a geographic number says of the clock, within what postal code and region say; where it cannot be there one of the
 * two is wrong, and nobody knows which: people keep numbers when they move, and profiles grow old. So the clocks of both
 * remain. Within a country alone a number is nearer; one of another country leaves both. Before rules 3 the number alone
 * counted, before rules 5 beside a country alone.
 */
function zonesOfPhone(reference: ReferenceData, contact: Contact): readonly string[] | null {
  const { places, rules = RULES } = reference;
  const ofPhone = contact.phonePrefix ? (places.ofPhone(contact.phonePrefix)?.zones ?? null) : null;
  if (ofPhone === null || rules < 3) return ofPhone;
  const ofProfile =
    zonesOfPostalCode(reference, contact) ??
    zonesOfRegion(places, contact) ??
    zonesAround(places, contact.region) ??
    (rules < 5 || !contact.country ? null : zonesOfCountries(places, contact));
  if (ofProfile === null) return ofPhone;
  const inBoth = ofPhone.filter((zone) => ofProfile.includes(zone));
  return inBoth.length > 0 ? inBoth : [...ofPhone, ...ofProfile];
}

/** Both, where region and country contradict each other. */
function zonesOfRegion(places: PlaceSource, contact: Contact): readonly string[] | null {
  const { region, country } = contact;
  if (!region) return null;
  const inRegion = places.zonesOfRegion(region.toUpperCase());
  if (!country || !contradictsItself(contact)) return inRegion;
  const ofRegion = inRegion ?? places.zonesOfCountry(countryOf(region)) ?? [];
  return [...new Set([...ofRegion, ...(places.zonesOfCountry(country.toUpperCase()) ?? [])])];
}

/**
 * A country alone is that country without the territories that are countries themselves: nobody in France waits for the
 * morning on Wallis. Where a region or a postal code that nobody knows stands beside it, it may be one of theirs; and
 * where a number of one does, that one.
 */
function zonesOfCountries(places: PlaceSource, contact: Contact): readonly string[] {
  const zones = contactCountries(places, contact).flatMap((country) => {
    const everywhere = isLost(places, contact, country) ? places.zonesWithTerritories?.(country) : null;
    return everywhere ?? places.zonesOfCountry(country) ?? [];
  });
  const overseas = territoriesByPhone(contact, places).flatMap((code) => places.zonesOfCountry(code) ?? []);
  return [...new Set([...zones, ...overseas])];
}

function isLost(places: PlaceSource, { region, postalCode }: Contact, country: string): boolean {
  const regions = region ? places.regionsOfCountry?.(country) : null;
  if (region && regions != null && !regions.includes(region.toUpperCase())) return true;
  return postalCode ? places.mayHavePostalCode?.(country, postalCode) === false : false;
}

/** What somebody typed into a field can be of any length; the report of it is not. */
function shortened(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`;
}

const MOST_REMEMBERED = 20_000;
const memories = new WeakMap<ReferenceData, Memory<string, ContactZones>>();

/** Everything `resolve` reads. */
function keyOf(contact: Contact, brand: string): string {
  const { chosenZone, deviceZone, zone, phonePrefix, postalCode, region, country } = contact;
  return keyOfTexts([zone, brand, chosenZone, deviceZone, phonePrefix, postalCode, region, country]);
}

function hasPlace({ phonePrefix, postalCode, region, country }: Contact): boolean {
  return Boolean(phonePrefix) || Boolean(postalCode) || Boolean(region) || Boolean(country);
}
