import type { Fact, ReportedFact } from '#lib/reporting';
import type { Calendar } from './calendar.js';
import { YEAR } from './calendar.js';
import { REGIONS } from './company.js';
import { Draw } from './draw.js';
import type { Campaign } from './mailings.js';

type Stated = Extract<Fact, { kind: 'cost' | 'tariff' | 'target' | 'exchange_rate' }>;

type CostCategory = Extract<Fact, { kind: 'cost' }>['category'];

/** What was spent, what was meant to be reached, and what other money was worth. */
export function financeFacts(seed: number, calendar: Calendar, campaigns: readonly Campaign[]): ReportedFact[] {
  const draw = new Draw(seed, 'finance');
  const eur = (amount: number) => ({ amount: Math.round(amount), currency: 'EUR' });
  const months = calendar.months().flatMap(({ key, from, to }) => {
    const cost = (category: CostCategory, amount: number, channel?: string) =>
      stated(`seed-cost-${category}-${channel ?? 'all'}-${key}`, {
        ...{ kind: 'cost' as const, category, from, to, channel },
        value: eur(amount),
      });
    return [
      cost('ad_spend', draw.whole(180_000, 320_000), 'cpc'),
      cost('ad_spend', draw.whole(120_000, 260_000), 'linkedin'),
      cost('salaries', 1_240_000),
      cost('software', 148_050),
      cost('software', 39_000, 'email'),
      cost('other', 95_000, 'organic'),
      cost('ad_spend', 60_000, 'referral'),
      cost('other', 45_000, 'blog'),
      cost('other', draw.whole(12_000, 60_000)),
      cost('sales', draw.whole(1_900_000, 2_300_000)),
      rate(`seed-rate-usd-${key}`, 'USD', from, 0.86 + draw.share() * 0.09),
      rate(`seed-rate-chf-${key}`, 'CHF', from, 1.03 + draw.share() * 0.06),
    ];
  });
  const budgets = campaigns.map(({ key, begins }) => {
    const [from, to] = [calendar.day(begins), calendar.day(Math.max(1, begins - 20))];
    const amount = key.startsWith('FAIR') ? draw.whole(900_000, 1_500_000) : draw.whole(40_000, 180_000);
    return stated(`seed-cost-${key}`, {
      kind: 'cost',
      category: 'campaign',
      from,
      to,
      value: eur(amount),
      ...{ campaign: key, channel: key.startsWith('FAIR') ? 'fair' : 'email' },
    });
  });
  const quarters = [0, 1, 2, 3].flatMap((quarter) =>
    REGIONS.flatMap((region) => {
      const [from, to] = [
        calendar.day(YEAR - quarter * 91),
        calendar.day(quarter === 3 ? 1 : YEAR - quarter * 91 - 90),
      ];
      const won = draw.whole(4_000_000, 9_000_000);
      const target = (measure: 'won' | 'pipeline', amount: number) =>
        stated(`seed-target-${measure}-${region}-${quarter + 1}`, {
          ...{ kind: 'target' as const, measure, from, to, region },
          value: eur(amount),
        });
      return [target('won', won), target('pipeline', won * 3)];
    }),
  );
  const first = calendar.day(YEAR);
  const tariff = stated('seed-tariff-email', { kind: 'tariff', channel: 'email', from: first, perThousand: eur(95) });
  return [...months, ...budgets, ...quarters, tariff];
}

/** Weights that marketing proposes and signs, and then sales: each says so by a key of its own. */
export function agreement(
  calendar: Calendar,
): readonly { readonly role: string; readonly facts: readonly ReportedFact[] }[] {
  const at = calendar.at(YEAR - 14, 10);
  const set = { kind: 'weight_set' as const, name: 'agreed', version: 1, otherwise: 1 };
  const weights = { fair: 4, linkedin: 2, cpc: 1.5, email: 1, direct: 0.5 };
  const said = (id: string, fact: Extract<Fact, { kind: 'weight_set' | 'sign_off' }>, after: number): ReportedFact => ({
    ...{ id, at: at + after, kind: fact.kind, accounts: [], contacts: [], toFact: () => fact },
  });
  const sign = (role: string, name: string, after: number) =>
    said(`seed-sign-off-${role}`, { kind: 'sign_off', set: AGREED, role, name }, after);
  return [
    { role: 'marketing', facts: [said(AGREED, { ...set, weights }, 0)] },
    { role: 'marketing', facts: [sign('marketing', 'Mareike Brandt', 60_000)] },
    { role: 'sales', facts: [sign('sales', 'Jonas Feld', 120_000)] },
  ];
}

/** Id of the weights. */
const AGREED = 'agreed@1';

function rate(id: string, from: 'USD' | 'CHF', day: string, value: number): ReportedFact {
  return stated(id, { kind: 'exchange_rate', from, to: 'EUR', day, rate: value.toFixed(4) });
}

/** About nobody, so there are no names to look up; it counts from its first day on. */
function stated(id: string, fact: Stated): ReportedFact {
  const at = Date.parse(fact.kind === 'exchange_rate' ? fact.day : fact.from);
  return { id, at, kind: fact.kind, accounts: [], contacts: [], toFact: () => fact };
}
