import type { Zone } from 'luxon';
import { type BoundCap, boundCaps } from './bound-caps.js';
import { CannotDecide } from './cannot-decide.js';
import type { Facts } from './facts.js';
import type { Policy, QuietHoursRule } from './policy.js';
import { type ParsedWindow, parseWindows } from './quiet-hours.js';
import type { ReferenceData } from './reference-data.js';
import { type BoundWarmUp, boundWarmUps } from './warm-up.js';

/** The facts, and of the policy only the rules that bind this message, read once. */
export interface Situation {
  readonly facts: Facts;
  readonly zone: { readonly name: string; readonly from: 'contact' | 'brand'; readonly rules: Zone };
  readonly caps: readonly BoundCap[];
  /** Null under a policy that knows none. */
  readonly warmUps: readonly BoundWarmUp[] | null;
  readonly quietHours: readonly { readonly rule: QuietHoursRule; readonly windows: readonly ParsedWindow[] }[];
}

/** @throws CannotDecide when there is no clock to judge by, or a rule that binds the message makes no sense. */
export function situationOf(facts: Facts, policy: Policy, { zones }: ReferenceData): Situation {
  const { channel, class: messageClass } = facts.message;
  const zone = zoneOf(facts, zones);
  const clocks = { contact: [zone.rules], brand: zones.zone(facts.brand.zone) };
  return {
    facts,
    zone,
    caps: boundCaps(facts, policy, clocks),
    warmUps: boundWarmUps(facts, policy, clocks.brand),
    quietHours: policy.quietHours
      .filter((rule) => rule.channels.includes(channel) && rule.classes.includes(messageClass))
      .map((rule) => ({ rule, windows: parseWindows(rule) })),
  };
}

/**
 * A zone nobody knows is treated like none: the brand's clock is the nearest there is, and never UTC by accident.
 * A brand without a usable zone has no clock at all, and then nothing may leave.
 */
function zoneOf({ contact, brand }: Facts, zones: ReferenceData['zones']): Situation['zone'] {
  const own = contact.zone === null ? null : zones.zone(contact.zone);
  if (own !== null) return { name: own.name, from: 'contact', rules: own };
  const fallback = zones.zone(brand.zone);
  if (fallback !== null) return { name: fallback.name, from: 'brand', rules: fallback };
  throw new CannotDecide('unknown_brand_zone', `"${brand.zone}" is not a zone of the IANA database ${zones.version}`);
}
