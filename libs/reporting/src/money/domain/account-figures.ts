import { type MissingRate, missingRate } from './amounts.js';
import { type Books, type Conversion, wasOpenAtEnd } from './books.js';
import type { EngagementScores, Score } from './engagement-score.js';
import { NO_SCORE } from './engagement-score.js';
import type { MoneyFrame } from './frame.js';
import type { AccountTouches, GatheredPaths } from './path-gatherer.js';

/** What an account that somebody named had to do with us in a period. */
export interface AccountFigures {
  readonly id: string;
  readonly touches: AccountTouches | undefined;
  readonly score: Score;
  /** Of its deals that were open when the period ended; null where there is no rate. Undefined: there was none. */
  readonly open: readonly (number | null)[] | undefined;
  readonly won: readonly Conversion[];
}

const NONE_WON: readonly Conversion[] = [];

/** In no order, with the rates that open deals want. */
export function accountFigures(
  books: Books,
  paths: Pick<GatheredPaths, 'accounts' | 'conversions'>,
  frame: Pick<MoneyFrame, 'to' | 'asOf'>,
  scores: EngagementScores | undefined,
): { readonly accounts: readonly AccountFigures[]; readonly missing: readonly MissingRate[] } {
  const won = new Map<string, Conversion[]>();
  const open = new Map<string, (number | null)[]>();
  const put = <T>(into: Map<string, T[]>, account: string, one: T): void => {
    const there = into.get(account);
    if (there === undefined) into.set(account, [one]);
    else there.push(one);
  };
  for (const { conversion } of paths.conversions) put(won, conversion.account, conversion);
  const missing: MissingRate[] = [];
  for (const deal of books.opportunities) {
    if (!wasOpenAtEnd(deal, frame)) continue;
    const day = books.dayOf(deal.at);
    const amount = books.convert(deal.value, day);
    put(open, books.accountOf(deal), amount);
    missing.push(...missingRate(deal.value, day, amount));
  }
  const accounts: AccountFigures[] = [];
  const add = (id: string): void => {
    if (!books.accounts.has(id)) return;
    const score = scores?.of(id) ?? NO_SCORE;
    accounts.push({ id, touches: paths.accounts.get(id), score, open: open.get(id), won: won.get(id) ?? NONE_WON });
  };
  for (const id of paths.accounts.keys()) add(id);
  for (const id of won.keys()) if (!paths.accounts.has(id)) add(id);
  for (const id of open.keys()) if (!paths.accounts.has(id) && !won.has(id)) add(id);
  return { accounts, missing };
}
