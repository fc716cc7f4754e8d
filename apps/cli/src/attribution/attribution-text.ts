import { type Attribution, type Interval, type PathTable, totalOf } from '#lib/attribution';

/** One JSON object. Written by hand: a channel may have any name, `__proto__` too, and keeps its place. */
export function attributionJson(
  table: PathTable,
  credits: Attribution,
  intervals: ReadonlyMap<string, Interval>,
): string {
  const byChannel = (numbers: Float64Array): string =>
    objectOf(table.channels.map((channel, i) => [channel, JSON.stringify(numbers[i] ?? 0)]));
  const models = [...credits].map(([model, { conversions, value }]) => {
    const interval = intervals.get(model);
    const members: [string, string][] = [
      ['conversions', byChannel(conversions)],
      ['value', byChannel(value)],
    ];
    if (interval !== undefined)
      members.push([
        'interval',
        objectOf([
          ['low', byChannel(interval.low)],
          ['high', byChannel(interval.high)],
        ]),
      ]);
    return [model, objectOf(members)] as const;
  });
  return objectOf([
    ['models', objectOf(models)],
    ['unattributed', JSON.stringify(table.unattributed)],
  ]);
}

/** What a reader should know before believing a number. */
export function notesOn(table: PathTable, credits: Attribution): string[] {
  const { convertingRows, rowsWithoutAges, rowsWithoutMilestones, rowsOfRisingAges } = table;
  const notes: string[] = [];
  if (credits.has('time_decay') && rowsWithoutAges > 0)
    notes.push(
      `time_decay: ${rowsWithoutAges} of ${convertingRows} rows with conversions say no ages; their touches count as equally old.`,
    );
  if (credits.has('time_decay') && rowsOfRisingAges > 0)
    notes.push(
      `time_decay: in ${rowsOfRisingAges} of ${convertingRows} rows with conversions a later touch is said to be the older one; paths and ages begin with the oldest.`,
    );
  if ((credits.has('w_shaped') || credits.has('full_path')) && rowsWithoutMilestones > 0)
    notes.push(
      `w_shaped, full_path: ${rowsWithoutMilestones} of ${convertingRows} rows with conversions say no milestones; what they leave is scaled to the whole.`,
    );
  return notes;
}

/** A table for people: a row for each channel, a column for each model, first of conversions, then of value. */
export function attributionText(
  table: PathTable,
  credits: Attribution,
  intervals: ReadonlyMap<string, Interval>,
): string {
  const { unattributed } = table;
  const total = totalOf(table);
  const part = (title: string, key: 'conversions' | 'value'): string[] => {
    const columns = [...credits.values()].map((credit) => credit[key]);
    const rows = table.channels.map((channel, i) => [channel, ...columns.map((column) => shown(column[i] ?? 0))]);
    const sums = columns.map((column) => shown(column.reduce((sum, credit) => sum + credit, 0)));
    return [title, ...aligned([['', ...credits.keys()], ...rows, ['together', ...sums]])];
  };
  const ranges = [...intervals].flatMap(([model, { low, high }]) => [
    '',
    `95 % of the draws of ${model}`,
    ...aligned(table.channels.map((channel, i) => [channel, shown(low[i] ?? 0), shown(high[i] ?? 0)])),
  ]);
  return [
    ...part('conversions', 'conversions'),
    '',
    ...part('value', 'value'),
    ...ranges,
    '',
    `${shown(total.conversions)} conversions worth ${shown(total.value)}, ${shown(total.nulls)} paths without one`,
    `of paths without a touch: ${shown(unattributed.conversions)} conversions worth ${shown(unattributed.value)}, ${shown(unattributed.nulls)} nulls; no channel has them`,
    ...notesOn(table, credits),
  ].join('\n');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function shown(amount: number): string {
  return amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function objectOf(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
