import type { Pack, PackChange, PackRule, QuietWindow } from '#lib/decision';

type DigestedPack = Pack & { readonly digest: string };

/** Packs as a table. */
export function listText(packs: readonly Pack[]): string {
  const rows = packs.map(({ id, version, region, countries, rules, title }) => [
    id,
    version,
    region ?? (countries.length > 3 ? `${countries.length} countries` : countries.join(' ')),
    String(rules.length),
    title,
  ]);
  return table(['PACK', 'EDITION', 'WHERE', 'RULES', 'TITLE'], rows);
}

/** One pack for a reader: every rule with its force, its dates, what it asks and where that was read. */
export function packText(pack: DigestedPack): string {
  const where = pack.region ?? pack.countries.join(' ');
  const head = [`${pack.id} ${pack.version}: ${pack.title}`, `for ${where}`, `sha256 ${pack.digest}`];
  const rules = pack.rules.map((rule) =>
    [
      `${rule.id} (${rule.force}${datesText(rule)})`,
      `  ${rule.title}`,
      `  ${rule.channels.join(', ')}; ${rule.classes.join(', ')}: ${contentText(rule)}`,
      `  ${rule.source.cite}`,
      `  ${rule.source.url} (read ${rule.source.seenOn})`,
    ].join('\n'),
  );
  return [head.join('\n'), ...rules, 'An engineering summary, not legal advice.'].join('\n\n');
}

/** What is different on a date, as a table and a line on each rule. */
export function changesText(changes: readonly PackChange[], date: string): string {
  if (changes.length === 0) return `Nothing starts, ends or changes on ${date}.`;
  const rows = changes.map(({ pack, change, before, after }) => [
    pack.id,
    change,
    before?.id ?? '-',
    after?.id ?? '-',
    (after ?? before)?.force ?? '',
  ]);
  const details = changes.map(({ pack, before, after }) =>
    [
      `${pack.id}/${(after ?? before)?.id ?? ''}`,
      ...(before === null ? [] : [`  until the day before: ${contentText(before)}`]),
      ...(after === null ? [] : [`  from ${date} on: ${contentText(after)}`, `  ${after.title}`]),
      `  ${(after ?? before)?.source.cite ?? ''}`,
    ].join('\n'),
  );
  return [table(['PACK', 'CHANGE', 'BEFORE', 'AFTER', 'FORCE'], rows), ...details].join('\n\n');
}

/** What a rule asks for, in half a line. */
export function contentText(rule: PackRule): string {
  switch (rule.kind) {
    case 'quiet_hours':
      return `quiet ${[...rule.windows.map(windowText), ...(rule.holidays ? ['holidays'] : [])].join(', ')}`;
    case 'frequency_cap':
      return `at most ${rule.limit} in ${rule.window}${rule.scope === 'topic' ? ' about the same topic' : ''}`;
    case 'consent':
      return `needs ${rule.accepts.map(permissionText).join('; or ')}`;
    case 'revocation': {
      const soon = rule.withinBusinessDays === null ? 'at once' : `within ${rule.withinBusinessDays} business days`;
      const words = rule.keywords.length === 0 ? '' : ` (${rule.keywords.join(', ')})`;
      return `a revocation${words} is obeyed ${soon}, for ${rule.scope === 'sender' ? 'everything from the sender' : 'that kind of message'}`;
    }
    case 'duty':
      return [
        ...(rule.keepEvidence === null ? [] : [`evidence is kept for ${rule.keepEvidence} from each use`]),
        ...(rule.mustCarry.length === 0 ? [] : [`carries ${rule.mustCarry.map(spaced).join(', ')}`]),
      ].join('; ');
  }
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function windowText({ days, start, end }: QuietWindow): string {
  const first = days[0] ?? 1;
  const inRow = days.every((day, i) => day === first + i);
  const names = days.map((day) => DAYS[day - 1] ?? '');
  const shown =
    days.length === 7 ? 'daily' : inRow && days.length > 2 ? `${names[0]}-${names.at(-1)}` : names.join(' ');
  return `${shown} ${start}-${end}`;
}

type Accepted = Extract<PackRule, { kind: 'consent' }>['accepts'][number];

function permissionText({ kind, evidence, lasts }: Accepted): string {
  const proof = evidence.length === 0 ? '' : ` with ${evidence.map(spaced).join(', ')}`;
  return `${spaced(kind)}${proof}${lasts === null ? '' : ` for ${lasts}`}`;
}

function datesText({ from, to }: PackRule): string {
  return `${from === null ? '' : `, from ${from}`}${to === null ? '' : `, to ${to}`}`;
}

function spaced(word: string): string {
  return word.replaceAll('_', ' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd(); // prettier-ignore
  return [head, ...rows].map(line).join('\n');
}
