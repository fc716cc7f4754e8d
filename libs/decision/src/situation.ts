import type { Zone } from 'luxon';
import { type BoundCap, boundCaps } from './bound-caps.js';
import { contactZones, type ContactZones } from './contact-zones.js';
import type { Facts } from './facts.js';
import { capByLaw } from './packs/cap-by-law.js';
import { type Law, lawOf } from './packs/law.js';
import type { Policy } from './policy.js';
import { type BoundQuietHours, boundQuietHours, quietHoursByLaw } from './quiet-rules.js';
import type { ReferenceData } from './reference-data.js';
import { type BoundWarmUp, boundWarmUps } from './warm-up.js';

/** The facts, and of the policy only the rules that bind this message, read once. */
export interface Situation {
  readonly facts: Facts;
  readonly zone: ContactZones;
  readonly caps: readonly BoundCap[];
  /** Null under a policy that knows none. */
  readonly warmUps: readonly BoundWarmUp[] | null;
  readonly quietHours: readonly BoundQuietHours[];
  /** The rules of every clock that may be the contact's. */
  readonly zones: readonly Zone[];
  /** What the packs ask for; null under a policy that applies none. Their caps and hours stand after the policy's. */
  readonly law: Law | null;
}

/** @throws CannotDecide when there is no clock to judge by, or a rule that binds the message makes no sense. */
export function situationOf(facts: Facts, policy: Policy, reference: ReferenceData): Situation {
  const zone = contactZones(facts, reference);
  const zones = zone.all.map(({ rules }) => rules);
  const brand = reference.zones.zone(facts.brand.zone);
  const law = lawOf(facts, policy, reference);
  const caps = boundCaps(facts, policy, { contact: zones, brand });
  const quietHours = boundQuietHours(facts, policy, zone, reference);
  return {
    facts,
    zone,
    caps: law === null ? caps : [...caps, ...law.caps.map((cap) => capByLaw(cap, facts))],
    warmUps: boundWarmUps(facts, policy, brand),
    quietHours: law === null ? quietHours : [...quietHours, ...quietHoursByLaw(law, facts, zone, reference)],
    zones,
    law,
  };
}
