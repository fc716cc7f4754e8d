import { type BoundCap, boundCaps } from './bound-caps.js';
import { contactZones, type ContactZones } from './contact-zones.js';
import type { Facts } from './facts.js';
import type { Policy } from './policy.js';
import { type BoundQuietHours, boundQuietHours } from './quiet-rules.js';
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
}

/** @throws CannotDecide when there is no clock to judge by, or a rule that binds the message makes no sense. */
export function situationOf(facts: Facts, policy: Policy, reference: ReferenceData): Situation {
  const zone = contactZones(facts, reference);
  const brand = reference.zones.zone(facts.brand.zone);
  return {
    facts,
    zone,
    caps: boundCaps(facts, policy, { contact: zone.all.map(({ rules }) => rules), brand }),
    warmUps: boundWarmUps(facts, policy, brand),
    quietHours: boundQuietHours(facts, policy, zone, reference),
  };
}
