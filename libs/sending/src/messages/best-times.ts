import { decide } from '#lib/decision';
import type { BrandId, Channel, EpochMs } from '#lib/kernel';
import type { JsonObject } from '#lib/ledger';
import { systemClock, type Tx } from '#lib/platform';
import { reference } from '../reference.js';
import type { DecidedWay } from './accept-ways.js';
import { bestTimeStore, type TimeResult } from './best-time.store.js';
import type { DecisionBatch } from './decision-batch.js';
import { type Arm, bestOf, type Goal, isControl } from './domain/best-arm.js';
import {
  type AllowedTime,
  DAYS_OF_WEEK,
  type DrawnTime,
  drawTime,
  PARTS_OF_DAY,
  placeOf,
  timesWithin,
} from './domain/best-time.js';
import { isHopeful } from './domain/choice.js';
import { type BestTime, DEFAULT_GOAL } from './domain/message.js';
import { luckOf } from './luck.js';

/** Results are read again after this long: they are a day old anyway. */
const FRESH_MS = 60_000;
/** Shares are written as whole millionths: the ledger has no fractions. */
const MILLION = 1_000_000;

/** What is known of the parts of a day and of the days of the week for people of a segment on a channel. */
interface Known {
  readonly parts: readonly Arm[];
  readonly days: readonly Arm[];
  /** Probability of each part to be the best. */
  readonly partShares: readonly number[];
  /** By days that are allowed, as `4 5`: the probability of each to be the best of them. A window never has all seven. */
  readonly dayShares: Map<string, readonly number[]>;
}

/** What came of times of day, as one process knows it, and the best of them for a message. */
export class BestTimes {
  private readonly results = new Map<string, { readonly at: number; readonly results: readonly TimeResult[] }>();
  private readonly known = new WeakMap<readonly TimeResult[], Map<string, Known>>();

  /**
   * Gives a way that may reach its contact the time at which it is to leave: drawn among those at which the whole
   * pipeline lets it go, and among no others. One that no time in the window allows stays as it was decided.
   */
  async atBest(tx: Tx, batch: DecisionBatch, way: DecidedWay, wish: BestTime, now: EpochMs): Promise<DecidedWay> {
    const { prepared, judgement } = way;
    const { candidate, key } = prepared;
    const { decision, facts } = judgement;
    const { subject } = candidate;
    const from = Math.max(now, subject.sendAt ?? now);
    const earliest = decision.outcome === 'pass' ? now : decision.notBefore;
    if (!isHopeful(decision) || earliest === null || earliest > from + wish.withinMs) return way;

    const { contactId, segments } = subject.recipient;
    const goal = wish.goal ?? DEFAULT_GOAL;
    const segment = [...segments].sort()[0] ?? '';
    const seed = [contactId, key.hash];
    const zone = reference.zones.zone(decision.local.zone);
    const hours = Math.floor(wish.withinMs / 3_600_000);
    const later = timesWithin(from, hours, luckOf('minute', ...seed)).filter(
      (at) => at > earliest && decide(facts, candidate.policy.policy, at, reference).outcome === 'pass',
    );
    const allowed = [earliest, ...later].map((at): AllowedTime => {
      return { at, ...placeOf(at + (zone?.offset(at) ?? 0) * 60_000) };
    });

    const known = this.knownOf(await this.of(tx, subject.brand.id, goal), segment, subject.channel);
    const luck = luckOf('time', ...seed);
    const shares = { parts: known.partShares, days: daySharesOf(known, allowed) };
    const { chosen, propensity, parts, days } = drawTime(allowed, shares, luck);
    const time = allowed[chosen];
    if (time === undefined) throw new Error('no time was drawn');
    const draw: JsonObject = {
      goal,
      segment,
      within: wish.withinMs,
      luck: Math.floor(luck * MILLION),
      propensity: Math.round(propensity * MILLION),
      earliest: chosen === 0,
      parts: parts.map(({ part, times, propensity: share }) => ({
        part,
        times,
        ...armAt(known.parts, part),
        propensity: Math.round(share * MILLION),
      })),
      days: days.map(({ day, times, propensity: share }) => ({
        day,
        times,
        ...armAt(known.days, day),
        propensity: Math.round(share * MILLION),
      })),
    };
    const drawn: DrawnTime = {
      goal,
      segment,
      part: time.part,
      day: time.day,
      control: allowed.length > 1 ? isControl(luck) : null,
      draw,
    };
    if (chosen === 0) return { ...way, drawn };
    const planned = { ...candidate, subject: { ...subject, sendAt: time.at } };
    return { prepared: { ...prepared, candidate: planned }, judgement: batch.judge(planned), drawn };
  }

  private async of(tx: Tx, brandId: BrandId, goal: Goal): Promise<readonly TimeResult[]> {
    const key = `${brandId} ${goal}`;
    const now = systemClock.monotonic();
    const kept = this.results.get(key);
    if (kept !== undefined && now - kept.at < FRESH_MS) return kept.results;
    const results = await bestTimeStore.results(tx, brandId, goal);
    this.results.set(key, { at: now, results });
    return results;
  }

  private knownOf(results: readonly TimeResult[], segment: string, channel: Channel): Known {
    const bySegment = this.known.get(results) ?? new Map<string, Known>();
    this.known.set(results, bySegment);
    const key = `${channel} ${segment}`;
    const kept = bySegment.get(key);
    if (kept !== undefined) return kept;
    const of = results.filter((one) => one.segment === segment && one.channel === channel);
    const parts = sums(PARTS_OF_DAY, of, ({ part }) => part);
    const days = sums(DAYS_OF_WEEK, of, ({ day }) => day);
    const known = { parts, days, partShares: bestOf(parts), dayShares: new Map() };
    bySegment.set(key, known);
    return known;
  }
}

/** What is known of each place, whatever it is of the others. */
function sums(places: number, of: readonly TimeResult[], placeIn: (one: TimeResult) => number | null): Arm[] {
  const arms = Array.from({ length: places }, () => ({ tried: 0, met: 0 }));
  for (const one of of) {
    const arm = arms[placeIn(one) ?? -1];
    if (arm === undefined) continue;
    arm.tried += one.tried;
    arm.met += one.met;
  }
  return arms;
}

function daySharesOf({ days, dayShares }: Known, allowed: readonly AllowedTime[]): readonly number[] {
  const those = [...new Set(allowed.map(({ day }) => day))].sort((a, b) => a - b);
  const key = those.join(' ');
  const kept = dayShares.get(key);
  if (kept !== undefined) return kept;
  const best = bestOf(those.map((day) => armAt(days, day)));
  const shares = days.map((_, day) => best[those.indexOf(day)] ?? 0);
  dayShares.set(key, shares);
  return shares;
}

function armAt(arms: readonly Arm[], place: number): Arm {
  const { tried, met } = arms[place] ?? { tried: 0, met: 0 };
  return { tried, met };
}
