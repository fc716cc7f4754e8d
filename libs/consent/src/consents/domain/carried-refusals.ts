import type { Channel, EpochMs } from '#lib/kernel';
import { type ConsentFact, type ConsentState, foldConsent, isRefusal } from './consent-fold.js';
import { canBeLeft, type Leavable, refusalOf } from './leaving.js';

/** A contact point of a person, with the events of each scope there. */
export interface HeldPoint {
  readonly channel: Channel;
  /** Whether the person had it until now, and not long ago. */
  readonly inUse: boolean;
  /** Since when its address is suppressed because somebody objected or complained there; null: it is not. */
  readonly objectedAt: EpochMs | null;
  readonly history: ReadonlyMap<string, readonly ConsentFact[]>;
  /** What others at its address refused, where the person had it until now: it held for them too. */
  readonly elsewhere: ReadonlyMap<string, readonly ConsentFact[]>;
}

/** A no of the person that holds for a contact point that they get. */
export interface CarriedRefusal {
  readonly scopeId: string;
  readonly kind: 'withdrawn' | 'revoked' | 'objected';
  readonly occurredAt: EpochMs;
}

/**
 * What a person has left that counts for a contact point which they get, or get back. A no is said by somebody and not by
 * an address: otherwise a new address in a CRM would let messages pass that need no yes, and an old list those that do.
 *
 * - On its channel holds whatever stands refused when all that was said there is put together, at whichever address.
 * - On another channel holds what was left at every contact point that the person had: whoever left everywhere left.
 *
 * What others refused at an address that they had until now goes on too: a program that gives somebody another address
 * lets nothing through by that. Who objected, or complained, left every purpose that can be left; who only declined a consent has left nothing. A later yes for the
 * contact point lifts it like any other no.
 * @param held the other contact points of the person
 * @param own what was said at this one, when it comes back
 */
export function carriedRefusals(
  channel: Channel,
  held: readonly HeldPoint[],
  own: ReadonlyMap<string, readonly ConsentFact[]>,
  purposes: readonly (Leavable & { readonly id: string })[],
): CarriedRefusal[] {
  const others = held.map((point) => withObjection(withOthers(point), purposes));
  const onChannel = [...others.filter((point) => point.channel === channel), { history: own }];
  const inUse = others.filter((point) => point.inUse);
  const everywhere = inUse.length > 0 ? inUse : others;
  const scopes = new Set(others.flatMap(({ history }) => [...history.keys()]));
  return [...scopes].flatMap((scopeId): CarriedRefusal[] => {
    const left =
      leftAmong(onChannel, scopeId) ?? (leftAtEach(everywhere, scopeId) ? leftAmong(everywhere, scopeId) : null);
    if (left === null) return [];
    const [kind, occurredAt] = [left.status as CarriedRefusal['kind'], left.since];
    const before = own.get(scopeId) ?? [];
    const said = { id: '', kind, occurredAt, validUntil: null };
    return foldConsent([...before, said])?.eventId === said.id ? [{ scopeId, kind, occurredAt }] : [];
  });
}

function withOthers(point: HeldPoint): HeldPoint {
  if (point.elsewhere.size === 0) return point;
  const history = new Map(point.history);
  for (const [scopeId, facts] of point.elsewhere) history.set(scopeId, [...(history.get(scopeId) ?? []), ...facts]);
  return { ...point, history };
}

function withObjection(point: HeldPoint, purposes: readonly (Leavable & { readonly id: string })[]): HeldPoint {
  const { objectedAt } = point;
  if (objectedAt === null) return point;
  const history = new Map(point.history);
  for (const purpose of purposes.filter(canBeLeft)) {
    const objected = { id: 'objection', kind: refusalOf(purpose), occurredAt: objectedAt, validUntil: null };
    history.set(purpose.id, [...(history.get(purpose.id) ?? []), objected]);
  }
  return { ...point, history };
}

function leftAtEach(points: readonly HeldPoint[], scopeId: string): boolean {
  return points.length > 0 && points.every((point) => leftAmong([point], scopeId) !== null);
}

/** The no that stands when everything said at these contact points is put together; null when none does. */
function leftAmong(points: readonly Pick<HeldPoint, 'history'>[], scopeId: string): ConsentState | null {
  const state = foldConsent(points.flatMap(({ history }) => history.get(scopeId) ?? []));
  return state !== null && isRefusal(state.status) && state.status !== 'refused' ? state : null;
}
