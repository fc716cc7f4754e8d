import { DAY, type Draw, seededDraw } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import {
  count,
  known,
  money,
  notAvailable,
  ratio,
  type Report,
  type ReportCell,
  type ReportNote,
  type ReportRow,
  text,
} from '../../domain/report.js';
import { linkTo } from '../../domain/asked.js';
import { EXIT_MESSAGES } from '../../exits/domain/exit-report.js';
import type { Exposure } from '../touch.store.js';
import { NO_NAME } from './no-name.js';
import { quantile, sumOf } from './amounts.js';
import { type Books, conversionsOf, qualifiedLeads } from './books.js';
import { type MoneyData, moneyNotes, OUTCOMES, reportOf, type TouchLink } from './frame.js';
import { isUneven, newcombe, type Proportion, type Range } from './proportions.js';

export interface VariantsShape {
  /** What happens within so many days after somebody met a variant counts for it. */
  readonly windowDays: number;
  readonly unit: 'account' | 'contact';
  /** What the variants were meant to have of everybody beside each other; empty: all the same. */
  readonly shares: ReadonlyMap<string, number>;
  /** Of messages behind an arm, beyond days, zone and arm: as of when. */
  readonly link: TouchLink;
}

/** What one account or contact did within the window after it met its variant. */
interface Outcome {
  readonly leads: number;
  readonly opportunities: number;
  readonly pipeline: number;
  readonly won: number;
  readonly revenue: number;
  /** Opportunities, and won deals, without a rate: their amounts are in neither sum. */
  readonly unpriced: number;
  readonly wonUnpriced: number;
}

interface Arm {
  readonly campaign: string;
  readonly variant: string;
  readonly exposed: number;
  /** Of those whose window is over: only they are compared, so that all variants are equally old. */
  readonly ripe: readonly Outcome[];
}

/** The same draws for everybody who asks. */
const SEED = 1;
const DRAWS = 200;

/**
 * What became of those who met each variant of a campaign, whatever they did with the message: by intention to treat. Who
 * met several belongs to the first.
 */
export function variantsReport(data: MoneyData, { windowDays, unit, shares, link }: VariantsShape): Report {
  const { books, frame, exposures } = data;
  const factsOf = factsWithin(books, unit, windowDays, frame.asOf);
  const arms = armsOf(
    exposures,
    (exposure) => isRipe(exposure, windowDays, frame.asOf),
    (exposure) => outcomeOf(factsOf(exposure)),
  );
  const rows = arms.map((arm): ReportRow => {
    const first = arms.find(({ campaign }) => campaign === arm.campaign) ?? arm;
    const messages = linkTo(EXIT_MESSAGES, {
      ...{ ...frame.days, zone: frame.zone, ...link, campaign: arm.campaign === NO_NAME ? null : arm.campaign },
      ...{ path: arm.variant, standing: 'sent', report: 'variants' },
    });
    const facts = linkTo(OUTCOMES, {
      ...{ ...frame.days, zone: frame.zone, ...link, currency: books.currency, unit, window: String(windowDays) },
      ...{ campaign: arm.campaign, variant: arm.variant },
    });
    const figures = figuresOf(arm, messages, facts);
    return { cells: [known(arm.variant), known(arm.campaign), ...figures, ...against(arm, first)] };
  });
  const { currency } = books;
  return reportOf('variants', data, {
    columns: [
      ...[text('variant'), text('campaign'), count('exposed'), count('ripe'), count('waiting')],
      ...[count('leads'), count('opportunities'), money('pipeline', currency), count('won')],
      ...[rate('win_rate'), money('revenue', currency), money('revenue_per_unit', currency)],
      ...[money('revenue_low', currency), money('revenue_high', currency)],
      ...[rate('difference'), rate('difference_low'), rate('difference_high')],
    ],
    rows,
    total: null,
    notes: [
      { key: 'variants', values: { days: windowDays, draws: DRAWS, seed: SEED } },
      ...uneven(arms, shares),
      ...moneyNotes(data, [
        ...conversionsOf(books, { of: 'opportunity', event: null }),
        ...conversionsOf(books, { of: 'won', event: null }),
      ]),
    ],
    of: 'cohort',
  });
}

const rate = (key: string) => ({ key, kind: 'rate', unit: null }) as const;

function figuresOf({ exposed, ripe }: Arm, messages: string, facts: string): ReportCell[] {
  const sum = (key: keyof Outcome): number => sumOf(ripe.map((one) => one[key]));
  const behind = (what: OutcomeFact['kind'], number: number): string | undefined =>
    number === 0 ? undefined : `${facts}&what=${what}`;
  const counted = (what: OutcomeFact['kind'], key: keyof Outcome): ReportCell =>
    known(sum(key), behind(what, sum(key)));
  const priced = (what: OutcomeFact['kind'], amount: keyof Outcome, all: keyof Outcome, without: keyof Outcome) =>
    sum(all) > 0 && sum(all) === sum(without)
      ? notAvailable('no_exchange_rate')
      : known(sum(amount), behind(what, sum(all)));
  const range = ripe.length === 0 ? null : drawn(ripe.map(({ revenue }) => revenue));
  const of = (value: number | undefined): ReportCell =>
    value === undefined ? notAvailable('not_ripe') : known(Math.round(value));
  return [
    ...[known(exposed, messages), known(ripe.length), known(exposed - ripe.length)],
    ...[counted('lead', 'leads'), counted('opportunity', 'opportunities')],
    priced('opportunity', 'pipeline', 'opportunities', 'unpriced'),
    counted('won', 'won'),
    ripe.length === 0 ? notAvailable('not_ripe') : ratio(winners(ripe), ripe.length),
    priced('won', 'revenue', 'won', 'wonUnpriced'),
    ripe.length === 0 ? notAvailable('not_ripe') : of(sum('revenue') / ripe.length),
    of(range?.low),
    of(range?.high),
  ];
}

/** How much more of this variant won than of the first one of its campaign. */
function against(arm: Arm, first: Arm): ReportCell[] {
  if (arm === first) return [0, 1, 2].map(() => notAvailable('not_defined'));
  if (arm.ripe.length === 0 || first.ripe.length === 0) return [0, 1, 2].map(() => notAvailable('not_ripe'));
  const [a, b] = [arm, first].map(({ ripe }): Proportion => ({ part: winners(ripe), whole: ripe.length }));
  if (a === undefined || b === undefined) throw new Error('there are two');
  const { low, high } = newcombe(a, b);
  return [a.part / a.whole - b.part / b.whole, low, high].map((value) => known(value));
}

function winners(ripe: readonly Outcome[]): number {
  return ripe.filter(({ won }) => won > 0).length;
}

/** Of variants of which nobody said what they were meant to have nothing follows, unless nobody said it of any. */
function uneven(arms: readonly Arm[], shares: VariantsShape['shares']): ReportNote[] {
  return [...new Set(arms.map(({ campaign }) => campaign))].flatMap((campaign) => {
    const own = arms.filter((arm) => arm.campaign === campaign);
    if (shares.size > 0 && !own.every(({ variant }) => shares.has(variant))) return [];
    const [sizes, meant] = [own.map(({ exposed }) => exposed), own.map(({ variant }) => shares.get(variant) ?? 1)];
    const values = { campaign, sizes: sizes.join(' : '), meant: meant.join(' : ') };
    return isUneven(sizes, meant) ? [{ key: 'uneven_variants', values }] : [];
  });
}

function armsOf(
  exposures: readonly Exposure[],
  isOver: (exposure: Exposure) => boolean,
  made: (exposure: Exposure) => Outcome,
): Arm[] {
  const arms = new Map<string, { campaign: string; variant: string; exposed: number; ripe: Outcome[] }>();
  for (const exposure of exposures) {
    const { campaign, variant } = exposure;
    const key = JSON.stringify([campaign, variant]);
    const arm = arms.get(key) ?? { campaign, variant, exposed: 0, ripe: [] };
    arm.exposed++;
    if (isOver(exposure)) arm.ripe.push(made(exposure));
    arms.set(key, arm);
  }
  return [...arms.values()];
}

/** A lead, an opportunity or a won deal of somebody who met a variant. */
export interface OutcomeFact {
  readonly kind: 'lead' | 'opportunity' | 'won';
  /** Of the fact: a stage of the lead, or the opportunity. */
  readonly id: string;
  readonly at: EpochMs;
  readonly account: string;
  /** Null: of a lead, and where no rate is known. */
  readonly value: number | null;
}

/**
 * What somebody did within so many days after they met their variant: leads and deals of the account; or of the contact they
 * are of, or else of the first with a role.
 */
export function factsWithin(books: Books, unit: VariantsShape['unit'], windowDays: number, asOf: EpochMs) {
  const byUnit = new Map<string, OutcomeFact[]>();
  const add = (
    fact: Parameters<Books['accountOf']>[0] & { readonly roles?: readonly { readonly contactId: string }[] },
    what: Omit<OutcomeFact, 'account'>,
  ): void => {
    const account = books.accountOf(fact);
    const whose = unit === 'account' ? account : (fact.contactId ?? fact.roles?.[0]?.contactId);
    if (whose === undefined || what.at > asOf) return;
    const known = byUnit.get(whose);
    if (known === undefined) byUnit.set(whose, [{ ...what, account }]);
    else known.push({ ...what, account });
  };
  for (const lead of qualifiedLeads(books)) add(lead, { kind: 'lead', id: lead.id, at: lead.at, value: null });
  for (const deal of books.opportunities) {
    const { id, at, closedAt } = deal;
    add(deal, { kind: 'opportunity', id, at, value: books.convert(deal.value, books.dayOf(at)) });
    if (deal.status !== 'won' || closedAt === undefined) continue;
    add(deal, { kind: 'won', id, at: closedAt, value: books.convert(deal.value, books.dayOf(closedAt)) });
  }
  return ({ unit: whose, at: met }: Exposure): OutcomeFact[] =>
    (byUnit.get(whose) ?? []).filter(({ at }) => at >= met && at <= met + windowDays * DAY);
}

/** Whether somebody met their variant long enough ago to be compared. */
export function isRipe({ at }: Exposure, windowDays: number, asOf: EpochMs): boolean {
  return at + windowDays * DAY <= asOf;
}

function outcomeOf(facts: readonly OutcomeFact[]): Outcome {
  const of = (kind: OutcomeFact['kind']): OutcomeFact[] => facts.filter((fact) => fact.kind === kind);
  const [opportunities, won] = [of('opportunity'), of('won')];
  const worth = (some: readonly OutcomeFact[]): number => sumOf(some.map(({ value }) => value ?? 0));
  const unpriced = (some: readonly OutcomeFact[]): number => some.filter(({ value }) => value === null).length;
  return {
    ...{ leads: of('lead').length, opportunities: opportunities.length, pipeline: worth(opportunities) },
    ...{ won: won.length, revenue: worth(won), unpriced: unpriced(opportunities), wonUnpriced: unpriced(won) },
  };
}

/** Between which means the true one lies: the middle 95 % of those of samples drawn anew from what was found. */
export function drawn(values: readonly number[], draw: Draw = seededDraw(SEED)): Range {
  const means = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(draw() * values.length)] ?? 0;
    return sum / values.length;
  });
  return { low: quantile(means, 0.025) ?? 0, high: quantile(means, 0.975) ?? 0 };
}
