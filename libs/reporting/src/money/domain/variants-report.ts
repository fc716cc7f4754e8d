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
import { type ArmCount, armKey, type Exposure, type Exposures, HOLDOUT, ripeBefore } from './exposures.js';
import { NO_NAME } from './no-name.js';
import { quantile, sumOf } from './amounts.js';
import { type Books, conversionsOf } from './books.js';
import { type MoneyData, moneyNotes, OUTCOMES, reportOf, type TouchLink } from './frame.js';
import { factsByUnit, type OutcomeFact, type OutcomeUnit } from './outcome-facts.js';
import { isUneven, newcombe, type Proportion, type Range } from './proportions.js';

export interface VariantsShape {
  /** What happens within so many days after somebody met a variant counts for it. */
  readonly windowDays: number;
  readonly unit: OutcomeUnit;
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

interface Arm extends Pick<ArmCount, 'campaign' | 'variant' | 'exposed'> {
  /** Whose window is over: only they are compared, so that all variants are equally old. */
  readonly ripe: number;
  /** Of those of them who did something within the window. */
  readonly outcomes: readonly Outcome[];
}

const NOTHING: Outcome = {
  ...{ leads: 0, opportunities: 0, pipeline: 0, won: 0, revenue: 0 },
  ...{ unpriced: 0, wonUnpriced: 0 },
};

/** The same draws for everybody who asks. */
const SEED = 1;
const DRAWS = 200;

/**
 * What became of those who met each variant of a campaign, whatever they did with the message, and of those who were left
 * alone: by intention to treat. Who met several belongs to the first.
 */
export function variantsReport(data: MoneyData, { windowDays, unit, shares, link }: VariantsShape): Report {
  const { books, frame, exposures } = data;
  const factsOf = factsWithin(books, unit, windowDays, frame.asOf);
  const arms = armsOf(exposures, ripeBefore(windowDays, frame.asOf), factsOf);
  const rows = arms.map((arm): ReportRow => {
    const first = arms.find(({ campaign }) => campaign === arm.campaign) ?? arm;
    const messages = linkTo(EXIT_MESSAGES, {
      ...{ ...frame.days, zone: frame.zone, ...link, campaign: arm.campaign === NO_NAME ? null : arm.campaign },
      ...(arm.variant === HOLDOUT ? { standing: 'dropped', reason: HOLDOUT } : { standing: 'sent' }),
      ...{ path: arm.variant, report: 'variants' },
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

function figuresOf({ exposed, ripe, outcomes }: Arm, messages: string, facts: string): ReportCell[] {
  const sum = (key: keyof Outcome): number => sumOf(outcomes.map((one) => one[key]));
  const behind = (what: OutcomeFact['kind'], number: number): string | undefined =>
    number === 0 ? undefined : `${facts}&what=${what}`;
  const counted = (what: OutcomeFact['kind'], key: keyof Outcome): ReportCell =>
    known(sum(key), behind(what, sum(key)));
  const priced = (what: OutcomeFact['kind'], amount: keyof Outcome, all: keyof Outcome, without: keyof Outcome) =>
    sum(all) > 0 && sum(all) === sum(without)
      ? notAvailable('no_exchange_rate')
      : known(sum(amount), behind(what, sum(all)));
  const revenues = outcomes.map(({ revenue }) => revenue).filter((revenue) => revenue !== 0);
  const range = ripe === 0 ? null : drawn(revenues, ripe);
  const of = (value: number | undefined): ReportCell =>
    value === undefined ? notAvailable('not_ripe') : known(Math.round(value));
  return [
    ...[known(exposed, messages), known(ripe), known(exposed - ripe)],
    ...[counted('lead', 'leads'), counted('opportunity', 'opportunities')],
    priced('opportunity', 'pipeline', 'opportunities', 'unpriced'),
    counted('won', 'won'),
    ripe === 0 ? notAvailable('not_ripe') : ratio(winners(outcomes), ripe),
    priced('won', 'revenue', 'won', 'wonUnpriced'),
    ripe === 0 ? notAvailable('not_ripe') : of(sum('revenue') / ripe),
    of(range?.low),
    of(range?.high),
  ];
}

/** How much more of this variant won than of the first one of its campaign. */
function against(arm: Arm, first: Arm): ReportCell[] {
  if (arm === first) return [0, 1, 2].map(() => notAvailable('not_defined'));
  if (arm.ripe === 0 || first.ripe === 0) return [0, 1, 2].map(() => notAvailable('not_ripe'));
  const [a, b] = [arm, first].map(({ ripe, outcomes }): Proportion => ({ part: winners(outcomes), whole: ripe }));
  if (a === undefined || b === undefined) throw new Error('there are two');
  const { low, high } = newcombe(a, b);
  return [a.part / a.whole - b.part / b.whole, low, high].map((value) => known(value));
}

function winners(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ won }) => won > 0).length;
}

/** Of variants of which nobody said what they were meant to have nothing follows, unless nobody said it of any. */
function uneven(arms: readonly Arm[], shares: VariantsShape['shares']): ReportNote[] {
  return [...new Set(arms.map(({ campaign }) => campaign))].flatMap((campaign) => {
    // How many are left alone is a share of all, which nobody says here unless they mean it.
    const own = arms.filter((arm) => arm.campaign === campaign && (arm.variant !== HOLDOUT || shares.has(HOLDOUT)));
    if (shares.size > 0 && !own.every(({ variant }) => shares.has(variant))) return [];
    const [sizes, meant] = [own.map(({ exposed }) => exposed), own.map(({ variant }) => shares.get(variant) ?? 1)];
    const values = { campaign, sizes: sizes.join(' : '), meant: meant.join(' : ') };
    return isUneven(sizes, meant) ? [{ key: 'uneven_variants', values }] : [];
  });
}

function armsOf(exposures: Exposures, before: EpochMs, factsOf: (exposure: Exposure) => OutcomeFact[]): Arm[] {
  const outcomes = new Map<string, Outcome[]>();
  let last: { readonly arm: Exposure; readonly found: Outcome[] } | null = null;
  for (const exposure of exposures.some) {
    const facts = exposure.at >= before ? [] : factsOf(exposure);
    if (facts.length === 0) continue;
    const { campaign, variant } = exposure;
    // Those of one arm come one after the other.
    if (last === null || last.arm.campaign !== campaign || last.arm.variant !== variant) {
      const key = armKey(exposure);
      const found: Outcome[] = outcomes.get(key) ?? [];
      outcomes.set(key, found);
      last = { arm: exposure, found };
    }
    last.found.push(outcomeOf(facts));
  }
  return exposures.arms(before).map((arm) => ({ ...arm, ripe: arm.before, outcomes: outcomes.get(armKey(arm)) ?? [] }));
}

/**
 * What somebody did within so many days after they met their variant: leads and deals of the account; or of the contact they
 * are of, or else of the first with a role.
 */
export function factsWithin(books: Books, unit: VariantsShape['unit'], windowDays: number, asOf: EpochMs) {
  const byUnit = factsByUnit(books, unit, asOf);
  return ({ unit: whose, at: met }: Exposure): OutcomeFact[] =>
    byUnit.of(whose).filter(({ at }) => at >= met && at <= met + windowDays * DAY);
}

function outcomeOf(facts: readonly OutcomeFact[]): Outcome {
  const one = { ...NOTHING };
  for (const { kind, value } of facts)
    switch (kind) {
      case 'lead':
        one.leads += 1;
        break;
      case 'opportunity':
        one.opportunities += 1;
        one.pipeline += value ?? 0;
        if (value === null) one.unpriced += 1;
        break;
      case 'won':
        one.won += 1;
        one.revenue += value ?? 0;
        if (value === null) one.wonUnpriced += 1;
    }
  return one;
}

/**
 * Between which means the true one lies: the middle 95 % of those of samples drawn anew from what was found. How many zeros
 * come before the next draw that is none is drawn at once: most of those who met a variant brought nothing.
 * @param some what was found and is not zero, in any order
 * @param whole how many were found with those that are
 */
export function drawn(some: readonly number[], whole: number, draw: Draw = seededDraw(SEED)): Range {
  // By what they are, and not by who came first.
  const values = some.toSorted((a, b) => a - b);
  const perZero = Math.log1p(-values.length / whole);
  const zeros = (): number => Math.floor(Math.log(1 - draw()) / perZero);
  const means = Array.from({ length: DRAWS }, () => {
    let sum = 0;
    if (values.length > 0)
      for (let i = zeros(); i < whole; i += 1 + zeros()) sum += values[Math.floor(draw() * values.length)] ?? 0;
    return sum / whole;
  });
  return { low: quantile(means, 0.025) ?? 0, high: quantile(means, 0.975) ?? 0 };
}
