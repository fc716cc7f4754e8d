import type { ImportCounts } from '#lib/consent';

const LINES: readonly (readonly [keyof Omit<ImportCounts, 'codes'>, string])[] = [
  ['rows', 'rows'],
  ['created', '  made a contact'],
  ['changed', '  changed something'],
  ['unchanged', '  were on file already'],
  ['blocked', '  came before an opt-out'],
  ['refused', '  refused'],
  ['raised', 'consents raised'],
  ['lowered', 'consents taken back'],
  ['contactPoints', 'contact points added'],
];

/** What an import did, or would do, as a table. */
export function importText(counts: ImportCounts, inFlight: number, isDryRun: boolean): string {
  const codes = Object.entries(counts.codes)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [`  ${code}`, count] as const);
  const rows: (readonly [string, number])[] = [
    ...LINES.map(([key, label]) => [label, counts[key]] as const),
    ...(codes.length === 0
      ? []
      : [['blocked and refused, by reason', counts.blocked + counts.refused] as const, ...codes]),
    ...(isDryRun ? [] : [['messages in flight to people who left', inFlight] as const]),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const head = isDryRun ? 'A dry run: nothing was changed. The import would have done this.\n\n' : '';
  return head + rows.map(([label, n]) => `${label.padEnd(width)}  ${n.toLocaleString('en').padStart(10)}`).join('\n');
}
