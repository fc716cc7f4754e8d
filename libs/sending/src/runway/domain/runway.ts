import type { ConsentState } from '#lib/consent';
import { type Permitted, VALIDITY } from '#lib/decision';
import type { EpochMs } from '#lib/kernel';

const WEEK = 7 * 86_400_000;

/** Where a contact point stands for messages under one purpose, about one topic or none. */
export type RunwayStanding =
  /** They may leave until then, and what ends it: `validity`, or a jurisdiction pack. */
  | { readonly kind: 'sendable'; readonly end: EpochMs | null; readonly endedBy: string | null }
  /** A confirmation was asked for that can be given until then. */
  | { readonly kind: 'waits'; readonly end: EpochMs };

/** One of the weeks ahead. */
export interface RunwayWeek {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Contact points that can be written to at its start and not at its end. */
  readonly lost: number;
  /** Of those: whose consent was given until a day. */
  readonly validity: number;
  /** Of those: whose consent a law ends, or no longer takes for one, by jurisdiction pack. */
  readonly clocks: Readonly<Record<string, number>>;
  /** Contact points that wait for a confirmation, which then lapses; they cannot be written to now either. */
  readonly confirmations: number;
  /** Contact points that can still be written to at its end. */
  readonly remaining: number;
}

export interface Runway {
  readonly at: EpochMs;
  /** Contact points that can be written to now. */
  readonly sendable: number;
  readonly weeks: readonly RunwayWeek[];
  /** Of those that remain after the last week: how many have an end, and how many none. */
  readonly endsLater: number;
  readonly endless: number;
}

/** What each purpose was judged by: the keys of policies, by its own key. */
export type JudgedBy = Readonly<Record<string, readonly string[]>>;

export interface RunwayReport extends Runway {
  readonly policies: JudgedBy;
}

export interface RunwayOptions {
  readonly at: EpochMs;
  readonly weeks: number;
  /** Jurisdiction packs that are told of even where they end nothing. */
  readonly laws: readonly string[];
}

/** Adds contact points up, one after the other, in whatever order. */
export class RunwayFold {
  private sendable = 0;
  private endsLater = 0;
  private endless = 0;
  private readonly ends: Map<string, number>[];
  private readonly confirmations: number[];

  constructor(private readonly options: RunwayOptions) {
    this.ends = Array.from({ length: options.weeks }, () => new Map<string, number>());
    this.confirmations = Array.from({ length: options.weeks }, () => 0);
  }

  /** @param standings of one contact point, with all purposes in question */
  add(standings: readonly RunwayStanding[]): void {
    const fate = fateOf(standings);
    if (fate === null) return;
    const week = fate.end === null ? null : Math.floor((fate.end - this.options.at) / WEEK);
    if (fate.kind === 'waits') {
      if (week !== null && week < this.confirmations.length)
        this.confirmations[week] = (this.confirmations[week] ?? 0) + 1;
      return;
    }
    this.sendable += 1;
    const reasons = week === null ? undefined : this.ends[week];
    const reason = fate.endedBy ?? VALIDITY;
    if (reasons !== undefined) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    else if (week === null) this.endless += 1;
    else this.endsLater += 1;
  }

  result(): Runway {
    const { at } = this.options;
    const ended = this.ends.flatMap((reasons) => [...reasons.keys()].filter((reason) => reason !== VALIDITY));
    const laws = [...new Set([...this.options.laws, ...ended])].sort();
    let remaining = this.sendable;
    const weeks = this.ends.map((reasons, i): RunwayWeek => {
      const validity = reasons.get(VALIDITY) ?? 0;
      const byLaw = Object.fromEntries(laws.map((law) => [law, reasons.get(law) ?? 0]));
      const lost = Object.values(byLaw).reduce((sum, n) => sum + n, validity);
      remaining -= lost;
      const [from, to] = [at + i * WEEK, at + (i + 1) * WEEK];
      return { from, to, lost, validity, clocks: byLaw, confirmations: this.confirmations[i] ?? 0, remaining };
    });
    return { at, sendable: this.sendable, weeks, endsLater: this.endsLater, endless: this.endless };
  }
}

/** For how long a request for confirmation waits where it does not say so itself. */
const CONFIRMATION_MS = 7 * 86_400_000;

/**
 * What a contact point's consent to one thing means for the weeks ahead; null: nothing that could run out.
 * @param state where the purpose stands
 * @param countsAll whether those count too for whom it takes no opt-in
 */
export function standingOf(
  permitted: Permitted,
  state: Pick<ConsentState, 'status' | 'since' | 'validUntil'> | null,
  at: EpochMs,
  countsAll: boolean,
): RunwayStanding | null {
  if (permitted.permitted) {
    const { end, endedBy, takesOptIn } = permitted;
    return takesOptIn || countsAll ? { kind: 'sendable', end, endedBy } : null;
  }
  if (state?.status !== 'requested') return null;
  const end = state.validUntil ?? state.since + CONFIRMATION_MS;
  return end > at ? { kind: 'waits', end } : null;
}

/** A point can be written to while any of its purposes stands: what counts is the one that stands longest. */
function fateOf(standings: readonly RunwayStanding[]): RunwayStanding | null {
  let best: RunwayStanding | null = null;
  for (const one of standings) if (best === null || isBetter(one, best)) best = one;
  return best;
}

function isBetter(one: RunwayStanding, other: RunwayStanding): boolean {
  if (one.kind !== other.kind) return one.kind === 'sendable';
  return (one.end ?? Infinity) > (other.end ?? Infinity);
}
