import type { EpochMs } from '#lib/kernel';
import { type ConsentState, isRefusal, isYes } from './consent-fold.js';
import type { Wish } from './plan-changes.js';

/** Why a yes that a program reports is not recorded, and the refusal that stands in its way. */
export interface Objection {
  /** It does not say when it was given, it was given before the refusal, it rests on what is no yes, or nothing shows it. */
  readonly kind: 'undated' | 'older' | 'not_express' | 'unshown';
  readonly refusedAt: EpochMs;
}

/**
 * What stands against a yes that a program reports; null when nothing does.
 *
 * - One to topics each of which was refused since comes too late, as in a list. Of several it is a yes to the others.
 * - Without the time at which it was given it would count as given now. Programs repeat their requests, so after a
 *   refusal that would be a new yes that nobody said.
 * - Who left a purpose left all of its topics, also those about which nothing was on file then. A yes to one of them
 *   from before comes too late, although the events of the topic alone do not tell.
 * - A yes that nothing shows takes no refusal back either: a program that repeats what it has on file of somebody dates it
 *   by its last change.
 * - A contract, a purchase or an interest of the sender is nothing that the person said, so it takes no refusal back.
 *
 * Whoever was there when the person said yes, such as the preference page, need not ask.
 *
 * @param refusedAt when each scope was last refused at the address, by whomever, and whatever was agreed to since
 * @param isExpress whether the person said it in so many words, by its legal basis
 * @param standing where it stands by scope id, with the refusals of others who have the address
 */
export function objectionTo(
  wish: Wish,
  refusedAt: ReadonlyMap<string, EpochMs>,
  standing: ReadonlyMap<string, ConsentState>,
  isExpress: boolean,
): Objection | null {
  if (!isYes(wish.kind) && wish.kind !== 'imported') return null;
  // An import over a refusal of the same scope is kept as history and never counts.
  const asked = isYes(wish.kind)
    ? [wish.purposeId, ...wish.topicIds]
    : wish.topicIds.length > 0
      ? [wish.purposeId]
      : [];
  const { occurredAt } = wish;
  const refusedNow = latest(asked.flatMap((id) => refusalIn(standing.get(id))));
  // One from before the refusal is kept as history, whatever it rests on.
  const isLater = isYes(wish.kind) && refusedNow !== null && occurredAt !== null && occurredAt >= refusedNow;
  if (isLater && !isExpress) return { kind: 'not_express', refusedAt: refusedNow };
  if (isLater && wish.unproven === true) return { kind: 'unshown', refusedAt: refusedNow };
  const saidAt = refusedAt.get(wish.purposeId) ?? -Infinity;
  // Whoever left everything has left also what was added since, of which no event tells.
  const everythingAt = refusalIn(standing.get(wish.purposeId)).find((at) => at > saidAt) ?? null;
  const leftAt = everythingAt ?? refusedAt.get(wish.purposeId) ?? null;
  if (occurredAt === null) {
    const begins = wish.kind === 'imported' && wish.topicIds.some((id) => !standing.has(id));
    const refusals = asked.flatMap((id) => refusalIn(standing.get(id)));
    const latestAt = latest(begins && leftAt !== null ? [...refusals, leftAt] : refusals);
    return latestAt === null ? null : { kind: 'undated', refusedAt: latestAt };
  }
  if (wish.topicIds.length === 0 && everythingAt === null) return null;
  if (leftAt !== null && leftAt >= occurredAt) return { kind: 'older', refusedAt: leftAt };
  const since = wish.topicIds.flatMap((id) => refusedAt.get(id) ?? []).filter((at) => at >= occurredAt);
  const isEach = since.length > 0 && since.length === wish.topicIds.length;
  return isEach ? { kind: 'older', refusedAt: Math.max(...since) } : null;
}

function refusalIn(state: ConsentState | undefined): EpochMs[] {
  return state !== undefined && isRefusal(state.status) ? [state.since] : [];
}

function latest(instants: readonly EpochMs[]): EpochMs | null {
  return instants.length === 0 ? null : Math.max(...instants);
}

/**
 * Since when an address is somebody else's than whoever said this yes; null where it may be the one who has it now. One
 * without its time may be as old as any.
 * @param reassignedAt since when it is known to be somebody else's than whoever had it; null or undefined: it is not
 */
export function agreedByAnother({ kind, occurredAt }: Wish, reassignedAt: EpochMs | null | undefined): EpochMs | null {
  if ((!isYes(kind) && kind !== 'imported') || reassignedAt == null) return null;
  return (occurredAt ?? -Infinity) <= reassignedAt ? reassignedAt : null;
}
