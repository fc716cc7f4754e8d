import type { EpochMs, ZoneSource } from '#lib/kernel';
import type { Zone } from 'luxon';
import { CannotDecide } from './cannot-decide.js';
import type { CheckDetail } from './decision.js';
import { exactDurationMs } from './exact-duration.js';
import type { CapUse, Facts, FrequencyChoice } from './facts.js';
import {
  calendarUsage,
  type CapUsage,
  capBinds,
  capUsage,
  type CountingRule,
  limitFor,
  type Past,
} from './frequency-cap.js';
import { keep } from './memory.js';
import type { Term } from './packs/term.js';
import type { CalendarWindow, CapRule, Policy } from './policy.js';
import { choiceWindowMs, windowMs } from './windows.js';

/** The rule id under which decisions report what the contact chose; no cap of a policy may be called that. */
export const CONTACTS_CHOICE = 'contact';

/** The priority of a message that nobody gave one. */
export const USUAL_PRIORITY = 5;

/** A cap that has a say about the message. */
export interface BoundCap {
  readonly rule: CountingRule;
  /** `rule.limit` without the places it keeps free for messages that matter more. */
  readonly limit: number;
  readonly window: CapWindow;
  /** A message that the cap would hold past this instant is not worth holding; null when it always is. */
  readonly holdsUntil: EpochMs | null;
  /** Somebody stands for the message leaving all the same. */
  readonly isLifted: boolean;
  /** What the result says besides its figures; null for a plain cap. */
  readonly remarks: CheckDetail | null;
  /** The dates on which a rule of a pack is in force; a policy's own always is. */
  readonly term: Term | undefined;
}

type CapWindow =
  | { readonly kind: 'rolling'; readonly lengthMs: number }
  | { readonly kind: 'calendar'; readonly calendar: CalendarWindow; readonly zones: readonly Zone[] };

/**
 * Every cap that binds the message: what the contact chose first, as it comes before what the brand wants, then the
 * policy's in their order. All of them bind, so of two about the same thing the stricter wins.
 *
 * An override lifts the policy's caps and never the contact's choice: the brand may set its own rule aside and answer
 * for it, but that somebody wants less is not the brand's to set aside. It takes a name and a reason to lift anything.
 *
 * @param zones every zone the contact may be in, at least one
 * @throws CannotDecide when a cap that binds makes no sense, or begins on the clock of a brand that has none.
 */
export function boundCaps(facts: Facts, policy: Policy, zones: readonly Zone[], clocks: ZoneSource): BoundCap[] {
  const caps: BoundCap[] = [];
  for (const choice of facts.contact.frequency ?? []) {
    const cap = boundChoice(choice, facts);
    if (cap !== null) caps.push(cap);
  }
  const isLifted = isOverridden(facts);
  for (const rule of policy.caps) {
    if (!capBinds(rule, facts)) continue;
    const { plain, window, maxDeferMs } = reading(rule);
    if (plain !== null && !isLifted) {
      caps.push(plain);
      continue;
    }
    const { acceptedAt, priority = USUAL_PRIORITY } = facts.message;
    const limit = limitFor(rule, priority);
    const holdsUntil = maxDeferMs === null || acceptedAt === undefined ? null : acceptedAt + maxDeferMs;
    caps.push({
      rule,
      limit,
      window: typeof window === 'number' ? rolling(window) : calendar(rule, window, facts, zones, clocks),
      holdsUntil,
      isLifted,
      remarks: remarksOn(rule, limit, holdsUntil, isLifted),
      term: undefined,
    });
  }
  return caps;
}

function boundChoice(choice: FrequencyChoice, facts: Facts): BoundCap | null {
  if (choice.topic !== null && choice.topic !== facts.topic?.key) return null;
  const rule: CapRule = {
    id: CONTACTS_CHOICE,
    scope: choice.topic !== null ? 'topic' : choice.channel !== null ? 'channel' : 'any',
    limit: choice.limit,
    window: choice.window,
    action: 'defer',
    classes: { bound: ['commercial'], counted: ['commercial'] },
    ...(choice.channel === null ? {} : { channels: [choice.channel] }),
  };
  if (!capBinds(rule, facts)) return null;
  if (!(Number.isSafeInteger(choice.limit) && choice.limit >= 0)) {
    throw new CannotDecide('unsettled', `the contact chose the limit ${choice.limit}`);
  }
  return plainCap(rule, choiceWindowMs(choice));
}

/** A cap over a rolling window that is the same for every message it binds. */
export function plainCap(rule: CountingRule, lengthMs: number, term?: Term): BoundCap {
  const [limit, window, remarks] = [rule.limit, rolling(lengthMs), remarksOn(rule, rule.limit, null, false)];
  return { rule, limit, window, holdsUntil: null, isLifted: false, remarks, term };
}

/** Usage of a bound cap at an instant, and when there is room. */
export function usageAt({ rule, limit, window }: BoundCap, past: Past, at: EpochMs): CapUsage {
  if (window.kind === 'rolling') return capUsage(rule, limit, window.lengthMs, past, at);
  return calendarUsage(rule, limit, window.calendar, window.zones, past, at);
}

/** Oldest first. Usually they are. */
export function inOrder(uses: readonly CapUse[]): readonly CapUse[] {
  let before = -Infinity;
  for (const { at } of uses) {
    if (!(before <= at)) return [...uses].sort((a, b) => a.at - b.at);
    before = at;
  }
  return uses;
}

function isOverridden({ message: { override } }: Facts): boolean {
  return override?.caps === true && override.actor !== '' && override.reason !== '';
}

function rolling(lengthMs: number): CapWindow {
  return { kind: 'rolling', lengthMs };
}

function calendar(
  { id }: CapRule,
  window: CalendarWindow,
  { brand }: Facts,
  contactZones: readonly Zone[],
  clocks: ZoneSource,
): CapWindow {
  if (window.zone === 'contact') return { kind: 'calendar', calendar: window, zones: contactZones };
  const zone = clocks.zone(brand.zone);
  if (zone !== null) return { kind: 'calendar', calendar: window, zones: [zone] };
  throw new CannotDecide('unknown_brand_zone', `cap ${id} counts on the clock of a brand whose zone is not known`);
}

/** What a rule says, read once: policies are kept for as long as they are in force. */
interface Reading {
  /** Milliseconds of a rolling window, or the calendar. */
  readonly window: number | CalendarWindow;
  readonly maxDeferMs: number | null;
  /** The cap as it binds every message that lifts nothing; null where it depends on the message. */
  readonly plain: BoundCap | null;
}

const readings = new WeakMap<CapRule, Reading>();

function reading(rule: CapRule): Reading {
  return readings.get(rule) ?? keep(readings, rule, read(rule));
}

/** @throws CannotDecide */
function read(rule: CapRule): Reading {
  const { id, window, maxDefer, scope, segment } = rule;
  const maxDeferMs = maxDefer === undefined ? null : exactDurationMs(maxDefer);
  if (scope === 'segment' && (segment === undefined || segment === '')) unusable(id, 'names no segment');
  if (maxDefer !== undefined && maxDeferMs === null) unusable(id, `has the maxDefer ${JSON.stringify(maxDefer)}`);
  if (typeof window !== 'string') {
    if (!isCalendar(window)) unusable(id, `has the window ${JSON.stringify(window)}`);
    return { window, maxDeferMs, plain: null };
  }
  const lengthMs = windowMs(rule);
  const isPlain = maxDeferMs === null && rule.headroom === undefined;
  return { window: lengthMs, maxDeferMs, plain: isPlain ? plainCap(rule, lengthMs) : null };
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
