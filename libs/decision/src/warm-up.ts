import type { Channel, EpochMs, ZoneSource } from '#lib/kernel';
import type { Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import { dayOf, isoDate, type LocalDay, localDay, startOfDay } from './calendar.js';
import type { Facts, WarmUpState } from './facts.js';
import type { Policy, WarmUpRule } from './policy.js';

/** Whom a message would be handed to and in whose name; null where there is none, as with a test message. */
export interface Route {
  readonly channel: Channel;
  readonly provider: string | null;
  readonly sending_domain: string | null;
}

/** What a caller counts for one warm-up, so that it can state a `WarmUpState`. */
export interface WarmUpToCount {
  readonly rule: string;
  readonly key: string;
  /** Today in the brand's zone, `2026-11-21`. */
  readonly day: string;
  /** The first instant of that day: `sent` counts from here on. */
  readonly since: EpochMs;
  /** The first instant of the days looked back on, today being the last of them: `recent` counts from here on. */
  readonly recentSince: EpochMs;
}

/**
 * The warm-ups that bind the message and are not over: what `Facts.warmUps` must hold for a decision at `now`.
 *
 * @throws CannotDecide when the policy is not usable.
 */
export function warmUpsToCount(
  policy: Pick<Policy, 'warmUps'>,
  route: Route,
  brandZone: Zone,
  now: EpochMs,
): WarmUpToCount[] {
  if (policy.warmUps === undefined) return [];
  const today = localDay(brandZone, now);
  return policy.warmUps.flatMap((rule) => {
    const key = route[rule.scope];
    const isOver = today >= firstDayOf(rule) + rule.ceilings.length;
    if (key === null || isOver || !bindsRoute(rule, route.channel, key)) return [];
    return {
      rule: rule.id,
      key,
      day: isoDate(today),
      since: startOfDay(brandZone, today),
      recentSince: startOfDay(brandZone, today - rule.halt.lookBackDays + 1),
    };
  });
}

/** A warm-up that binds the message, and how far it is. */
export interface BoundWarmUp {
  readonly rule: WarmUpRule;
  readonly firstDay: LocalDay;
  readonly zone: Zone;
  /** Null when nobody counted. */
  readonly state: (WarmUpState & { readonly ofDay: LocalDay }) | null;
}

/**
 * The policy's warm-ups that bind the message, in their order, each with the state of every provider or domain that
 * the facts hold for it. A rule may bind as long as the facts do not say that the message leaves by another way.
 *
 * @throws CannotDecide when a rule that binds makes no sense, or the brand has no clock to tell its days by.
 */
export function boundWarmUps(facts: Facts, policy: Policy, clocks: ZoneSource): readonly BoundWarmUp[] | null {
  if (policy.warmUps === undefined) return null;
  const brandZone = clocks.zone(facts.brand.zone);
  const { channel, route } = facts.message;
  const warmUps: BoundWarmUp[] = [];
  for (const rule of policy.warmUps) {
    const key = route?.[rule.scope];
    if (key === null || !bindsRoute(rule, channel, key)) continue;
    if (brandZone === null) {
      const problem = `warm-up ${rule.id} counts on the clock of a brand whose zone is not known`;
      throw new CannotDecide('unknown_brand_zone', problem);
    }
    const common = { rule, firstDay: firstDayOf(rule), zone: brandZone };
    const wanted = key ?? rule.key;
    const states = (facts.warmUps ?? []).filter(
      (state) => state.rule === rule.id && (wanted === undefined || state.key === wanted),
    );
    if (states.length === 0) warmUps.push({ ...common, state: null });
    for (const state of states) {
      const ofDay = dayOf(state.day) ?? unsettled(rule, `counts the day "${state.day}"`);
      warmUps.push({ ...common, state: { ...state, ofDay } });
    }
  }
  return warmUps;
}

/** How a warm-up stands at one instant. */
export interface WarmUpStanding {
  /** 1 on the first day, 0 and less before it. */
  readonly day: number;
  /** Null before the first day and after the last. */
  readonly ceiling: number | null;
  /** What the state counted, 0 on a day it does not speak of yet. */
  readonly sent: number;
  readonly halted: 'bounced' | 'complained' | null;
  /** The first instant from which on it lets a message through: `at` when it does. */
  readonly until: EpochMs;
}

/**
 * A state speaks of its own day. What later days will bring nobody knows, so each of them begins with nothing sent and
 * nobody complaining; whoever asks then brings a new state, and a warm-up that is ill received halts anew. A state that
 * is ahead of `at`, by a clock that is, counts.
 *
 * @throws CannotDecide on a day with a ceiling when nobody counted: nothing may leave on trust.
 */
export function warmUpStanding({ rule, firstDay, zone, state }: BoundWarmUp, at: EpochMs): WarmUpStanding {
  const today = localDay(zone, at);
  const lastDay = firstDay + rule.ceilings.length - 1;
  const standingOn = (day: LocalDay) => {
    const ceiling = rule.ceilings[day - firstDay] ?? null;
    if (ceiling === null) return { ceiling, sent: 0, halted: null, passes: day > lastDay };
    if (state === null) return unsettled(rule, `has no count for ${isoDate(day)}`);
    const isCounted = day <= state.ofDay;
    const sent = isCounted ? state.sent : 0;
    const halted = isCounted ? haltedBy(rule, state) : null;
    return { ceiling, sent, halted, passes: halted === null && sent < ceiling };
  };

  const { passes, ...standing } = standingOn(today);
  let day = today;
  if (!passes) {
    day = Math.max(day + 1, firstDay);
    // Ends at the day after the last, which always passes.
    while (!standingOn(day).passes) day++;
  }
  return { day: today - firstDay + 1, ...standing, until: passes ? at : startOfDay(zone, day) };
}

/** Shares are compared so that figures which are not numbers halt. */
function haltedBy({ halt }: WarmUpRule, { recent }: WarmUpState): 'bounced' | 'complained' | null {
  if (recent.sent < halt.atLeast) return null;
  if (!(recent.complained / recent.sent < halt.complained)) return 'complained';
  return recent.bounced / recent.sent < halt.bounced ? null : 'bounced';
}

/** Only e-mail has a sending domain. A rule without a key is about whatever the message leaves by. */
function bindsRoute({ scope, channels, key }: WarmUpRule, channel: Channel, actual: string | undefined): boolean {
  if (!(channels?.includes(channel) ?? true)) return false;
  if (scope === 'sending_domain' && channel !== 'email') return false;
  return key === undefined || actual === undefined || key === actual;
}

function firstDayOf({ id, startsOn }: WarmUpRule): LocalDay {
  const day = dayOf(startsOn);
  if (day !== null) return day;
  throw new CannotDecide(
    'unusable_policy',
    `warm-up ${id} starts on "${startsOn}"; policyProblems says what it must look like`,
  );
}

function unsettled({ id }: WarmUpRule, problem: string): never {
  throw new CannotDecide('unsettled', `warm-up ${id} ${problem}`);
}
