import type { EpochMs } from '#lib/kernel';
import { contactZones } from './contact-zones.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import { lawOf } from './packs/law.js';
import type { Policy } from './policy.js';
import type { ReferenceData } from './reference-data.js';
import { jurisdiction } from './stages/jurisdiction.js';

/**
 * Whether the law where the contact may be would have the message dropped because what it rests on is no permission there:
 * the check of a decision, asked by itself. What the purpose's model says of the same consents is no matter of it.
 *
 * @throws CannotDecide as `decide`
 */
export function lacksYes(facts: Facts, policy: Policy, now: EpochMs, reference: ReferenceData): boolean {
  const found = new Findings(false);
  const law = lawOf(facts, policy, reference);
  jurisdiction({ facts, law, zones: contactZones(facts, reference).allRules }, now, found);
  return found.fails;
}
