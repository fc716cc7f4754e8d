import type { EpochMs } from '#lib/kernel';
import { basisKindOf } from '../../consents/domain/consent-basis.js';
import type { ConsentStatus } from '../../consents/domain/consent-fold.js';

const WEEK = 7 * 86_400_000;

/** How long a law lets an implied consent hold, and where. */
export interface RunwayClock {
  /** Such as `ca`. */
  readonly law: string;
  readonly country: string;
  /** What runs out: implied_purchase, implied_inquiry and the like, as decisions read it out of legal bases. */
  readonly basis: string;
  /** The first instant at which a consent given at `at` does not hold any more. */
  readonly endsAt: (at: EpochMs) => EpochMs;
}

/** Where a contact point stands with one purpose that needs an opt-in. */
export interface RunwayState {
  readonly status: ConsentStatus;
  readonly since: EpochMs;
  readonly validUntil: EpochMs | null;
  readonly legalBasis: string;
}

/** A contact point in use, with all such purposes. */
export interface RunwayPoint {
  /** Those the person may be in: the law of each counts. */
  readonly countries: readonly string[];
  readonly states: readonly RunwayState[];
}

/** One of the weeks ahead. */
export interface RunwayWeek {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Contact points that can be written to at its start and not at its end. */
  readonly lost: number;
  /** Of those: whose consent was given until a day. */
  readonly validity: number;
  /** Of those: whose implied consent a law ends, by law. */
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

export interface RunwayOptions {
  readonly at: EpochMs;
  readonly weeks: number;
  readonly clocks: readonly RunwayClock[];
  /** For how long a request for confirmation waits where it does not say so itself. */
  readonly confirmationMs: number;
}

type Fate =
  | { readonly kind: 'sendable'; readonly end: EpochMs | null; readonly reason: string }
  | { readonly kind: 'waits'; readonly end: EpochMs }
  | { readonly kind: 'neither' };

const VALIDITY = 'validity';

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

  add(point: RunwayPoint): void {
    const fate = fateOf(point, this.options);
    if (fate.kind === 'neither') return;
    const week = fate.end === null ? null : Math.floor((fate.end - this.options.at) / WEEK);
    if (fate.kind === 'waits') {
      if (week !== null && week < this.confirmations.length)
        this.confirmations[week] = (this.confirmations[week] ?? 0) + 1;
      return;
    }
    this.sendable += 1;
    const reasons = week === null ? undefined : this.ends[week];
    if (reasons !== undefined) reasons.set(fate.reason, (reasons.get(fate.reason) ?? 0) + 1);
    else if (week === null) this.endless += 1;
    else this.endsLater += 1;
  }

  result(): Runway {
    const { at, clocks } = this.options;
    const laws = [...new Set(clocks.map(({ law }) => law))].sort();
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

/** By country and region as they are on file, as decisions do: a region is in a country, and where the two contradict both may be. */
export function countriesOf({
  country,
  region,
}: {
  readonly country: string | null;
  readonly region: string | null;
}): string[] {
  const codes = [country, region?.slice(0, 2)].flatMap((code) =>
    code == null || code === '' ? [] : [code.toUpperCase()],
  );
  return [...new Set(codes)];
}

/** A point can be written to while any of its purposes stands: what counts is the one that stands longest. */
function fateOf({ countries, states }: RunwayPoint, { at, clocks, confirmationMs }: RunwayOptions): Fate {
  let best: { end: EpochMs | null; reason: string } | null = null;
  let waits: EpochMs | null = null;
  for (const state of states) {
    if (state.status === 'requested') {
      const end = state.validUntil ?? state.since + confirmationMs;
      if (end > at) waits = Math.max(waits ?? end, end);
    } else if (state.status === 'granted' || state.status === 'confirmed') {
      const next = endOf(state, countries, clocks);
      if (next.end !== null && next.end <= at) continue;
      if (best === null || (best.end !== null && (next.end === null || next.end > best.end))) best = next;
    }
  }
  if (best !== null) return { kind: 'sendable', ...best };
  return waits === null ? { kind: 'neither' } : { kind: 'waits', end: waits };
}

/** The first end that a consent comes to, and why it is one. */
function endOf(
  { since, validUntil, legalBasis }: RunwayState,
  countries: readonly string[],
  clocks: readonly RunwayClock[],
): { end: EpochMs | null; reason: string } {
  let [end, reason] = [validUntil, VALIDITY];
  const basis = basisKindOf(legalBasis);
  for (const clock of clocks) {
    if (!countries.includes(clock.country) || clock.basis !== basis) continue;
    const ends = clock.endsAt(since);
    if (end === null || ends < end) [end, reason] = [ends, clock.law];
  }
  return { end, reason };
}
