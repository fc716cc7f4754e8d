import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import type { Facts } from './facts.js';
import { capBinds, countedInstants } from './frequency-cap.js';
import { type CapRule, type Policy, type QuietHoursRule, windowMs } from './policy.js';
import { type ParsedWindow, parseWindows } from './quiet-hours.js';
import type { ReferenceData } from './reference-data.js';

/** The facts, and of the policy only the rules that bind this message, read once. */
export interface Situation {
  readonly facts: Facts;
  readonly zone: { readonly name: string; readonly from: 'contact' | 'brand'; readonly rules: Zone };
  readonly caps: readonly { readonly rule: CapRule; readonly windowMs: number; readonly uses: readonly EpochMs[] }[];
  readonly quietHours: readonly { readonly rule: QuietHoursRule; readonly windows: readonly ParsedWindow[] }[];
}

/** @throws CannotDecide when there is no clock to judge by, or a rule that binds the message makes no sense. */
export function situationOf(facts: Facts, policy: Policy, { zones }: ReferenceData): Situation {
  const { channel, class: messageClass } = facts.message;
  const uses = [...facts.capUses].sort((a, b) => a.at - b.at);
  return {
    facts,
    zone: zoneOf(facts, zones),
    caps: policy.caps
      .filter((rule) => capBinds(rule, facts))
      .map((rule) => ({ rule, windowMs: windowMs(rule), uses: countedInstants(rule, facts, uses) })),
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
