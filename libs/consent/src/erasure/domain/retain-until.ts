import { DateTime, Duration } from 'luxon';
import type { EpochMs } from '#lib/kernel';

/** A rule under which evidence is kept. */
export interface RetentionRule {
  readonly id: string;
  /** ISO 8601 duration in calendar units, counted in UTC. */
  readonly keep: string;
  /** From when it counts; left out: from when the evidence was given, or used last. */
  readonly from?: EpochMs;
}

const LEAST = 'P1Y';

/**
 * How long evidence is kept at least after it was recorded, whatever a purpose says and however old what it tells is: it
 * is evidence against the sender as well, who must not be able to have somebody's no of yesterday destroyed in time before
 * anybody asks for it. And what is destroyed is then older than any list of heads that counted it last.
 */
export function leastKept(recordedAt: EpochMs): RetentionRule {
  return { id: 'least', keep: LEAST, from: recordedAt };
}

/** Whether a purpose may have its evidence kept for this long: an ISO 8601 duration in one calendar unit. */
export function isKeptLongEnough(keep: string): boolean {
  const [from, least] = [DateTime.utc(2001), Duration.fromISO(LEAST)];
  return from.plus(Duration.fromISO(keep)) >= from.plus(least);
}

/** Something that evidence was given for, and used for. */
export interface KeptEvidence {
  readonly givenAt: EpochMs;
  /** Every use of it; a message that left on the strength of it is one. */
  readonly usedAt: readonly EpochMs[];
}

/**
 * Until when evidence is kept: so long after it was given, and after every use, whichever ends last (§ 7a (2) UWG counts
 * so). Of several rules the longest holds and is named. Null when none says anything.
 */
export function retainUntil(
  { givenAt, usedAt }: KeptEvidence,
  rules: readonly RetentionRule[],
): { readonly until: EpochMs; readonly rule: string } | null {
  const last = Math.max(givenAt, ...usedAt);
  let longest: { until: EpochMs; rule: string } | null = null;
  for (const { id, keep, from = last } of rules) {
    const until = DateTime.fromMillis(from, { zone: 'utc' }).plus(Duration.fromISO(keep)).toMillis();
    if (longest === null || until > longest.until) longest = { until, rule: id };
  }
  return longest;
}

/** A consent event as retention looks at it. */
export interface RetainedEvent {
  readonly id: string;
  readonly scopeId: string;
  readonly occurredAt: EpochMs;
  /** Whether its scope stands where it put it: evidence of what counts now is kept, however old. */
  readonly counts: boolean;
  readonly rules: readonly RetentionRule[];
}

/**
 * Events whose evidence may go: they count no longer, and their time is over. A use belongs to every event of the scope
 * before it, because which of them it rested on may be argued about.
 */
export function forgettable(
  events: readonly RetainedEvent[],
  usesOf: (scopeId: string) => readonly EpochMs[],
  now: EpochMs,
): string[] {
  return events
    .filter((event) => {
      if (event.counts) return false;
      const usedAt = usesOf(event.scopeId).filter((at) => at >= event.occurredAt);
      const kept = retainUntil({ givenAt: event.occurredAt, usedAt }, event.rules);
      return kept !== null && kept.until <= now;
    })
    .map(({ id }) => id);
}
