import type { EpochMs } from '#lib/kernel';
import { runOut } from '../../consents/domain/as-of.js';
import { type ConsentEventKind, type ConsentState, isRefusal } from '../../consents/domain/consent-fold.js';
import { canBeLeft, type Leavable, refusalOf } from '../../consents/domain/leaving.js';

/** A contact point in use, with where its scopes stand, refusals at its address included. */
export interface MergedPoint {
  readonly id: string;
  readonly channel: string;
  readonly states: ReadonlyMap<string, ConsentState>;
}

/** What is recorded at a contact point so that it stands no better than either side did. */
export interface MergeStep {
  readonly pointId: string;
  readonly scopeId: string;
  readonly kind: ConsentEventKind;
  readonly validUntil: EpochMs | null;
}

/**
 * A contact point at whose address somebody objected or complained has left every purpose that can be left: that is said
 * by a person and not by an address, so it holds for whom they turn out to be.
 */
export function withObjection(
  point: MergedPoint,
  purposes: readonly (Leavable & { readonly id: string })[],
  objectedAt: EpochMs,
): MergedPoint {
  const states = new Map(point.states);
  for (const purpose of purposes.filter(canBeLeft)) {
    const known = states.get(purpose.id);
    if (known !== undefined && isRefusal(known.status) && known.status !== 'refused') continue;
    const said = { status: refusalOf(purpose), since: objectedAt, validUntil: null, eventId: '', imported: false };
    states.set(purpose.id, said);
  }
  return { ...point, states };
}

/**
 * What must end when two contacts turn out to be one person. Per channel that both have, and purpose or topic, the more
 * restrictive of the two stands counts, and it counts for every contact point of the channel: a no that one of them
 * said was said by the person; a yes that one of them never gave is not had for both. What holds on a channel that only one
 * of them has is `carriedRefusals`, as for a contact point that somebody gets. Points are in the order in which they are
 * written to; the first of a channel speaks for its side.
 */
export function mergeConsents(into: readonly MergedPoint[], from: readonly MergedPoint[], now: EpochMs): MergeStep[] {
  const channels = new Set(into.map(({ channel }) => channel));
  return [...channels].flatMap((channel) => {
    const sides = [into, from].map((points) => points.filter((point) => point.channel === channel));
    const [a, b] = sides.map(([first]) => first);
    if (a === undefined || b === undefined) return [];
    const points = sides.flat();
    const scopes = new Set(points.flatMap(({ states }) => [...states.keys()]));
    return [...scopes].flatMap((scopeId) => {
      const stands = [standOf(a, scopeId, now), standOf(b, scopeId, now)] as const;
      const target = stricter(...stands);
      const lastNo = Math.max(...stands.filter(isNo).map(({ since }) => since), -Infinity);
      return points.flatMap((point) => stepsFor(point, scopeId, target, lastNo, now));
    });
  });
}

/**
 * How much stands in the way: of a consent nothing, of silence only where a consent is needed, of a refusal also where
 * only a no counts; whoever leaves or objects stops what rests on another legal basis too.
 */
const WEIGHT = { given: 0, silent: 1, refused: 2, left: 3, objected: 4 } as const;

interface Stand {
  readonly kind: keyof typeof WEIGHT;
  readonly status: ConsentState['status'] | null;
  readonly until: EpochMs;
  /** When it was last said. */
  readonly since: EpochMs;
}

function standOf({ states }: MergedPoint, scopeId: string, now: EpochMs): Stand {
  const recorded = states.get(scopeId);
  if (recorded === undefined) return { kind: 'silent', status: null, until: Infinity, since: -Infinity };
  const { status, validUntil, since } = runOut(recorded, now);
  if (status === 'objected') return { kind: 'objected', status, until: Infinity, since };
  if (isRefusal(status)) return { kind: status === 'refused' ? 'refused' : 'left', status, until: Infinity, since };
  if (status === 'granted' || status === 'confirmed')
    return { kind: 'given', status, until: validUntil ?? Infinity, since };
  return { kind: 'silent', status, until: Infinity, since };
}

function stricter(a: Stand, b: Stand): Stand {
  if (WEIGHT[a.kind] !== WEIGHT[b.kind]) return WEIGHT[a.kind] > WEIGHT[b.kind] ? a : b;
  return a.until <= b.until ? a : b;
}

const isNo = ({ kind }: Stand): boolean => WEIGHT[kind] >= WEIGHT.refused;

function stepsFor(point: MergedPoint, scopeId: string, target: Stand, lastNo: EpochMs, now: EpochMs): MergeStep[] {
  const own = standOf(point, scopeId, now);
  const step = (kind: ConsentEventKind, validUntil: EpochMs | null = null): MergeStep[] => [
    { pointId: point.id, scopeId, kind, validUntil },
  ];
  if (WEIGHT[own.kind] < WEIGHT[target.kind]) {
    return step(target.kind === 'silent' || target.status === null ? 'invalidated' : target.status);
  }
  // What was said once more on the other side was said once more by the person.
  if (isNo(own) && own.status !== null && lastNo > own.since) return step(own.status);
  if (own.kind === 'given' && target.kind === 'given' && own.until > target.until) return step('expired', target.until);
  return [];
}
