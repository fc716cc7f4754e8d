import { DateTime, type Zone } from 'luxon';
import { toDecimal } from '../../domain/currency.js';
import { sumOf } from '../../money/domain/amounts.js';
import type { FunnelDay } from '../../money/domain/funnel-days.js';

/** A row of the feed FunnelDaily. */
export interface FunnelRow {
  readonly Date: string;
  readonly From: string;
  readonly Of: string;
  readonly Stage: string;
  readonly Reached: number;
  /** Null where it is of no deals, and where no amount of its deals is known in the currency. */
  readonly Amount: string | null;
  readonly Currency: string;
  readonly Timed: number;
  readonly DaysFromBefore: string;
}

export function funnelRow(
  { day, of, stage, reached, amounts, timed, daysFromBefore }: FunnelDay,
  zone: Zone,
  currency: string,
): FunnelRow {
  const known = amounts.filter((amount) => amount !== null);
  return {
    Date: day,
    From: DateTime.fromISO(day, { zone }).startOf('day').toUTC().toISO() ?? '',
    Of: of,
    Stage: stage,
    Reached: reached,
    Amount: known.length === 0 ? null : toDecimal(sumOf(known), currency),
    Currency: currency,
    Timed: timed,
    DaysFromBefore: daysFromBefore.toFixed(6),
  };
}
