import { largestRemainder } from '#lib/attribution';
import type { CostCategory, CostFact, Money } from '../../facts/domain/fact.js';
import { known, notAvailable, type ReportCell } from '../../domain/report.js';
import type { SentMessages } from '../touch.store.js';
import { compare, type MissingRate, missingRate, shareOfDays, sumOf } from './amounts.js';
import type { Books } from './books.js';

/** A cost, or the tariff of messages. */
export interface CostName {
  readonly kind: 'cost' | 'tariff';
  readonly id: string;
}

/** Money that was spent in a period, on something or for everything. */
export interface Spent {
  /** What said so; of messages there may be several tariffs. */
  readonly facts: readonly CostName[];
  readonly category: CostCategory | 'messages';
  readonly channel: string | null;
  readonly campaign: string | null;
  /** Null where no rate to the currency of the report is known. */
  readonly amount: number | null;
  /** Of which segments alone. */
  readonly of?: CostFact['of'];
}

export interface Costs {
  readonly spent: readonly Spent[];
  /** Rates of costs that could not be exchanged, and are not in it ... */
  readonly missing: readonly (MissingRate & { readonly fact: CostName })[];
  /** ... of these that fall on the period: what was said, and the tariff of each channel and campaign that sent on a day. */
  readonly counted: readonly CostName[];
}

/**
 * Everything spent from one day to another, both included: what is spread over days by its share of them, messages by the
 * tariff of their day, that of their provider before that of their channel. Tariffs are of a thousand, so what a whole
 * channel cost in a calendar month is rounded down once and then divided: a month costs the same alone and within a year.
 */
export function costsOf(books: Books, sent: readonly SentMessages[], from: string, to: string): Costs {
  const spent: Spent[] = [];
  const missing: Costs['missing'][number][] = [];
  const counted: CostName[] = [];
  const exchanged = (fact: CostName, money: Money, day: string): number | null => {
    const amount = books.convert(money, day);
    counted.push(fact);
    missing.push(...missingRate(money, day, amount).map((rate) => ({ ...rate, fact })));
    return amount;
  };
  for (const cost of books.costs) {
    if (cost.from > to || cost.to < from) continue;
    const fact: CostName = { kind: 'cost', id: cost.id };
    const whole = exchanged(fact, cost.value, cost.from);
    const share = whole === null ? null : shareOfDays(whole, cost, from, to);
    const { category, channel = null, campaign = null, of } = cost;
    if (share !== 0) spent.push({ facts: [fact], category, channel, campaign, amount: share, of });
  }
  const byMonth = new Map<string, Map<string | null, Charged>>();
  for (const { day, channel, campaign, provider, units } of sent) {
    if (day < from || day > to) continue;
    const inForce = books.tariffs.filter((one) => one.channel === channel && one.from <= day);
    const tariff =
      inForce.findLast((one) => one.provider !== undefined && one.provider === provider) ??
      inForce.findLast((one) => one.provider === undefined);
    if (tariff === undefined) continue;
    const perThousand = exchanged({ kind: 'tariff', id: tariff.id }, tariff.perThousand, day);
    if (perThousand === 0 || units === 0) continue;
    const month = `${day.slice(0, 7)} ${channel}`;
    const ofMonth = byMonth.get(month) ?? new Map<string | null, Charged>();
    const charged = ofMonth.get(campaign) ?? { channel, thousandths: 0, isUnpriced: false, tariffs: new Set() };
    if (perThousand === null) charged.isUnpriced = true;
    else charged.thousandths += units * perThousand;
    charged.tariffs.add(tariff.id);
    ofMonth.set(campaign, charged);
    byMonth.set(month, ofMonth);
  }
  for (const byCampaign of byMonth.values()) {
    const charged = [...byCampaign].sort(([a], [b]) => compare(a ?? '', b ?? ''));
    const each = charged.map(([, { thousandths }]) => thousandths);
    largestRemainder(Math.floor(sumOf(each) / 1000), each).forEach((amount, i) => {
      const [campaign = null, { channel = '', isUnpriced = false, tariffs = [] } = {}] = charged[i] ?? [];
      const facts = Array.from(tariffs, (id) => ({ kind: 'tariff' as const, id }));
      if (isUnpriced) spent.push({ facts, category: 'messages', channel, campaign, amount: null });
      else if (amount > 0) spent.push({ facts, category: 'messages', channel, campaign, amount });
    });
  }
  return { spent, missing, counted };
}

/** Messages of a channel and a campaign in a month, in thousandths of a minor unit, and by which tariffs. */
interface Charged {
  readonly channel: string;
  thousandths: number;
  /** Whether some of them are not in it, for want of a rate. */
  isUnpriced: boolean;
  readonly tariffs: Set<string>;
}

/** Sales is no cost of marketing. */
export const isMarketing = ({ category }: Pick<Spent, 'category'>): boolean => category !== 'sales';

/** What was spent, whole; or why that is not known: what is divided by a part of it would flatter. */
export type CostSum = number | 'no_cost' | 'no_exchange_rate';

export function sumOfCosts(spent: readonly Pick<Spent, 'amount'>[]): CostSum {
  if (spent.length === 0) return 'no_cost';
  let sum = 0;
  for (const { amount } of spent) {
    if (amount === null) return 'no_exchange_rate';
    sum += amount;
  }
  return sum;
}

/** What marketing cost; sales is not in it. */
export function marketingCost({ spent }: Pick<Costs, 'spent'>): CostSum {
  return sumOfCosts(spent.filter(isMarketing));
}

/** Marketing costs by name; what is for no name of this sort has the key null. */
export function costByName({ spent }: Pick<Costs, 'spent'>, by: 'channel' | 'campaign'): Map<string | null, CostSum> {
  const groups = new Map<string | null, Spent[]>();
  for (const one of spent.filter(isMarketing)) {
    const group = groups.get(one[by]);
    if (group === undefined) groups.set(one[by], [one]);
    else group.push(one);
  }
  return new Map([...groups].map(([name, group]) => [name, sumOfCosts(group)]));
}

export function costCell(cost: CostSum): ReportCell {
  return typeof cost === 'number' ? known(cost) : notAvailable(cost);
}

/** A cost for each, to the nearest minor unit. */
export function costEach(cost: CostSum, number: number): ReportCell {
  if (typeof cost !== 'number') return notAvailable(cost);
  return number === 0 ? notAvailable('no_denominator') : known(Math.round(cost / number));
}

/** Channels of which providers, or parts of messages, decide what they cost. */
export function channelsByProvider({ tariffs }: Pick<Books, 'tariffs'>): string[] {
  const channels = tariffs.filter(({ provider, channel }) => provider !== undefined || channel === 'sms');
  return [...new Set(channels.map(({ channel }) => channel))].sort(compare);
}
