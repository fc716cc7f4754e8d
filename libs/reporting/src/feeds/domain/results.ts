import { toDecimal } from '../../domain/currency.js';
import { type Credits, fromMillionths, NO_SHARE, type Share } from '../../money/domain/credit.js';
import type { Month } from './months.js';

/** A row of the feed AttributionResults. */
export interface AttributionResult {
  readonly From: string;
  readonly To: string;
  readonly Dimension: string;
  readonly Model: string;
  readonly Attributed: boolean;
  /** Empty where nothing is attributed. */
  readonly Name: string;
  readonly Conversions: string;
  /** Null where no amount of its conversions is known in the currency. */
  readonly Amount: string | null;
  readonly Currency: string;
}

/** What a month earned, by every model: for each name a row, and one for what no touch led to. */
export function resultsOf({ from, to }: Month, dimension: string, credits: Credits, currency: string) {
  const frame = { From: new Date(from).toISOString(), To: new Date(to).toISOString(), Dimension: dimension };
  return [...credits.byModel].flatMap(([model, shares]): AttributionResult[] => {
    const row = (attributed: boolean, name: string, { conversions, value, isUnpriced }: Share): AttributionResult => ({
      ...frame,
      Model: model,
      Attributed: attributed,
      Name: name,
      Conversions: String(fromMillionths(conversions)),
      Amount: isUnpriced ? null : toDecimal(value, currency),
      Currency: currency,
    });
    return [
      ...credits.names.map((name, i) => row(true, name, shares[i] ?? NO_SHARE)),
      row(false, '', credits.unattributed),
    ];
  });
}
