import { CONTACTS_CHOICE } from './bound-caps.js';
import { durationProblem, exactDurationMs } from './exact-duration.js';
import type { FrequencyChoice } from './facts.js';
import type { CalendarWindow, CapRule } from './policy.js';

/** A decision is given no more hand-overs than this, and looks no further back. */
const MOST_HAND_OVERS = 10_000;

/** What makes no sense in a cap of the right shape: one sentence each, starting with the member it is about. */
export function capProblems(rule: CapRule): string[] {
  const { id, limit, window, classes, channels } = rule;
  const problems: string[] = [];
  if (id === CONTACTS_CHOICE) {
    problems.push(`id "${id}" is what decisions call the contact's own choice; give the rule another one`);
  }
  if (!isCount(limit)) problems.push('limit must be a whole number, 0 or more');
  else if (limit > MOST_HAND_OVERS)
    problems.push(`limit is more than ${MOST_HAND_OVERS}: no contact ever gets so many`);
  problems.push(...windowProblems(window));
  if (classes.bound.length === 0) problems.push('classes.bound is empty: the rule would bind nothing');
  if (classes.counted.length === 0) problems.push('classes.counted is empty: the rule would count nothing');
  if (hasTwice(classes.bound)) problems.push('classes.bound names a class twice');
  if (hasTwice(classes.counted)) problems.push('classes.counted names a class twice');
  return [
    ...problems,
    ...channelProblems(channels),
    ...segmentProblems(rule),
    ...maxDeferProblems(rule),
    ...headroomProblems(rule),
  ];
}

/**
 * Caps that never count, because another one about the same allows no more in a window that is as long: "five a day"
 * beside "three a week".
 */
export function idleCaps(caps: readonly CapRule[]): string[] {
  return caps.flatMap((rule, i) => {
    const stricter = caps.find((other, k) => k !== i && isIdleBeside(rule, other, k < i));
    return stricter === undefined ? [] : [`caps[${i}].limit is never reached: the rule "${stricter.id}" allows no more in a window that is as long`]; // prettier-ignore
  });
}

function isIdleBeside(rule: CapRule, other: CapRule, comesFirst: boolean): boolean {
  const { limit, window, ...rest } = rule;
  if (typeof window !== 'string' || typeof other.window !== 'string') return false;
  const [length, longer] = [exactDurationMs(window), exactDurationMs(other.window)];
  if (length === null || longer === null || longer < length || other.limit > limit) return false;
  // Of two that say the same, the second.
  if (longer === length && other.limit === limit && !comesFirst) return false;
  const about = (cap: Omit<CapRule, 'limit' | 'window'>): string => {
    const { scope, segment, action, maxDefer, classes, channels, headroom } = cap;
    const sorted = [classes.bound, classes.counted, channels ?? []].map((list) => [...list].sort());
    return JSON.stringify([scope, segment ?? null, action, maxDefer ?? null, headroom ?? null, channels === undefined, ...sorted]); // prettier-ignore
  };
  return about(rest) === about(other);
}

/** What makes no sense in what a contact chose; for the doors that take it. */
export function frequencyChoiceProblems({ limit, window }: FrequencyChoice): string[] {
  return [
    ...(isCount(limit) ? [] : ['limit must be a whole number, 0 or more']),
    ...durationProblems('window', window),
  ];
}

/** Shared by every rule that may be about some channels only. */
export function channelProblems(channels: CapRule['channels']): string[] {
  if (channels === undefined) return [];
  if (channels.length === 0) return ['channels is empty: the rule would bind nothing'];
  return hasTwice(channels) ? ['channels names a channel twice'] : [];
}

function windowProblems(window: string | CalendarWindow): string[] {
  if (typeof window === 'string') return durationProblems('window', window);
  const { unit, zone, weekStart } = window;
  const problems: string[] = [];
  if (!['day', 'week', 'month'].includes(unit)) problems.push('window.unit must be day, week or month');
  if (!['contact', 'brand'].includes(zone)) problems.push('window.zone must be contact or brand');
  if (weekStart !== undefined) {
    if (!isWithin(weekStart, 1, 7)) {
      problems.push('window.weekStart must be an ISO weekday, 1 for Monday to 7 for Sunday');
    } else if (unit !== 'week') problems.push(`window.weekStart means nothing for a ${unit}`);
  }
  return problems;
}

function durationProblems(member: string, iso: string): string[] {
  const problem = durationProblem(iso);
  return problem === null ? [] : [`${member} "${iso}" ${problem}`];
}

function segmentProblems({ scope, segment }: CapRule): string[] {
  if (scope === 'segment') {
    return segment === undefined || segment.trim() === '' ? ['segment must name the segment the cap is about'] : [];
  }
  return segment === undefined ? [] : [`segment means nothing with the scope ${scope}`];
}

function maxDeferProblems({ action, limit, maxDefer }: CapRule): string[] {
  if (maxDefer === undefined) return [];
  const problems = durationProblems('maxDefer', maxDefer);
  if (problems.length > 0) return problems;
  if (action === 'drop') return ['maxDefer means nothing where the action is drop: nothing is held'];
  return limit === 0 ? ['maxDefer means nothing where the limit is 0: nothing is held'] : [];
}

function headroomProblems({ limit, headroom }: CapRule): string[] {
  if (headroom === undefined) return [];
  if (headroom.length === 0) return ['headroom is empty: leave it out'];
  const problems = headroom.flatMap(({ below, keep }, i) => [
    ...(isWithin(below, 1, 9) ? [] : [`headroom[${i}].below must be a priority from 1 to 9`]),
    ...(!isCount(keep) || keep === 0 ? [`headroom[${i}].keep must be a whole number, 1 or more`] : []),
    ...(keep >= limit
      ? [
          `headroom[${i}].keep leaves nothing of the limit: no message of a priority below ${below} could ever leave; keep less`,
        ]
      : []),
  ]);
  if (hasTwice(headroom.map(({ below }) => below))) problems.push('headroom names a priority twice');
  headroom.forEach((step, i) => {
    const stricter = headroom.find(({ below, keep }) => below > step.below && keep >= step.keep);
    if (stricter === undefined) return;
    problems.push(`headroom[${i}] never counts: the step below ${stricter.below} keeps as much or more`);
  });
  return problems;
}

export function hasTwice(values: readonly (string | number)[]): boolean {
  return new Set(values).size < values.length;
}

function isCount(n: number): boolean {
  return isWithin(n, 0, Number.MAX_SAFE_INTEGER);
}

function isWithin(n: number, least: number, most: number): boolean {
  return Number.isSafeInteger(n) && n >= least && n <= most;
}
