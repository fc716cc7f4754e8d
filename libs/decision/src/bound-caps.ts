import type { EpochMs } from '#lib/kernel';
import type { Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import type { CheckDetail } from './decision.js';
import { exactDurationMs } from './exact-duration.js';
import type { Facts } from './facts.js';
import { calendarUsage, type CapUsage, capBinds, capUsage, countedInstants, limitFor } from './frequency-cap.js';
import type { Term } from './packs/term.js';
import type { CalendarWindow, CapRule, Policy } from './policy.js';
import { choiceWindowMs, windowMs } from './windows.js';

/** The rule id under which decisions report what the contact chose; no cap of a policy may be called that. */
export const CONTACTS_CHOICE = 'contact';

/** The priority of a message that nobody gave one. */
export const USUAL_PRIORITY = 5;

/** Whose clock a calendar window begins on. */
export interface Clocks {
  /** Every zone the contact may be in, at least one. */
  readonly contact: readonly Zone[];
  /** Null when the brand names none that is known. */
  readonly brand: Zone | null;
}

/** A cap that has a say about the message, with the hand-overs it counts for it. */
export interface BoundCap {
  readonly rule: CapRule;
  /** `rule.limit` without the places it keeps free for messages that matter more. */
  readonly limit: number;
  readonly window:
    { readonly lengthMs: number } | { readonly calendar: CalendarWindow; readonly zones: readonly Zone[] };
  /** Ascending. */
  readonly uses: readonly EpochMs[];
  /** A message that the cap would hold past this instant is not worth holding; null when it always is. */
  readonly holdsUntil: EpochMs | null;
  /** Somebody stands for the message leaving all the same. */
  readonly isLifted: boolean;
  /** What the result says besides its figures; null for a plain cap. */
  readonly remarks: CheckDetail | null;
  /** The dates on which a rule of a pack is in force; a policy's own always is. */
  readonly term?: Term;
}

/**
 * Every cap that binds the message: what the contact chose first, as it comes before what the brand wants, then the
 * policy's in their order. All of them bind, so of two about the same thing the stricter wins.
 *
 * An override lifts the policy's caps and never the contact's choice: the brand may set its own rule aside and answer
 * for it, but that somebody wants less is not the brand's to set aside. It takes a name and a reason to lift anything.
 *
 * @throws CannotDecide when a cap that binds makes no sense, or begins on the clock of a brand that has none.
 */
export function boundCaps(facts: Facts, policy: Policy, clocks: Clocks): readonly BoundCap[] {
  const choices = facts.contact.frequency;
  if (policy.caps.length === 0 && choices === undefined) return [];

  const uses = facts.capUses.length < 2 ? facts.capUses : [...facts.capUses].sort((a, b) => a.at - b.at);
  const isLifted = isOverridden(facts);
  const caps: BoundCap[] = [];
  for (const choice of choices ?? []) {
    if (choice.topic !== null && choice.topic !== facts.topic?.key) continue;
    const rule: CapRule = {
      id: CONTACTS_CHOICE,
      scope: choice.topic !== null ? 'topic' : choice.channel !== null ? 'channel' : 'any',
      limit: choice.limit,
      window: choice.window,
      action: 'defer',
      classes: { bound: ['commercial'], counted: ['commercial'] },
      ...(choice.channel === null ? {} : { channels: [choice.channel] }),
    };
    if (!capBinds(rule, facts)) continue;
    if (!(Number.isSafeInteger(choice.limit) && choice.limit >= 0)) {
      throw new CannotDecide('unsettled', `the contact chose the limit ${choice.limit}`);
    }
    caps.push({
      rule,
      limit: choice.limit,
      window: { lengthMs: choiceWindowMs(choice) },
      uses: countedInstants(rule, facts, uses),
      holdsUntil: null,
      isLifted: false,
      remarks: null,
    });
  }
  for (const rule of policy.caps) {
    if (!capBinds(rule, facts)) continue;
    const { window, maxDeferMs } = reading(rule);
    const { acceptedAt, priority = USUAL_PRIORITY } = facts.message;
    const limit = limitFor(rule, priority);
    const holdsUntil = maxDeferMs === null || acceptedAt === undefined ? null : acceptedAt + maxDeferMs;
    caps.push({
      rule,
      limit,
      window: 'lengthMs' in window ? window : { ...window, zones: zonesOf(rule, window.calendar, clocks) },
      uses: countedInstants(rule, facts, uses),
      holdsUntil,
      isLifted,
      remarks: remarksOn(rule, limit, holdsUntil, isLifted),
    });
  }
  return caps;
}

/** Usage of a bound cap at an instant, and when there is room; with the zone that decided where calendars count. */
export function usageAt({ limit, window, uses }: BoundCap, at: EpochMs): CapUsage & { readonly zone?: string } {
  if ('lengthMs' in window) return capUsage(limit, window.lengthMs, uses, at);
  return calendarUsage(limit, window.calendar, window.zones, uses, at);
}

function isOverridden({ message: { override } }: Facts): boolean {
  return override?.caps === true && override.actor !== '' && override.reason !== '';
}

function zonesOf({ id }: CapRule, { zone }: CalendarWindow, { contact, brand }: Clocks): readonly Zone[] {
  if (zone === 'contact') return contact;
  if (brand !== null) return [brand];
  throw new CannotDecide('unknown_brand_zone', `cap ${id} counts on the clock of a brand whose zone is not known`);
}

/** What a rule says, read once: policies are kept for as long as they are in force. */
interface Reading {
  readonly window: { readonly lengthMs: number } | { readonly calendar: CalendarWindow };
  readonly maxDeferMs: number | null;
}

const readings = new WeakMap<CapRule, Reading>();

function reading(rule: CapRule): Reading {
  let known = readings.get(rule);
  if (known === undefined) readings.set(rule, (known = read(rule)));
  return known;
}

/** @throws CannotDecide */
function read(rule: CapRule): Reading {
  const { id, window, maxDefer, scope, segment } = rule;
  const maxDeferMs = maxDefer === undefined ? null : exactDurationMs(maxDefer);
  if (scope === 'segment' && (segment === undefined || segment === '')) unusable(id, 'names no segment');
  if (maxDefer !== undefined && maxDeferMs === null) unusable(id, `has the maxDefer ${JSON.stringify(maxDefer)}`);
  if (typeof window === 'string') return { window: { lengthMs: windowMs(rule) }, maxDeferMs };
  if (!isCalendar(window)) unusable(id, `has the window ${JSON.stringify(window)}`);
  return { window: { calendar: window }, maxDeferMs };
}

/** Policies come from storage: a unit that is misspelt there must not count as no window. */
function isCalendar({ unit, zone, weekStart = 1 }: CalendarWindow): boolean {
  return (
    ['day', 'week', 'month'].includes(unit) &&
    ['contact', 'brand'].includes(zone) &&
    [1, 2, 3, 4, 5, 6, 7].includes(weekStart)
  );
}

function unusable(id: string, problem: string): never {
  throw new CannotDecide('unusable_policy', `cap ${id} ${problem}; policyProblems says what it must look like`);
}

function remarksOn(
  { segment, headroom, action }: CapRule,
  effectiveLimit: number,
  holdsUntil: EpochMs | null,
  isLifted: boolean,
): CheckDetail | null {
  const isPlain = segment === undefined && headroom === undefined && action !== 'digest';
  if (isPlain && holdsUntil === null && !isLifted) return null;
  return {
    ...(segment === undefined ? {} : { segment }),
    ...(headroom === undefined ? {} : { effectiveLimit }),
    ...(action === 'digest' ? { digest: true } : {}),
    ...(holdsUntil === null ? {} : { holdsUntil }),
    ...(isLifted ? { overridden: true } : {}),
  };
}
