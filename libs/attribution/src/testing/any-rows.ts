import fc from 'fast-check';
import type { PathTable } from '../path-table.js';
import { type PathRow, PathTableBuilder } from '../path-table-builder.js';

const CHANNELS = ['email', 'direct', 'ads', '__proto__', 'constructor', 'Übersee'];

/** Rows over few channels, so that paths repeat; most bring something, some have no touch. */
export const anyRow: fc.Arbitrary<PathRow> = fc
  .record({
    path: fc.array(fc.constantFrom(...CHANNELS), { maxLength: 6 }),
    conversions: fc.integer({ min: 0, max: 5 }),
    euros: fc.integer({ min: 0, max: 400 }),
    nulls: fc.integer({ min: 0, max: 5 }),
    days: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 6, maxLength: 6 }),
    places: fc.array(fc.integer({ min: -1, max: 5 }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ path, conversions, euros, nulls, days, places }) => {
    const placeOf = (i: number): number => Math.min(places[i] ?? -1, path.length - 1);
    return {
      path,
      conversions,
      value: conversions === 0 ? 0 : euros / 4,
      nulls,
      ages: days
        .slice(0, path.length)
        .sort((a, b) => b - a)
        .map((day) => day / 8),
      milestones: { leadCreation: placeOf(0), opportunityCreation: placeOf(1), closedWon: placeOf(2) },
    };
  });

export const anyRows = fc.array(anyRow, { maxLength: 12 });

export function tableOf(rows: readonly PathRow[], halfLifeDays = 7): PathTable {
  const builder = new PathTableBuilder({ halfLifeDays });
  for (const row of rows) builder.add(row);
  return builder.build();
}

/** A row that is written shortly: channels divided by blanks. */
export function row(path: string, conversions: number, value = 0, nulls = 0): PathRow {
  return { path: path === '' ? [] : path.split(' '), conversions, value, nulls };
}
