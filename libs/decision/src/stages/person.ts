import type { EpochMs } from '#lib/kernel';
import type { Suppression } from '../facts.js';
import { type Findings, NO_DETAIL, sharedPass } from '../findings.js';
import type { DropReason } from '../reasons.js';
import type { Situation } from '../situation.js';

const NOT_ERASED = sharedPass('erased');
const REACHABLE = sharedPass('contact_point');
const NOT_SUPPRESSED = sharedPass('suppression');
const NEVER_PAUSED = sharedPass('pause', { pausedUntil: null });

/** Nothing is sent to a person who was erased, whatever else is still on file. */
export function erased({ facts }: Situation, _at: EpochMs, found: Findings): void {
  if (facts.contact.erased) found.end('erased', 'erased', NO_DETAIL);
  else found.passAs(NOT_ERASED);
}

/** There is an address on this channel, and it can be one. */
export function contactPoint({ facts }: Situation, _at: EpochMs, found: Findings): void {
  if (facts.contactPoint === null) found.end('contact_point', 'no_contact_point', NO_DETAIL);
  else if (facts.contactPoint.valid) found.passAs(REACHABLE);
  else found.end('contact_point', 'invalid_address', NO_DETAIL);
}

const SUPPRESSIONS: Readonly<Record<Suppression['reason'], { readonly reason: DropReason; readonly weight: number }>> =
  {
    complaint: { reason: 'suppressed_complaint', weight: 0 },
    bounce: { reason: 'suppressed_bounce', weight: 1 },
    manual: { reason: 'suppressed_manual', weight: 2 },
    objection: { reason: 'objection', weight: 3 },
  };

/**
 * A suppressed address gets nothing of any class, one whose owner objected to advertising nothing commercial. A
 * complaint is named first: it is what the person said.
 */
export function suppression({ facts }: Situation, _at: EpochMs, found: Findings): void {
  const binding =
    facts.suppressions.length === 0
      ? facts.suppressions
      : facts.suppressions.filter(({ reason }) => reason !== 'objection' || facts.message.class === 'commercial');
  if (binding.length === 0) return found.passAs(NOT_SUPPRESSED);
  binding
    .map(({ reason, since }) => ({ ...SUPPRESSIONS[reason], since }))
    .sort((a, b) => a.weight - b.weight || a.since - b.since)
    .forEach(({ reason, since }) => found.end('suppression', reason, { since }));
}

/** A contact who takes a break still gets what they asked for: the pause holds back commercial messages only. */
export function pause({ facts }: Situation, at: EpochMs, found: Findings): void {
  const { pausedUntil } = facts.contact;
  const isHeld = facts.message.class === 'commercial' && pausedUntil !== null && !(pausedUntil <= at);
  if (isHeld) found.defer('pause', 'paused', pausedUntil, NO_DETAIL);
  else if (pausedUntil === null) found.passAs(NEVER_PAUSED);
  else found.pass('pause', { pausedUntil });
}
