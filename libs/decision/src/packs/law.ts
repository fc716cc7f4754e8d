import type { PlaceSource } from '#lib/kernel';
import { type BoundCap, plainCap } from '../bound-caps.js';
import { CannotDecide } from '../cannot-decide.js';
import { elsewhereByPostalCode } from '../elsewhere.js';
import type { Facts } from '../facts.js';
import type { CountingRule } from '../frequency-cap.js';
import { keep, keyOfTexts, Memory, Numbers } from '../memory.js';
import type { JurisdictionRule, Policy, QuietHoursRule } from '../policy.js';
import type { ReferenceData } from '../reference-data.js';
import { territoriesByPostalCode } from '../territories.js';
import { windowMs } from '../windows.js';
import type { Pack, PackCap, PackConsent, PackQuietHours, PackRule, PackStamp } from './pack.js';
import { type Term, termOf } from './term.js';
import { regionsByPostalCode, type Whereabouts, whereabouts } from './whereabouts.js';

/** A rule and the local dates on which it is in force. */
export interface Dated<Rule> {
  readonly rule: Rule;
  readonly term: Term;
}

/** What the packs ask of one message: hours and caps as rules of the same shape as a policy's own, beside what only laws ask. */
export interface Law {
  /** Every pack that applies where the contact may be, whether or not one of its rules binds this message. */
  readonly packs: readonly PackStamp[];
  readonly consents: readonly (Dated<PackConsent> & { readonly id: string })[];
  readonly quietHours: readonly Dated<QuietHoursRule>[];
  /** Whoever lifts caps from a message lifts the brand's own: what a law limits is overridden in the policy or not at all. */
  readonly caps: readonly BoundCap[];
  /** The policy applies no law, and says why and who decided so. */
  readonly isWaived?: true;
  /** Rules that would bind and that the policy does not follow. */
  readonly overridden: readonly (Dated<PackRule> & { readonly id: string })[];
}

/** Places differ in few fields; the rest of the facts does not matter to the choice of rules. */
const MOST_REMEMBERED = 4096;
const remembered = new WeakMap<PlaceSource, WeakMap<readonly Pack[], Memory<string, Law>>>();
/** Choices of laws, by which what is remembered for all policies together is told apart. */
const choices = new Numbers();

const NO_LAW: Law = { packs: [], consents: [], quietHours: [], caps: [], overridden: [], isWaived: true };

/**
 * The law of this message, or null where the policy is from before it was asked for one.
 * @throws CannotDecide when the policy names a pack that is not there: nothing may leave in ignorance of a law.
 */
export function lawOf(facts: Facts, { jurisdiction }: Policy, reference: ReferenceData): Law | null {
  const { packs, places } = reference;
  if (jurisdiction === undefined) return null;
  if (jurisdiction.packs === 'none') return NO_LAW;
  const byPacks =
    remembered.get(places) ?? keep(remembered, places, new WeakMap<readonly Pack[], Memory<string, Law>>());
  const laws = byPacks.get(packs) ?? keep(byPacks, packs, new Memory(MOST_REMEMBERED));
  const key = `${choices.of(jurisdiction)} ${keyOf(facts, reference)}`;
  return (
    laws.get(key) ??
    laws.keep(key, readLaw(facts, jurisdiction, applicablePacks(packs, whereabouts(facts, reference), jurisdiction)))
  );
}

/** All that the choice of rules looks at; of a postal code only where it leads. */
function keyOf({ contact, message, brand, topic }: Facts, reference: ReferenceData): string {
  const { region, country, phonePrefix, chosenZone, deviceZone, zone } = contact;
  const territories = territoriesByPostalCode(contact, reference.places).join(' ');
  const elsewhere = elsewhereByPostalCode(reference, contact);
  const outside = elsewhere === null ? '' : [...elsewhere.regions, ...elsewhere.countries].join(' ');
  const inside = regionsByPostalCode(contact, reference)?.join(' ');
  const place = [
    territories,
    outside,
    inside,
    region,
    country,
    phonePrefix,
    chosenZone,
    deviceZone,
    zone,
    brand.zone,
    brand.country,
  ];
  return keyOfTexts([...place, message.channel, message.class, topic === null ? '' : 'topic']);
}

/** The packs of every place the contact may be in, and those that the policy always applies; in the order given. */
export function applicablePacks(
  packs: readonly Pack[],
  where: readonly Whereabouts[] | null,
  { packs: choice }: JurisdictionRule,
): readonly Pack[] {
  if (choice === 'none') return [];
  const always = typeof choice === 'string' ? [] : choice.always;
  const missing = always.find((id) => !packs.some((pack) => pack.id === id));
  if (missing !== undefined) throw new CannotDecide('unusable_policy', `there is no jurisdiction pack "${missing}"`);
  return packs.filter((pack) => always.includes(pack.id) || where === null || where.some((place) => isOf(pack, place)));
}

const hoursOfPacks = new WeakMap<Pack, WeakMap<PackQuietHours, QuietHoursRule>>();

/**
 * A pack's hours as a rule of the shape that policies have; what they ask for is patience, so they hold. The same
 * object each time, by which the days worked out for it are found again.
 */
export function quietHoursRule(pack: Pack, hours: PackQuietHours): QuietHoursRule {
  const rules = hoursOfPacks.get(pack) ?? keep(hoursOfPacks, pack, new WeakMap<PackQuietHours, QuietHoursRule>());
  const { id, channels, classes, windows, holidays } = hours;
  return (
    rules.get(hours) ??
    keep(rules, hours, { id: `${pack.id}/${id}`, channels, classes, windows, holidays, action: 'defer' })
  );
}

/** The hours of a pack that hold without an end and that the policy follows. */
export function hoursOf(pack: Pack, { overrides = [] }: JurisdictionRule = { packs: 'contact' }): QuietHoursRule[] {
  return pack.rules.flatMap((rule) => {
    if (rule.kind !== 'quiet_hours' || rule.to !== null) return [];
    const isOverridden = overrides.some((override) => override.pack === pack.id && override.rule === rule.id);
    return isOverridden ? [] : [quietHoursRule(pack, rule)];
  });
}

/**
 * A pack's cap as a rule of the shape that policies have. A hand-over without a topic may have been about the topic of
 * this message, and of a message without one nobody knows that it is about something else: both are counted.
 */
export function capRule(pack: Pack, rule: PackCap, hasTopic: boolean): CountingRule {
  const { id, limit, window, scope, channels, classes } = rule;
  const counted = { bound: classes, counted: classes };
  return { id: `${pack.id}/${id}`, scope: hasTopic ? scope : 'any', limit, window, action: 'defer', classes: counted, channels, untoldTopics: true }; // prettier-ignore
}

function isOf({ countries, region }: Pack, place: Whereabouts): boolean {
  if (!countries.includes(place.country)) return false;
  return region === null || place.regions === null || place.regions.includes(region);
}

function readLaw({ message, topic }: Facts, { overrides }: JurisdictionRule, packs: readonly Pack[]): Law {
  const consents: (Dated<PackConsent> & { id: string })[] = [];
  const quietHours: Dated<QuietHoursRule>[] = [];
  const caps: BoundCap[] = [];
  const overridden: (Dated<PackRule> & { id: string })[] = [];
  for (const pack of packs) {
    for (const rule of pack.rules) {
      if (!rule.channels.includes(message.channel) || !rule.classes.includes(message.class)) continue;
      const term = termOf(rule);
      const id = `${pack.id}/${rule.id}`;
      if (rule.kind === 'duty' || rule.kind === 'revocation') continue;
      if (overrides?.some((override) => override.pack === pack.id && override.rule === rule.id) ?? false) {
        overridden.push({ id, rule, term });
      } else if (rule.kind === 'consent') consents.push({ id, rule, term });
      else if (rule.kind === 'quiet_hours') quietHours.push({ rule: quietHoursRule(pack, rule), term });
      else {
        const cap = capRule(pack, rule, topic !== null);
        caps.push(plainCap(cap, windowMs(cap), term));
      }
    }
  }
  const stamps = packs.map(({ id, version }) => ({ id, version }));
  return { packs: stamps, consents, quietHours, caps, overridden };
}
