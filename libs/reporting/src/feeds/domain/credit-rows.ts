import { ExactSums, type Model } from '#lib/attribution';
import { toDecimal } from '../../domain/currency.js';
import { fromMillionths, type Share } from '../../money/domain/credit.js';
import type { CreditedMonth, SharedTouch } from '../../money/domain/credited-month.js';
import { creditRounder } from '../../money/domain/credited-touches.js';
import type { Month } from './months.js';

/** A row of the feed Credits. */
export interface CreditRow {
  readonly From: string;
  readonly To: string;
  readonly Dimension: string;
  readonly Model: string;
  readonly Conversion: string;
  readonly ConvertedAt: string;
  /** 0 where no touch led to it. */
  readonly Place: number;
  readonly Of: number;
  readonly Attributed: boolean;
  /** Empty where nothing is attributed. */
  readonly Name: string;
  readonly Touch: string | null;
  readonly MessageId: string | null;
  readonly TouchedAt: string | null;
  readonly ContactId: string | null;
  readonly Conversions: string;
  /** Null where the conversion has no amount that is known in the currency. */
  readonly Amount: string | null;
  readonly Currency: string;
}

/**
 * What a month's touches earned. The touches of a name have together what the name has in the report, to the cent and to the
 * millionth, and one by one what lists of them say.
 */
export function creditRows(
  { from, to }: Month,
  dimension: string,
  { credits, touches, unattributed }: CreditedMonth,
  currency: string,
): CreditRow[] {
  const frame = { From: isoOf(from), To: isoOf(to), Dimension: dimension, Currency: currency };
  const places = new Map(credits.names.map((name, i) => [name, i]));
  return [...credits.byModel].flatMap(([model, shares]): CreditRow[] => {
    const given = roundersOf(model as Model, shares, touches, places);
    return [
      ...touches.map(({ touch, shares: own, value }): CreditRow => {
        const share = own.get(model as Model) ?? 0;
        const { conversions, amounts } = given[places.get(touch.name) ?? -1] ?? NOTHING;
        const [credit, amount] = [conversions(share), amounts(share * value)];
        return {
          ...{ ...frame, Model: model, Conversion: touch.conversion, ConvertedAt: isoOf(touch.convertedAt) },
          ...{ Place: touch.place, Of: touch.of, Attributed: true, Name: touch.name, Touch: touch.touch },
          ...{ MessageId: messageOf(touch.touch), TouchedAt: isoOf(touch.at), ContactId: touch.contact },
          Conversions: String(fromMillionths(credit)),
          Amount: touch.value === null ? null : toDecimal(amount, currency),
        };
      }),
      ...unattributed.map(({ id, at, amount }): CreditRow => ({
        ...{ ...frame, Model: model, Conversion: id, ConvertedAt: isoOf(at) },
        ...{ Place: 0, Of: 0, Attributed: false, Name: '', Touch: null, MessageId: null },
        ...{ TouchedAt: null, ContactId: null, Conversions: '1' },
        Amount: amount === null ? null : toDecimal(amount, currency),
      })),
    ];
  });
}

type Rounder = ReturnType<typeof creditRounder>;
interface Rounders {
  readonly conversions: Rounder;
  readonly amounts: Rounder;
}

const NOTHING: Rounders = { conversions: () => 0, amounts: () => 0 };

/** For each name, by its place among them. */
function roundersOf(
  model: Model,
  shares: readonly Share[],
  touches: readonly SharedTouch[],
  places: ReadonlyMap<string, number>,
): Rounders[] {
  const sums = new ExactSums(2 * shares.length);
  for (const { touch, shares: own, value } of touches) {
    const [place, share] = [places.get(touch.name), own.get(model) ?? 0];
    if (place === undefined) continue;
    sums.add(2 * place, share);
    sums.add(2 * place + 1, share * value);
  }
  return shares.map((whole, i) => ({
    conversions: creditRounder(whole.conversions, sums.at(2 * i), 0),
    amounts: creditRounder(whole.value, sums.at(2 * i + 1), 0),
  }));
}

const MESSAGE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** Of a touch that was a message, or what became of one. */
function messageOf(touch: string): string | null {
  return MESSAGE.exec(touch)?.[0] ?? null;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
