import { bindsAudience, type WhereOf } from './audience.js';
import { contactCountries, type ContactZones, type WallClock } from './contact-zones.js';
import { countryOf, elsewhereByPostalCode } from './elsewhere.js';
import type { Facts } from './facts.js';
import { knownPlaces, placesBesides, writtenPlaces } from './known-places.js';
import { keep, Memory, Numbers, PairMemory } from './memory.js';
import type { Law } from './packs/law.js';
import type { Term } from './packs/term.js';
import type { Audience, Policy, QuietHoursRule, RuleAction } from './policy.js';
import { QuietCalendar } from './quiet-calendar.js';
import { type HolidayOn, type QuietTimes, quietTimes } from './quiet-hours.js';
import type { ReferenceData } from './reference-data.js';
import { RULES } from './rules-version.js';
import { territoriesOf } from './territories.js';

/** Quiet hours that bind one message, on the clocks and with the holidays of its contact. */
export interface BoundQuietHours {
  readonly rule: string;
  readonly action: RuleAction;
  readonly calendar: QuietCalendar;
  /** Null where the rule keeps no holidays. */
  readonly holidays: Holidays | null;
  /** The dates on which a rule of a pack is in force; a policy's own always is. */
  readonly term: Term | undefined;
}

/** The public holidays of wherever the contact may be. */
export interface Holidays {
  readonly on: HolidayOn;
  /** Countries without a table, complete once a date was asked for; `?` where not even the country is known. */
  readonly unknown: ReadonlySet<string>;
  readonly version: string;
}

/** The contact's own hours, in reports; no rule of a policy has this name. */
export const OWN_HOURS = 'contact';

/** What was read of rules and found out about places, kept as long as the object it is about. */
const readTimes = new WeakMap<QuietHoursRule, QuietTimes>();
const knownHolidays = new WeakMap<ContactZones, Holidays>();
/** Each remembers some days. */
const MOST_BOUND = 2048;
/** By rule, and by the holidays it keeps on certain clocks or, where it keeps none, by those clocks alone. */
const boundRules = new PairMemory<QuietHoursRule, Holidays | readonly WallClock[], BoundQuietHours>(MOST_BOUND);

/**
 * The policy's rules for this message, in their order, and the contact's own hours after them. The contact's own bind
 * commercial messages and hold them: what the contact asked for still comes.
 *
 * @throws CannotDecide when a rule of the policy, or what the contact chose, makes no sense
 */
export function boundQuietHours(
  facts: Facts,
  policy: Policy,
  zones: ContactZones,
  reference: ReferenceData,
): BoundQuietHours[] {
  const { message, contact } = facts;
  const bound: BoundQuietHours[] = [];
  const whereOf = whereOfRules(reference);
  for (const rule of policy.quietHours) {
    if (!isAbout(rule, message)) continue;
    if (!bindsAudience(rule, contact, whereOf)) continue;
    bound.push(bind(rule, contact, zones, reference));
  }
  const own = contact.quietHours;
  if (own !== undefined && own.length > 0 && message.class === 'commercial') {
    const times = quietTimes({ id: OWN_HOURS, windows: own }, true);
    const calendar = new QuietCalendar(times, zones.all, null);
    bound.push({ rule: OWN_HOURS, action: 'defer', calendar, holidays: null, term: undefined });
  }
  return bound;
}

/** Whether the tables are asked for where the contact is, so that their version belongs into the decision. */
export function namesPlaces({ quietHours }: Policy, message: Facts['message']): boolean {
  return quietHours.some((rule) => isAbout(rule, message) && (namesPlace(rule.when) || namesPlace(rule.unless)));
}

function namesPlace(audience: Audience | undefined): boolean {
  return audience?.countries !== undefined || audience?.regions !== undefined;
}

function isAbout({ channels, classes }: QuietHoursRule, message: Facts['message']): boolean {
  return channels.includes(message.channel) && classes.includes(message.class);
}

function whereOfRules(reference: ReferenceData): WhereOf {
  const { rules = RULES, places } = reference;
  if (rules === 1) return writtenPlaces;
  return (contact) => [...knownPlaces(contact, places), ...placesBesides(contact, reference)];
}

/** The hours that the packs ask for, in their order; each with the dates on which it is in force. */
export function quietHoursByLaw(
  law: Law,
  { contact }: Facts,
  zones: ContactZones,
  reference: ReferenceData,
): BoundQuietHours[] {
  return law.quietHours.map(({ rule, term }) => bind(rule, contact, zones, reference, term));
}

/** Made once: contacts on the same clocks who keep the same holidays share what is worked out about their days. */
function bind(
  rule: QuietHoursRule,
  contact: Facts['contact'],
  zones: ContactZones,
  reference: ReferenceData,
  term?: Term,
): BoundQuietHours {
  const holidays = rule.holidays === true ? holidaysOf(contact, zones, reference) : null;
  const place = holidays ?? zones.all;
  return boundRules.get(rule, place) ?? boundRules.keep(rule, place, bindAnew(rule, zones.all, holidays, term));
}

function bindAnew(
  rule: QuietHoursRule,
  clocks: readonly WallClock[],
  holidays: Holidays | null,
  term: Term | undefined,
): BoundQuietHours {
  const times = readTimes.get(rule) ?? keep(readTimes, rule, quietTimes(rule));
  const calendar = new QuietCalendar(times, clocks, holidays?.on ?? null);
  return { rule: rule.id, action: rule.action, calendar, holidays, term };
}

/**
 * Whose holidays count: those of the contact's region or country, else of the country the number is from, else of the
 * country that the clock in use belongs to, the brand's at last. A region that is not known may be any of the country's.
 * What cannot be told is reported with the check.
 */
export function holidaysOf(
  contact: Facts['contact'],
  zones: ContactZones,
  reference: Pick<ReferenceData, 'places' | 'holidays' | 'rules'>,
): Holidays {
  // The same contact has the same zones object, and a contact in the same places too.
  return (
    knownHolidays.get(zones) ??
    keep(knownHolidays, zones, sharedHolidays(holidayPlaces(contact, zones, reference), zones, reference.holidays))
  );
}

/** Regions are what somebody wrote, and there is no end of those; of the dates around now each is asked for often. */
const MOST_PLACES = 1024;
const MOST_DATES = 64;
const sharedByPlace = new WeakMap<ReferenceData['holidays'], Memory<string, Holidays>>();
const clockNumbers = new Numbers();

/** One object for all who keep the same holidays on the same clocks. */
function sharedHolidays(
  candidates: readonly HolidayPlace[],
  { all: clocks }: ContactZones,
  source: ReferenceData['holidays'],
): Holidays {
  const byPlaces = sharedByPlace.get(source) ?? keep(sharedByPlace, source, new Memory(MOST_PLACES));
  const places = candidates.map(({ country, region }) => `${country} ${region ?? ''}`).join(',');
  const key = `${clockNumbers.of(clocks)} ${places}`;
  return byPlaces.get(key) ?? byPlaces.keep(key, findHolidays(candidates, source));
}

function findHolidays(candidates: readonly HolidayPlace[], holidays: ReferenceData['holidays']): Holidays {
  const unknown = new Set<string>(candidates.length === 0 ? ['?'] : []);
  const find = (date: string): string | null => {
    // Every candidate is asked each time, so that what is unknown is the same after the first date as after many.
    const names = candidates
      .filter(({ country }) => !unknown.has(country))
      .map(({ country, region }) => holidayIn(holidays, country, region, date, unknown));
    return names.find((name) => name !== null) ?? null;
  };
  const dates = new Memory<string, { readonly name: string | null }>(MOST_DATES);
  const on: HolidayOn = (date) => (dates.get(date) ?? dates.keep(date, { name: find(date) })).name;
  return { on, unknown, version: holidays.version };
}

function holidayIn(
  source: ReferenceData['holidays'],
  country: string,
  region: string | null,
  date: string,
  unknown: Set<string>,
): string | null {
  try {
    return source.holiday(country, region, date);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    unknown.add(country);
    return null;
  }
}

interface HolidayPlace {
  readonly country: string;
  readonly region: string | null;
}

function holidayPlaces(
  contact: Facts['contact'],
  zones: ContactZones,
  reference: Pick<ReferenceData, 'places' | 'rules'>,
): readonly HolidayPlace[] {
  const { places } = reference;
  const region = contact.region ? contact.region.toUpperCase() : null;
  const countries = contactCountries(places, contact);
  if (countries.length > 0) {
    const elsewhere = elsewhereByPostalCode(reference, contact);
    // In the region, or where the postal code is.
    const isSure = elsewhere === null || elsewhere.regions.length === 0;
    const inside = countries.map((country) => ({
      country,
      region: region !== null && isSure && countryOf(region) === country ? region : null,
    }));
    // A region of another country than the profile's: one of the two is wrong, and nobody knows which.
    const isOutside = region !== null && !countries.includes(countryOf(region));
    const stated = isOutside ? [...inside, { country: countryOf(region), region }] : inside;
    const territories = [...territoriesOf(contact, places), ...(elsewhere?.countries ?? [])].filter(
      (country) => !countries.includes(country),
    );
    return [...stated, ...territories.map((country) => ({ country, region: null }))];
  }
  const found = zones.all.flatMap(({ name }) => places.countryOfZone?.(name) ?? []);
  return [...new Set(found)].map((country) => ({ country, region: null }));
}
