import { FixedOffsetZone } from 'luxon';
import { PathTableBuilder } from '#lib/attribution';
import { NO_ACTIVITY } from '../activity/domain/activity.js';
import type { Known } from '../facts/domain/fact.js';
import { factsByKind } from '../facts/domain/known-facts.js';
import { booksOf } from '../money/domain/books.js';
import { costsOf } from '../money/domain/costs.js';
import { NO_EXPOSURES } from '../money/domain/exposures.js';
import type { MoneyData } from '../money/domain/frame.js';

const DAY = 86_400_000;

/** What reports on money are made from, of facts alone: nobody was sent anything. Days are those of UTC. */
export function moneyDataOf(
  facts: readonly Known[],
  days = { from: '2026-01-01', to: '2026-12-31' },
  asOf = Date.parse('2026-12-31'),
): MoneyData {
  const books = booksOf(factsByKind(facts), {
    ...{ currency: 'EUR', zone: FixedOffsetZone.utcInstance, asOf, accounts: new Map() },
  });
  return {
    books,
    frame: {
      ...{ from: Date.parse(days.from), to: Date.parse(days.to) + DAY, days, zone: 'Etc/UTC', asOf, ledgerPosition: 0 },
      ...{ parameters: {}, past: {}, pastNotes: [] },
    },
    costs: costsOf(books, [], days.from, days.to),
    ...{ sent: [], exposures: NO_EXPOSURES, untracked: [], activity: NO_ACTIVITY },
    paths: {
      ...{ table: new PathTableBuilder().build(), conversions: [], touches: new Map(), nulls: 0 },
      ...{ accounts: new Map(), otherAccounts: 0, open: 0 },
    },
  };
}
