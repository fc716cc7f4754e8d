import { DAY, ExactSums } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { CAME_BACK, instantAt, REPLY, TOUCH_BYTES, VISIT, WHAT } from './kept-touches.js';
import { bytesIn } from './packed-counts.js';

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
const [DELIVERED, VISITED, CLICKED, REPLIED] = [0, 1, 2, 3] as const;

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
    this.sums.add(this.placeOf(account) + SCORED.indexOf(what), this.rule.points[what] * this.leftOf(at));
  }

  /** All that reached people of an account and that they did, as it is kept. Visits are in both. */
  addKept(account: string, { delivered, engaged }: Readonly<Record<'delivered' | 'engaged', Buffer>>): void {
    const times = [0, 0, 0, 0];
    const count = (what: number, packed: Buffer, byte: number): void => {
      if (this.rule.fadeDays === null) times[what]! += 1;
      else this.add(account, SCORED[what] ?? 'delivered', instantAt(packed, byte));
    };
    const [first, end] = bytesIn(delivered, this.period);
    for (let byte = first; byte < end; byte += TOUCH_BYTES) {
      const flags = delivered.readUInt32BE(byte + WHAT);
      if ((flags & CAME_BACK) === 0) count((flags & VISIT) === 0 ? DELIVERED : VISITED, delivered, byte);
    }
    const [firstDone, endDone] = bytesIn(engaged, this.period);
    for (let byte = firstDone; byte < endDone; byte += TOUCH_BYTES) {
      const flags = engaged.readUInt32BE(byte + WHAT);
      if ((flags & VISIT) === 0) count((flags & REPLY) === 0 ? CLICKED : REPLIED, engaged, byte);
    }
    for (const [what, n] of times.entries()) if (n > 0) this.addTimes(account, what, n);
  }

  of(account: string): Score {
    const place = this.places.get(account);
    if (place === undefined) return NO_SCORE;
    const sum = (what: number): number => Math.round(this.sums.at(place * SCORED.length + what) * 1000);
    return { delivered: sum(DELIVERED), visited: sum(VISITED), clicked: sum(CLICKED), replied: sum(REPLIED) };
  }

  /** Where nothing fades. Only sums of whole numbers are the same whether they are added or multiplied. */
  private addTimes(account: string, what: number, times: number): void {
    const points = this.rule.points[SCORED[what] ?? 'delivered'];
    const sum = this.placeOf(account) + what;
    if (Number.isSafeInteger(points * times) && Number.isInteger(points)) this.sums.add(sum, points * times);
    else for (let i = 0; i < times; i++) this.sums.add(sum, points);
  }

  /** Where the sums of an account begin. */
  private placeOf(account: string): number {
    if (account !== this.last || this.lastPlace === NONE) {
      this.last = account;
      this.lastPlace = this.places.get(account) ?? this.places.size;
      if (this.lastPlace === this.places.size) this.places.set(account, this.lastPlace);
    }
    return this.lastPlace * SCORED.length;
  }

  private leftOf(at: EpochMs): number {
    const { fadeDays } = this.rule;
    return fadeDays === null ? 1 : 2 ** (-Math.max(0, this.end - at) / DAY / fadeDays);
  }
}

/** All of a score together, in points. */
export function pointsOf(score: Score): number {
  const { delivered, visited, clicked, replied } = score;
  return (delivered + visited + clicked + replied) / 1000;
}
