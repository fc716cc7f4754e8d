import { DAY, ExactSums } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';

/** What brings an account points: what reached its people, and what they did. */
export const SCORED = ['delivered', 'visited', 'clicked', 'replied'] as const;
export type Scored = (typeof SCORED)[number];
/** For each of it. */
export type Points = Readonly<Record<Scored, number>>;

/** What people do is worth more than what is sent to them. */
export const POINTS: Points = { delivered: 1, visited: 3, clicked: 3, replied: 5 };

export interface ScoreRule {
  readonly points: Points;
  /** Days in which points lose half of what they are worth by the end of the period; null: none fade. */
  readonly fadeDays: number | null;
}

/** Thousandths of points, by what brought them. */
export type Score = Readonly<Record<Scored, number>>;

export const NO_SCORE: Score = { delivered: 0, visited: 0, clicked: 0, replied: 0 };

const NONE = -1;

/** Points of accounts within a period, in whatever order they come. */
export class EngagementScores {
  private readonly places = new Map<string, number>();
  private readonly sums = new ExactSums(SCORED.length * 64);
  private readonly end: EpochMs;
  /** Whose points came last: mostly those that follow are of the same account. */
  private last = '';
  private lastPlace = NONE;

  constructor(
    private readonly period: { readonly from: EpochMs; readonly to: EpochMs },
    asOf: EpochMs,
    private readonly rule: ScoreRule,
  ) {
    this.end = Math.min(period.to, asOf);
  }

  add(account: string, what: Scored, at: EpochMs): void {
    const { from, to } = this.period;
    if (at < from || at >= to) return;
    if (account !== this.last || this.lastPlace === NONE) {
      this.last = account;
      this.lastPlace = this.places.get(account) ?? this.places.size;
      if (this.lastPlace === this.places.size) this.places.set(account, this.lastPlace);
    }
    const sum = this.lastPlace * SCORED.length + SCORED.indexOf(what);
    this.sums.add(sum, this.rule.points[what] * this.leftOf(at));
  }

  of(account: string): Score {
    const place = this.places.get(account);
    const sum = (what: Scored): number =>
      place === undefined ? 0 : Math.round(this.sums.at(place * SCORED.length + SCORED.indexOf(what)) * 1000);
    return {
      ...{ delivered: sum('delivered'), visited: sum('visited') },
      ...{ clicked: sum('clicked'), replied: sum('replied') },
    };
  }

  private leftOf(at: EpochMs): number {
    const { fadeDays } = this.rule;
    return fadeDays === null ? 1 : 2 ** (-Math.max(0, this.end - at) / DAY / fadeDays);
  }
}

/** All of a score together, in points. */
export function pointsOf(score: Score): number {
  return SCORED.reduce((sum, what) => sum + score[what], 0) / 1000;
}
