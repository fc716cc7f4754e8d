import type { Channel } from '#lib/kernel';
import {
  decide,
  type CheckResult,
  type Decision,
  type Facts,
  type Pack,
  type Policy,
  type ReferenceData,
} from '#lib/decision';
import { consent, someFacts } from '../../libs/decision/src/testing/some-facts.js';
import { testReference } from '../../libs/decision/src/testing/test-reference.js';
import { loadPacks, packsFolder } from '../../libs/sending/src/packs/load-packs.js';

/** The packs as they are shipped. */
export const packs: readonly Pack[] = loadPacks(packsFolder()).current;

/** A policy that has no rules but those of the packs. */
export const lawful: Policy = {
  key: 'marketing',
  version: 1,
  caps: [],
  quietHours: [],
  rates: [],
  jurisdiction: { packs: 'contact' },
};

/** A zone of each place whose rules the specs judge by the clock. */
const ZONES: Readonly<Record<string, string>> = {
  AT: 'Europe/Vienna',
  CA: 'America/Toronto',
  CH: 'Europe/Zurich',
  DE: 'Europe/Berlin',
  FR: 'Europe/Paris',
  GB: 'Europe/London',
  MF: 'America/Marigot',
  NC: 'Pacific/Noumea',
  US: 'America/New_York',
  'US-AL': 'America/Chicago',
  'US-LA': 'America/Chicago',
  'US-MN': 'America/Chicago',
  'US-MS': 'America/Chicago',
  'US-NM': 'America/Denver',
  'US-NV': 'America/Los_Angeles',
  'US-OK': 'America/Chicago',
  'US-SD': 'America/Chicago',
  'US-TX': 'America/Chicago',
  'US-UT': 'America/Denver',
  'US-WA': 'America/Los_Angeles',
};

/** Somebody who lives there, with a consent that is express and proven in every way. */
export function somebodyIn(place: string, channel: Channel, change: Parameters<typeof someFacts>[0] = {}): Facts {
  const [country = '', region] = place.split('-');
  const zone = ZONES[place] ?? ZONES[country] ?? 'Europe/Paris';
  return someFacts({
    consent: { purpose: proven(), topic: proven() },
    ...change,
    message: { channel, ...change.message },
    contact: { zone, country, region: region === undefined ? null : place, ...change.contact },
  });
}

export function proven(kind: 'express' | 'soft_opt_in' = 'express', at = Date.parse('2026-01-10T12:00:00Z')) {
  const all = ['wording', 'method', 'confirmed', 'address_from_sale', 'similar_products', 'no_objection'] as const;
  return consent('granted', { basis: { kind, at, evidence: [...all, 'told_of_objection', 'written'] } });
}

const worlds = new WeakMap<readonly Pack[], ReferenceData>();

/** The same object for the same packs, so that what is worked out once is remembered as it is in the product. */
function worldUnder(law: readonly Pack[]): ReferenceData {
  const world = worlds.get(law) ?? { ...testReference, packs: law };
  worlds.set(law, world);
  return world;
}

/** What is decided at an instant in ISO 8601, under the packs alone unless another policy is given. */
export function judged(facts: Facts, at: string | number, policy: Policy = lawful, law = packs): Decision {
  return decide(facts, policy, typeof at === 'string' ? Date.parse(at) : at, worldUnder(law));
}

/** The result about one rule of a pack; undefined where it has no say. */
export function about(decision: Decision, rule: string): CheckResult | undefined {
  return decision.checks.find((check) => check.detail['rule'] === rule);
}

/** The instant a message is held to, in ISO 8601 UTC without milliseconds; null when it is not held. */
export function heldTo({ outcome, until }: Decision): string | null {
  return outcome === 'defer' && until !== null ? new Date(until).toISOString().replace('.000Z', 'Z') : null;
}
