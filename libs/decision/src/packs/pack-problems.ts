import { exactDurationMs } from '../exact-duration.js';
import { DAY } from '../local-time.js';
import { parseWindow } from '../quiet-hours.js';
import type { Pack, PackRule } from './pack.js';
import { calendarMonths, parseDate } from './term.js';

/** What makes no sense in a pack that has the right shape: one sentence each. Empty for one that `decide` can work with. */
export function packProblems(pack: Pack): string[] {
  const { id, version, countries, region, rules } = pack;
  const ids = rules.map((rule) => rule.id);
  return [
    ...(parseDate(version) === null ? [`version "${version}" is not a date`] : []),
    ...repeated(countries).map((code) => `countries names ${code} twice`),
    ...(region === null || (countries.length === 1 && region.startsWith(`${countries[0] ?? ''}-`))
      ? []
      : [`region ${region} is not in the one country that the pack must then be about`]),
    ...repeated(ids).map((rule) => `the rule "${rule}" is there twice`),
    ...rules.flatMap((rule) => ruleProblems(rule, rules).map((problem) => `rule "${rule.id}": ${problem}`)),
  ].map((problem) => `pack ${id}: ${problem}`);
}

function ruleProblems(rule: PackRule, rules: readonly PackRule[]): string[] {
  const problems: string[] = [];
  const [from, to, seen] = [rule.from, rule.to, rule.source.seenOn].map((date) =>
    date === null ? 0 : parseDate(date),
  );
  if (from === null || to === null) problems.push('from and to must be dates');
  else if (rule.from !== null && rule.to !== null && rule.from > rule.to) problems.push('it ends before it begins');
  if (seen === null) problems.push('source.seenOn must be a date');
  if (rule.channels.length === 0) problems.push('channels is empty: it would bind nothing');
  if (rule.classes.length === 0) problems.push('classes is empty: it would bind nothing');
  if (rule.replaces !== undefined) problems.push(...successionProblems(rule, rules));
  return [...problems, ...contentProblems(rule)];
}

/** Two editions of a rule follow each other without a gap and without a day on which both hold. */
function successionProblems({ from, replaces, kind }: PackRule, rules: readonly PackRule[]): string[] {
  const before = rules.find(({ id }) => id === replaces);
  if (before === undefined) return [`it replaces "${replaces ?? ''}", which is not there`];
  if (before.kind !== kind) return [`it replaces "${before.id}", which is of another kind`];
  const end = before.to === null ? null : parseDate(before.to);
  if (from === null || end === null || end + DAY !== parseDate(from)) {
    return [`it must begin on the day after "${before.id}" ends`];
  }
  return [];
}

function contentProblems(rule: PackRule): string[] {
  switch (rule.kind) {
    case 'quiet_hours':
      return [
        ...(rule.windows.length === 0 && !rule.holidays ? ['it would never be quiet'] : []),
        ...rule.windows.flatMap((window, i) =>
          parseWindow(window) === null || window.days.length === 0 ? [`windows[${i}] makes no sense`] : [],
        ),
      ];
    case 'frequency_cap':
      return exactDurationMs(rule.window) === null ? [`window "${rule.window}" is not an exact duration`] : [];
    case 'consent':
      return [
        ...(rule.accepts.length === 0 ? ['accepts is empty: write an override or leave the channel out'] : []),
        ...rule.accepts.flatMap(({ lasts }) =>
          lasts === null || calendarMonths(lasts) !== null ? [] : [`lasts "${lasts}" is not in years and months`],
        ),
        ...repeated(rule.accepts.map(({ kind }) => kind)).map((kind) => `accepts names ${kind} twice`),
      ];
    case 'duty':
      if (rule.keepEvidence === null || calendarMonths(rule.keepEvidence) !== null) return [];
      return [`keepEvidence "${rule.keepEvidence}" is not in years and months`];
    case 'revocation':
      return [];
  }
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
