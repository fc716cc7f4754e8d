import type { EpochMs } from '#lib/kernel';
import { contactZones } from '../contact-zones.js';
import type { Facts } from '../facts.js';
import { appliesLaw, type Policy } from '../policy.js';
import type { ReferenceData } from '../reference-data.js';
import { applicablePacks } from './law.js';
import type { Pack, PackDuty, PackRevocation } from './pack.js';
import { isInForce, termOf } from './term.js';
import { whereabouts } from './whereabouts.js';

/** A rule that asks something of whoever sends the message, and that no check can see to. */
export interface Obligation {
  /** `pack/rule` */
  readonly rule: string;
  readonly force: (PackDuty | PackRevocation)['force'];
  /** For people: what must be done. */
  readonly sentence: string;
}

/**
 * What the law where the contact may be asks for besides permission, hours and caps: what a message must carry, which
 * words end it and how soon, how long evidence is kept. In the order of the packs; none under a policy that applies no
 * law, and none of the rules that it overrides.
 */
export function obligationsOf(facts: Facts, policy: Policy, now: EpochMs, reference: ReferenceData): Obligation[] {
  const { jurisdiction } = policy;
  if (jurisdiction === undefined || !appliesLaw(policy)) return [];
  const zones = contactZones(facts, reference).allRules;
  const { channel, class: messageClass } = facts.message;
  const packs = applicablePacks(reference.packs, whereabouts(facts, reference), jurisdiction);
  const isOverridden = (pack: Pack, rule: string): boolean =>
    jurisdiction.overrides?.some((override) => override.pack === pack.id && override.rule === rule) ?? false;
  return packs.flatMap((pack) =>
    pack.rules.flatMap((rule) => {
      if (rule.kind !== 'duty' && rule.kind !== 'revocation') return [];
      if (!rule.channels.includes(channel) || !rule.classes.includes(messageClass)) return [];
      if (isOverridden(pack, rule.id) || !isInForce(termOf(rule), zones, now)) return [];
      const sentence = rule.kind === 'duty' ? dutyText(rule) : revocationText(rule);
      return [{ rule: `${pack.id}/${rule.id}`, force: rule.force, sentence }];
    }),
  );
}

const MARKS = {
  opt_out: 'a way out',
  postal_address: 'a postal address',
  sender_identity: 'who sends it',
  advertisement_mark: 'that it is advertising',
} as const;

function dutyText({ mustCarry, keepEvidence }: PackDuty): string {
  return [
    ...(mustCarry.length === 0 ? [] : [`The message must carry ${mustCarry.map((mark) => MARKS[mark]).join(', ')}.`]),
    ...(keepEvidence === null ? [] : [`Evidence of the consent is kept for ${keepEvidence} from every use.`]),
  ].join(' ');
}

function revocationText({ keywords, scope, withinBusinessDays }: PackRevocation): string {
  const words = keywords.length === 0 ? 'An objection' : `An objection, and each of the words ${keywords.join(', ')},`;
  const what = scope === 'sender' ? 'everything from the sender' : 'what is sent on this channel about this';
  const soon = withinBusinessDays === null ? 'at once' : `within ${withinBusinessDays} business days`;
  return `${words} ends ${what} ${soon}.`;
}
