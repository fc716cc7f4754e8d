import { CHANNELS, MESSAGE_CLASSES } from '#lib/kernel';
import { capProblems, channelProblems } from './cap-problems.js';
import { exactDurationMs, NOT_EXACT } from './exact-duration.js';
import { DAY, MINUTE } from './local-time.js';
import type { Policy, QuietHoursRule, QuietWindow, RateRule } from './policy.js';
import { parseWindow } from './quiet-hours.js';
import { warmUpProblems } from './warm-up-problems.js';

const WEEK = 7 * DAY;

/**
 * What makes no sense in a policy that has the right shape: one sentence each, starting with where. Empty for a policy
 * that `decide` can work with.
 */
export function policyProblems(policy: Policy): string[] {
  return [
    ...repeatedIds(policy),
    ...policy.caps.flatMap((rule, i) => capProblems(rule).map((problem) => `caps[${i}].${problem}`)),
    ...policy.quietHours.flatMap((rule, i) => quietProblems(rule).map((problem) => `quietHours[${i}].${problem}`)),
    ...policy.rates.flatMap((rule, i) => rateProblems(rule).map((problem) => `rates[${i}].${problem}`)),
    ...(policy.warmUps ?? []).flatMap((rule, i) => warmUpProblems(rule).map((problem) => `warmUps[${i}].${problem}`)),
    ...silencedMessages(policy.quietHours),
  ];
}

/** Decisions, buckets and counts name a rule by its id alone. */
function repeatedIds({ caps, quietHours, rates, warmUps = [] }: Policy): string[] {
  const ids = [...caps, ...quietHours, ...rates, ...warmUps].map((rule) => rule.id);
  const repeated = new Set(ids.filter((id, i) => ids.indexOf(id) !== i));
  return [
    ...(ids.includes('') ? ['a rule has an empty id'] : []),
    ...[...repeated].map((id) => `the id "${id}" is used for more than one rule`),
  ];
}

function quietProblems({ channels, classes, windows }: QuietHoursRule): string[] {
  const problems = channelProblems(channels);
  if (classes.length === 0) problems.push('classes is empty: the rule would bind nothing');
  if (windows.length === 0) problems.push('windows is empty: the rule would never be quiet');
  return [...problems, ...quietWindowProblems(windows)];
}

/** What makes no sense in windows, a policy's or those a person chose. */
export function quietWindowProblems(windows: readonly QuietWindow[]): string[] {
  const problems: string[] = [];
  windows.forEach((window, i) => {
    if (!window.days.every((day) => Number.isInteger(day) && day >= 1 && day <= 7) || window.days.length === 0) {
      problems.push(`windows[${i}].days must name ISO weekdays, 1 for Monday to 7 for Sunday`);
    }
    if (parseWindow(window) === null) {
      const text = `${window.start}-${window.end}`;
      problems.push(`windows[${i}] "${text}" must be HH:MM to another HH:MM; a whole day is 00:00 to 24:00`);
    }
  });
  return problems;
}

function rateProblems({ permits, interval, burst, channels }: RateRule): string[] {
  const problems: string[] = [];
  const [hasPermits, length] = [isPositive(permits), exactDurationMs(interval)];
  if (!hasPermits) problems.push('permits must be a whole number, 1 or more');
  if (!isPositive(burst)) problems.push('burst must be a whole number, 1 or more');
  if (length === null) problems.push(`interval "${interval}" ${NOT_EXACT}`);
  else if (hasPermits && permits > length * 1000) problems.push('permits are more than one per microsecond');
  return [...problems, ...channelProblems(channels)];
}

/** Several rules that are harmless alone can leave no free minute in the week together. */
function silencedMessages(rules: readonly QuietHoursRule[]): string[] {
  return CHANNELS.flatMap((channel) =>
    MESSAGE_CLASSES.filter((messageClass) =>
      coversWeek(rules.filter((rule) => rule.channels.includes(channel) && rule.classes.includes(messageClass))),
    ).map((messageClass) => `quietHours leave no minute of the week for ${messageClass} messages on ${channel}`),
  );
}

function coversWeek(rules: readonly QuietHoursRule[]): boolean {
  const minutes = new Uint8Array(WEEK / MINUTE);
  for (const window of rules.flatMap((rule) => rule.windows)) {
    const parsed = parseWindow(window);
    if (parsed === null) continue;
    for (const day of window.days) {
      const monday = (day - 1) * DAY;
      for (let at = monday + parsed.start; at < monday + parsed.end; at += MINUTE) {
        minutes[(at % WEEK) / MINUTE] = 1;
      }
    }
  }
  return minutes.every((quiet) => quiet === 1);
}

function isPositive(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}
