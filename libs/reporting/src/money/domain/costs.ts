import { largestRemainder } from '#lib/attribution';
import type { CostCategory, CostFact } from '../../facts/domain/fact.js';
import type { SentMessages } from '../touch.store.js';
import { compare, type MissingRate, missingRate, shareOfDays, sumOf } from './amounts.js';
import type { Books } from './books.js';

/** Money that was spent in a period, on something or for everything. */
export interface Spent {
  /** What said so: a cost, or the tariffs of messages. */
  readonly facts: readonly { readonly kind: 'cost' | 'tariff'; readonly id: string }[];
  readonly category: CostCategory | 'messages';
  readonly channel: string | null;
  readonly campaign: string | null;
  readonly amount: number;
  /** Of which segments alone. */
  readonly of?: CostFact['of'];
}

export interface Costs {
  readonly spent: readonly Spent[];
  /** Rates of costs that could not be exchanged, and are not in it ... */
  readonly missing: readonly MissingRate[];
  /** ... of so many that fall on the period: what was said, and each channel and campaign that sent at a tariff on a day. */
  readonly counted: number;
}

/**
 * Everything spent from one day to another, both included: what is spread over days by its share of them, messages by the
 * tariff of their day, that of their provider before that of their channel. Tariffs are of a thousand, so what a whole
 * channel cost in a calendar month is rounded down once and then divided: a month costs the same alone and within a year.
 */
export function costsOf(books: Books, sent: readonly SentMessages[], from: string, to: string): Costs {
  const spent: Spent[] = [];
  const missing: MissingRate[] = [];
  let counted = 0;
  for (const cost of books.costs) {
    if (cost.from > to || cost.to < from) continue;
    counted++;
    const amount = books.convert(cost.value, cost.from);
    missing.push(...missingRate(cost.value, cost.from, amount));
    const share = shareOfDays(amount ?? 0, cost, from, to);
    const { category, channel = null, campaign = null, of } = cost;
    if (share !== 0)
      spent.push({ facts: [{ kind: 'cost', id: cost.id }], category, channel, campaign, amount: share, of });
  }
  const byMonth = new Map<string, Map<string | null, Charged>>();
  for (const { day, channel, campaign, provider, units } of sent) {
    if (day < from || day > to) continue;
    const inForce = books.tariffs.filter((one) => one.channel === channel && one.from <= day);
    const tariff =
      inForce.findLast((one) => one.provider !== undefined && one.provider === provider) ??
      inForce.findLast((one) => one.provider === undefined);
    if (tariff === undefined) continue;
    counted++;
    const amount = books.convert(tariff.perThousand, day);
    missing.push(...missingRate(tariff.perThousand, day, amount));
    const thousandths = units * (amount ?? 0);
    if (thousandths === 0) continue;
    const month = `${day.slice(0, 7)} ${channel}`;
    const ofMonth = byMonth.get(month) ?? new Map<string | null, Charged>();
    const charged = ofMonth.get(campaign) ?? { channel, thousandths: 0, tariffs: new Set() };
    charged.thousandths += thousandths;
    charged.tariffs.add(tariff.id);
    ofMonth.set(campaign, charged);
    byMonth.set(month, ofMonth);
  }
  for (const byCampaign of byMonth.values()) {
    const charged = [...byCampaign].sort(([a], [b]) => compare(a ?? '', b ?? ''));
    const each = charged.map(([, { thousandths }]) => thousandths);
    largestRemainder(Math.floor(sumOf(each) / 1000), each).forEach((amount, i) => {
      const [campaign = null, { channel = '', tariffs = [] } = {}] = charged[i] ?? [];
      const facts = Array.from(tariffs, (id) => ({ kind: 'tariff' as const, id }));
      if (amount > 0) spent.push({ facts, category: 'messages', channel, campaign, amount });
    });
  }
  return { spent, missing, counted };
}

/** Messages of a channel and a campaign in a month, in thousandths of a minor unit, and by which tariffs. */
interface Charged {
  readonly channel: string;
  thousandths: number;
  readonly tariffs: Set<string>;
}

/** What marketing cost; sales is not in it. */
export function marketingCost({ spent }: Costs): number {
  return sumOf(spent.filter(({ category }) => category !== 'sales').map(({ amount }) => amount));
}

export function wholeCost({ spent }: Costs): number {
  return sumOf(spent.map(({ amount }) => amount));
}

/** Marketing costs by name; what is for no name of this sort has the key null. */
export function costByName({ spent }: Costs, by: 'channel' | 'campaign'): Map<string | null, number> {
  const sums = new Map<string | null, number>();
  for (const one of spent) {
    if (one.category === 'sales') continue;
    sums.set(one[by], (sums.get(one[by]) ?? 0) + one.amount);
  }
  return sums;
}

/** Channels of which providers, or parts of messages, decide what they cost. */
export function channelsByProvider({ tariffs }: Pick<Books, 'tariffs'>): string[] {
  const channels = tariffs.filter(({ provider, channel }) => provider !== undefined || channel === 'sms');
  return [...new Set(channels.map(({ channel }) => channel))].sort(compare);
}
