import type { Zone } from 'luxon';
import { type BoundCap, boundCaps, inOrder } from './bound-caps.js';
import { contactZones, type ContactZones } from './contact-zones.js';
import type { CapUse, Facts } from './facts.js';
import { type Law, lawOf } from './packs/law.js';
import type { Policy } from './policy.js';
import { type BoundQuietHours, boundQuietHours, quietHoursByLaw } from './quiet-rules.js';
import type { ReferenceData } from './reference-data.js';
import { capUsesOf, refuseLeftOut } from './uses-told.js';
import { type BoundWarmUp, boundWarmUps } from './warm-up.js';

/** The facts, and of the policy only the rules that bind this message, read once. */
export interface Situation {
  readonly facts: Facts;
  readonly zone: ContactZones;
  /** The hand-overs that caps count, oldest first. */
  readonly uses: readonly CapUse[];
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
  const zones = zone.allRules;
  const law = lawOf(facts, policy, reference);
  const uses = inOrder(capUsesOf(facts));
  const caps = boundCaps(facts, policy, zones, reference.zones);
  const quietHours = boundQuietHours(facts, policy, zone, reference);
  const warmUps = boundWarmUps(facts, policy, reference.zones);
  if (law !== null) {
    caps.push(...law.caps);
    quietHours.push(...quietHoursByLaw(law, facts, zone, reference));
  }
  refuseLeftOut(facts, caps);
  return { facts, zone, uses, caps, warmUps, quietHours, zones, law };
}
