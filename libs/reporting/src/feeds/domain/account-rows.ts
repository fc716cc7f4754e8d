import { toDecimal } from '../../domain/currency.js';
import { sumOf } from '../../money/domain/amounts.js';
import type { AccountFigures } from '../../money/domain/account-figures.js';
import type { Books } from '../../money/domain/books.js';
import { pointsOf } from '../../money/domain/engagement-score.js';
import type { Month } from './months.js';

/** A row of the feed AccountEngagement. */
export interface AccountRow {
  readonly From: string;
  readonly To: string;
  readonly AccountId: string;
  readonly Name: string;
  readonly Tier: string;
  readonly Contacts: number;
  readonly Touches: number;
  readonly Score: string;
  /** Null where no amount of its deals is known in the currency. */
  readonly Pipeline: string | null;
  readonly Revenue: string | null;
  readonly Currency: string;
}

export function accountRow(
  { from, to }: Month,
  { id, touches, score, open = [], won }: AccountFigures,
  { accounts, currency }: Pick<Books, 'accounts' | 'currency'>,
): AccountRow {
  const sum = (amounts: readonly (number | null)[]): string | null => {
    const known = amounts.filter((amount) => amount !== null);
    return known.length === 0 && amounts.length > 0 ? null : toDecimal(sumOf(known), currency);
  };
  const account = accounts.get(id);
  return {
    ...{ From: new Date(from).toISOString(), To: new Date(to).toISOString() },
    ...{ AccountId: id, Name: account?.name ?? id, Tier: account?.tier ?? '' },
    ...{ Contacts: touches?.contacts ?? 0, Touches: touches?.touches ?? 0, Score: String(pointsOf(score)) },
    ...{ Pipeline: sum(open), Revenue: sum(won.map(({ amount }) => amount)), Currency: currency },
  };
}
