import { expect, it } from '@jest/globals';
import { NO_EXPOSURES } from '../../money/domain/exposures.js';
import { FixedOffsetZone } from 'luxon';
import { PathTableBuilder } from '#lib/attribution';
import { instantsOf } from '../../domain/days.js';
import { factsByKind } from '../../facts/domain/known-facts.js';
import { booksOf } from '../../money/domain/books.js';
import type { MoneyData } from '../../money/domain/frame.js';
import { NO_ACTIVITY, type Presence } from './activity.js';
import { silenceReport } from './silence-report.js';

const zone = FixedOffsetZone.utcInstance;
const at = (day: string): number => Date.parse(day);
const did = (contact: string, first: string, ...days: readonly string[]): Presence => ({
  ...{ contact, first: at(first), did: days.map(at) },
});

/** Months from May to July, as they were known in the middle of July. */
function months(presences: readonly Presence[], silentDays: number) {
  const asOf = at('2026-07-15');
  const days = { from: '2026-05-01', to: '2026-07-31' };
  const data: MoneyData = {
    books: booksOf(factsByKind([]), { currency: 'EUR', zone, asOf, accounts: new Map() }),
    frame: {
      ...{ from: at(days.from), to: at('2026-08-01'), days, zone: 'Etc/UTC', asOf, ledgerPosition: 0 },
      ...{ parameters: {}, past: {}, pastNotes: [] },
    },
    costs: { spent: [], missing: [], counted: [] },
    ...{ sent: [], exposures: NO_EXPOSURES, untracked: [], activity: { ...NO_ACTIVITY, presences } },
    paths: {
      ...{ table: new PathTableBuilder({ halfLifeDays: 7 }).build(), conversions: [], touches: new Map(), nulls: 0 },
      ...{ accounts: new Map(), otherAccounts: 0, open: 0 },
    },
  };
  const { rows, total } = silenceReport(data, silentDays, (month) => instantsOf(month, zone) ?? { from: 0, to: 0 });
  return [...rows, ...(total === null ? [] : [total])].map(({ cells }) =>
    cells.map((cell) => ('value' in cell ? cell.value : cell.notAvailable)),
  );
}

it('counts who did nothing for long when a month begins, and who of them came back in it', () => {
  expect(
    months(
      [
        did('never', '2026-01-01'),
        did('back', '2026-01-01', '2026-01-20', '2026-06-30'),
        did('active', '2026-01-01', '2026-04-01', '2026-06-20'),
        // Written to so late that nobody can say yet.
        did('new', '2026-06-15'),
        // Ninety days before May, and not a day more.
        did('edge', '2026-01-01', '2026-01-31'),
        // After the time of the data.
        did('late', '2026-01-01', '2026-07-20'),
      ],
      90,
    ),
  ).toEqual([
    ['2026-05', 5, 3, 3 / 5, 0, 0],
    ['2026-06', 5, 4, 4 / 5, 1, 1 / 4],
    ['2026-07', 6, 3, 3 / 6, 0, 0],
    ['', 16, 10, 10 / 16, 1, 1 / 10],
  ]);
});
