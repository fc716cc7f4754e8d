import type { EpochMs } from '#lib/kernel';

/** Why an address is not written to; each stands for itself and ends for itself. */
export const SUPPRESSION_REASONS = ['complaint', 'bounce', 'manual', 'objection'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Something that happened to an address, once and for all. */
export interface SuppressionFact {
  readonly id: string;
  readonly kind: 'hard_bounce' | 'soft_bounce' | 'complaint' | 'manual' | 'objection' | 'lifted';
  /** Of `lifted`. */
  readonly lifts: SuppressionReason | null;
  readonly messageId: string | null;
  readonly occurredAt: EpochMs;
}

/** A suppression as the facts have it; over when `until` has come. */
export interface SuppressionPeriod {
  readonly reason: SuppressionReason;
  readonly since: EpochMs;
  /** Null: no end. */
  readonly until: EpochMs | null;
}

const DAY_MS = 86_400_000;
/** The first time an address bounces it rests for a week; every time after that for longer. */
export const REST_DAYS = [7, 14, 30, 180] as const;
/** A bounce longer ago than this is forgotten. */
export const MEMORY_DAYS = 180;
/** So many messages in a row that could not be delivered for now are as good as one that never can. */
export const SOFT_SERIES = 5;
/** How often a sender may take a bounce back within the memory, before only a sign of life does. */
export const BOUNCE_LIFTS = 2;

/**
 * What is in force for an address, and until when. The same facts give the same answer in whatever order they came.
 *
 * - A complaint has no end, and nobody but the person's mailbox could take it back: a lift of it counts for nothing.
 * - A manual suppression and an objection (GDPR Art. 21) stand until they are lifted.
 * - A hard bounce, or a series of soft ones, rests the address; each further time within the memory for longer. Bounces
 *   of messages that were on their way when it began to rest are the same time. What the address took since (delivered,
 *   opened) or a lift makes it as new.
 *
 * @param reachedAt the last sign of life of the address
 */
export function suppressionsOf(facts: readonly SuppressionFact[], reachedAt: EpochMs | null): SuppressionPeriod[] {
  const ordered = [...facts].sort((a, b) => a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1));
  const periods: (SuppressionPeriod | null)[] = [
    standing(ordered, 'complaint', -Infinity),
    bounce(ordered, Math.max(reachedAt ?? -Infinity, lastLift(ordered, 'bounce'))),
    standing(ordered, 'manual', lastLift(ordered, 'manual')),
    standing(ordered, 'objection', lastLift(ordered, 'objection')),
  ];
  return periods.filter((period) => period !== null);
}

/** Whether a sender may end this suppression now. The person alone ends an objection, nobody a complaint. */
export function mayLift(
  facts: readonly SuppressionFact[],
  reason: SuppressionReason,
  by: 'sender' | 'contact',
  now: EpochMs,
): boolean {
  if (reason === 'complaint') return false;
  if (reason === 'objection') return by === 'contact';
  if (reason === 'manual') return true;
  const lately = now - MEMORY_DAYS * DAY_MS;
  return facts.filter((fact) => fact.lifts === 'bounce' && fact.occurredAt > lately).length < BOUNCE_LIFTS;
}

function standing(
  facts: readonly SuppressionFact[],
  reason: 'complaint' | 'manual' | 'objection',
  liftedAt: EpochMs,
): SuppressionPeriod | null {
  const first = facts.find((fact) => fact.kind === reason && fact.occurredAt > liftedAt);
  return first === undefined ? null : { reason, since: first.occurredAt, until: null };
}

function lastLift(facts: readonly SuppressionFact[], reason: SuppressionReason): EpochMs {
  return Math.max(-Infinity, ...facts.filter((fact) => fact.lifts === reason).map((fact) => fact.occurredAt));
}

function bounce(facts: readonly SuppressionFact[], newSince: EpochMs): SuppressionPeriod | null {
  let rest: { times: number; since: EpochMs; until: EpochMs } | null = null;
  for (const at of occurrences(facts.filter((fact) => fact.occurredAt > newSince))) {
    if (rest !== null && at < rest.until) continue;
    const isRemembered: boolean = rest !== null && at - rest.since <= MEMORY_DAYS * DAY_MS;
    const times: number = isRemembered && rest !== null ? rest.times + 1 : 1;
    const days = REST_DAYS[Math.min(times, REST_DAYS.length) - 1] ?? MEMORY_DAYS;
    rest = { times, since: at, until: at + days * DAY_MS };
  }
  return rest === null ? null : { reason: 'bounce', since: rest.since, until: rest.until };
}

/** When the address proved not to take mail: each hard bounce, and the last of each series of soft ones within the memory. */
function occurrences(facts: readonly SuppressionFact[]): EpochMs[] {
  const found: EpochMs[] = [];
  let inARow = new Map<string, EpochMs>();
  for (const { id, kind, messageId, occurredAt } of facts) {
    if (kind === 'hard_bounce') found.push(occurredAt);
    if (kind !== 'soft_bounce') continue;
    const remembered = [...inARow].filter(([, at]) => occurredAt - at <= MEMORY_DAYS * DAY_MS);
    inARow = new Map([...remembered, [messageId ?? id, occurredAt]]);
    if (inARow.size < SOFT_SERIES) continue;
    found.push(occurredAt);
    inARow = new Map();
  }
  return found;
}
