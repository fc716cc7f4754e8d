import type { EpochMs } from '#lib/kernel';
import type { CheckResult } from '../decision.js';
import type { Suppression } from '../facts.js';
import type { DropReason } from '../reasons.js';
import type { Situation } from '../situation.js';
import { defer, drop, pass } from './results.js';

/** Nothing is sent to a person who was erased, whatever else is still on file. */
export function erased({ facts }: Situation): CheckResult {
  return facts.contact.erased ? drop('erased', 'erased') : pass('erased');
}

/** There is an address on this channel, and it can be one. */
export function contactPoint({ facts }: Situation): CheckResult {
  if (facts.contactPoint === null) return drop('contact_point', 'no_contact_point');
  return facts.contactPoint.valid ? pass('contact_point') : drop('contact_point', 'invalid_address');
}

const SUPPRESSIONS: Readonly<Record<Suppression['reason'], { readonly reason: DropReason; readonly weight: number }>> =
  {
    complaint: { reason: 'suppressed_complaint', weight: 0 },
    bounce: { reason: 'suppressed_bounce', weight: 1 },
    manual: { reason: 'suppressed_manual', weight: 2 },
  };

/** A suppressed address gets nothing of any class. A complaint is named first: it is what the person said. */
export function suppression({ facts }: Situation): CheckResult | readonly CheckResult[] {
  if (facts.suppressions.length === 0) return pass('suppression');
  return facts.suppressions
    .map(({ reason, since }) => ({ ...SUPPRESSIONS[reason], since }))
    .sort((a, b) => a.weight - b.weight || a.since - b.since)
    .map(({ reason, since }) => drop('suppression', reason, { since }));
}

/** A contact who takes a break still gets what they asked for: the pause holds back commercial messages only. */
export function pause({ facts }: Situation, at: EpochMs): CheckResult {
  const { pausedUntil } = facts.contact;
  const isHeld = facts.message.class === 'commercial' && pausedUntil !== null && pausedUntil > at;
  return isHeld ? defer('pause', 'paused', pausedUntil) : pass('pause', { pausedUntil });
}
