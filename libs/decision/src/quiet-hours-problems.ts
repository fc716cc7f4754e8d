import { CHANNELS, type HolidaySource, MESSAGE_CLASSES, type PlaceSource } from '#lib/kernel';
import { FixedOffsetZone } from 'luxon';
import { bindsAudience } from './audience.js';
import { audiencesProblems, holidayProblems } from './audience-problems.js';
import { hasTwice } from './cap-problems.js';
import type { Facts } from './facts.js';
import { DAY, MINUTE } from './local-time.js';
import type { QuietHoursRule, QuietWindow } from './policy.js';
import { LAST_DAY, MOST_QUIET_DAYS, parseDates, parseWindow, quietStretch, quietTimes } from './quiet-hours.js';
import { OWN_HOURS } from './quiet-rules.js';

const WEEK = 7 * DAY;
/** Beyond so many segments in one policy not every combination is tried; then rules for segments count for everybody. */
const MOST_SEGMENTS = 6;

/**
 * What makes no sense in quiet hours, one sentence each, starting with where: `quietHours[0].windows[1] ...`.
 * @param always hours of packs that apply to everybody besides
 */
export function quietHoursProblems(
  rules: readonly QuietHoursRule[],
  places?: PlaceSource,
  holidays?: HolidaySource,
  always: readonly QuietHoursRule[] = [],
): string[] {
  const problems = rules.flatMap((rule, i) =>
    [...ruleProblems(rule), ...audiencesProblems(rule, places), ...holidayProblems(rule, holidays)].map(
      (text) => `quietHours[${i}].${text}`,
    ),
  );
  const alone = silencedMessages(rules);
  return [...problems, ...alone, ...(alone.length === 0 ? silencedBeside(rules, always) : [])];
}

/**
 * Hours of packs that a policy applies to everybody, with which it leaves nothing: no message could ever pass, so it is
 * said before one waits for it.
 */
function silencedBeside(rules: readonly QuietHoursRule[], always: readonly QuietHoursRule[]): string[] {
  if (always.length === 0) return [];
  const packs = [...new Set(always.map(({ id }) => id.split('/')[0]))].join(', ');
  const advice = 'change the hours, or override the rule of the pack with a reason';
  return silencedMessages([...rules, ...always]).map((problem) => `${problem} beside the packs ${packs}; ${advice}`);
}

/** What the hours of a policy leave of the week for contacts in one place beside the hours that are law there. */
export function silencedIn(
  contact: Pick<Facts['contact'], 'country' | 'region'>,
  rules: readonly QuietHoursRule[],
  law: readonly QuietHoursRule[],
): string[] {
  const known = { ...NOBODY, ...contact, segments: [] };
  const there = rules.filter((rule) => bindsAudience(rule, known));
  return silencedMessages([...there.map(({ when: _, unless: __, ...rule }) => rule), ...law]);
}

/** What makes no sense in the hours that a contact chose for themselves. */
export function ownHoursProblems(windows: readonly QuietWindow[]): string[] {
  const problems = windowProblems(windows);
  const whole: QuietHoursRule = { id: 'own', channels: ['email'], classes: ['commercial'], windows, action: 'defer' };
  if (problems.length > 0 || silencedMessages([whole]).length === 0) return problems;
  return ['windows leave no minute of the week; whoever wants nothing at all withdraws or pauses'];
}

function windowProblems(windows: readonly QuietWindow[]): string[] {
  const problems: string[] = [];
  windows.forEach((window, i) => {
    if (!window.days.every((day) => Number.isInteger(day) && day >= 1 && day <= 7) || window.days.length === 0) {
      problems.push(`windows[${i}].days must name ISO weekdays, 1 for Monday to 7 for Sunday`);
    } else if (hasTwice(window.days)) problems.push(`windows[${i}].days names a day twice`);
    if (parseWindow(window) === null) {
      const text = `${window.start}-${window.end}`;
      problems.push(`windows[${i}] "${text}" must be HH:MM to another HH:MM; a whole day is 00:00 to 24:00`);
    }
  });
  return problems;
}

function ruleProblems(rule: QuietHoursRule): string[] {
  const { id, channels, classes, windows, dates = [], holidays = false } = rule;
  const problems: string[] = [];
  if (id === OWN_HOURS) problems.push(`id "${OWN_HOURS}" stands for the hours that contacts choose themselves`);
  if (channels.length === 0) problems.push('channels is empty: the rule would bind nothing');
  if (classes.length === 0) problems.push('classes is empty: the rule would bind nothing');
  if (hasTwice(channels)) problems.push('channels names a channel twice');
  if (hasTwice(classes)) problems.push('classes names a class twice');
  if (windows.length === 0 && dates.length === 0 && !holidays) {
    problems.push('windows is empty, and there are no dates or holidays: the rule would never be quiet');
  }
  problems.push(...windowProblems(windows));
  dates.forEach((range, i) => {
    const text = `${range.from} to ${range.to}`;
    if (range.to > LAST_DAY) problems.push(`dates[${i}] "${text}" end too far away`);
    if (parseDates(range) !== null || range.to > LAST_DAY) return;
    problems.push(`dates[${i}] "${text}" must be two dates such as 2026-12-24, the first not after the second`);
  });
  return problems;
}

/**
 * Several rules that are harmless alone can leave no free minute in the week together, or be quiet for weeks on end.
 *
 * Whoever is bound by most rules is a contact of whom no place is known, because what is not known fits; of segments
 * each combination is somebody.
 */
function silencedMessages(rules: readonly QuietHoursRule[]): string[] {
  const problems = new Set<string>();
  // Most contacts, channels and classes are bound by the same rules.
  const judged = new Map<string, string | null>();
  for (const contact of leastKnownContacts(rules)) {
    const forContact = rules.filter((rule) => bindsAudience(rule, contact));
    for (const channel of CHANNELS) {
      for (const messageClass of MESSAGE_CLASSES) {
        const bound = forContact.filter(
          (rule) => rule.channels.includes(channel) && rule.classes.includes(messageClass),
        );
        const key = bound.map((rule) => rules.indexOf(rule)).join();
        let silence = judged.get(key);
        if (silence === undefined) judged.set(key, (silence = silenceOf(bound)));
        if (silence !== null) problems.add(`quietHours leave ${silence} for ${messageClass} messages on ${channel}`);
      }
    }
  }
  return [...problems];
}

function silenceOf(rules: readonly QuietHoursRule[]): string | null {
  return coversWeek(rules) ? 'no minute of the week' : longSilence(rules);
}

/** Nothing is known of them. */
const NOBODY: Facts['contact'] = { zone: null, erased: false, pausedUntil: null };

function leastKnownContacts(rules: readonly QuietHoursRule[]): Facts['contact'][] {
  const named = rules.flatMap(({ when, unless }) => [...(when?.segments ?? []), ...(unless?.segments ?? [])]);
  const segments = [...new Set(named)];
  if (segments.length === 0 || segments.length > MOST_SEGMENTS) return [NOBODY];
  return Array.from({ length: 2 ** segments.length }, (_, bits) => ({
    ...NOBODY,
    segments: segments.filter((_segment, i) => (bits >> i) % 2 === 1),
  }));
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

/** Dates, with the windows around them, that hold a message for longer than a hold may last. */
function longSilence(rules: readonly QuietHoursRule[]): string | null {
  const windows = rules.flatMap((rule) => rule.windows).filter((window) => parseWindow(window) !== null);
  const dates = rules.flatMap((rule) => rule.dates ?? []).filter((range) => parseDates(range) !== null);
  const times = quietTimes({ id: '', windows, dates }, true);
  // Every clock of the world reads the same; which one is no matter.
  const clock = { name: 'UTC', rules: FixedOffsetZone.utcInstance };
  for (const { from, text } of times.dates) {
    const stretch = quietStretch(times, [clock], null, from * DAY);
    const until = stretch?.until ?? Infinity;
    if (until - from * DAY > MOST_QUIET_DAYS * DAY) return `more than ${MOST_QUIET_DAYS} quiet days on end (${text})`;
  }
  return null;
}
