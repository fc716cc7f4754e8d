import { DAY } from '#lib/attribution';
import { linksTo, linkTo } from '../../domain/asked.js';
import {
  count,
  days,
  known,
  money,
  notAvailable,
  ratio,
  type Report,
  type ReportCell,
  type ReportRow,
  standingFor,
  sumOfKnown,
  text,
} from '../../domain/report.js';
import { madeOf, type Source } from '../../domain/behind.js';
import { smallRows } from '../../domain/small-rows.js';
import { COST_SEGMENTS, type CostSegment } from '../../facts/domain/fact.js';
import { accountFigures } from './account-figures.js';
import { compare, mean, quantile, sumOf } from './amounts.js';
import { type Books, type Conversion, regionOf } from './books.js';
import {
  ACCOUNT_TOUCHES,
  ATTRIBUTION_TOUCHES,
  DEALS_BEHIND,
  type MoneyData,
  moneyNotes,
  reportOf,
  type TouchLink,
} from './frame.js';
import { pointsOf, type Score, SCORED } from './engagement-score.js';
import { areOfCompanies, bothSides, isPriced, type TellingColumns, withFewAmountsMarked } from './few-amounts.js';
import type { ConversionTouches } from './path-gatherer.js';
import { unnamedIn } from './quality-report.js';
import { ofConversion, ofConversions, worth } from './sources-of.js';

export const SEGMENTS = COST_SEGMENTS;
export type Segment = CostSegment;

/** Revenue that marketing touched, and revenue that it began, by segment; each conversion counts once. */
export function revenueReport(data: MoneyData, segment: Segment, link: TouchLink): Report {
  const { books, paths } = data;
  const groups = new Map<string, ConversionTouches[]>();
  for (const one of paths.conversions) {
    const name = segmentOf(books, one.conversion, segment);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  const row = (name: string, all: readonly ConversionTouches[], isTotal = false): ReportRow => {
    const value = (some: readonly ConversionTouches[]): number => sumOf(some.map(({ conversion }) => conversion.value));
    const sum = (some: readonly ConversionTouches[], touches?: string): ReportCell =>
      sumOfKnown(
        some.map(({ conversion }) => conversion.amount),
        touches,
      );
    const influenced = all.filter(isInfluenced);
    const sourced = all.filter(isSourced);
    const deals = (some: readonly ConversionTouches[]): Conversion[] => some.map(({ conversion }) => conversion);
    const cycles = observed(books, all, sinceLead);
    const fromTouch = observed(books, all, sinceFirstTouch);
    return {
      cells: [
        known(name),
        madeOf(known(all.length), ofConversions(books, deals(all))),
        madeOf(sum(all), ofConversions(books, deals(all), worth)),
        sum(influenced, behind(influenced, isTotal ? link : { ...link, segment, value: name })),
        ratio(value(influenced), value(all), 'no_revenue'),
        madeOf(sum(sourced), ofConversions(books, deals(sourced), worth)),
        ratio(value(sourced), value(all), 'no_revenue'),
        cycles(mean),
        cycles((values) => quantile(values, 0.5)),
        cycles((values) => quantile(values, 0.9)),
        fromTouch(mean),
      ],
    };
  };
  const { currency } = books;
  const sorted = [...groups].sort(([a], [b]) => compare(a, b));
  const report = reportOf('revenue', data, {
    columns: [
      text(segment),
      count('conversions'),
      money('revenue', currency),
      money('influenced', currency),
      { key: 'influenced_share', kind: 'rate', unit: null },
      money('sourced', currency),
      { key: 'sourced_share', kind: 'rate', unit: null },
      days('cycle_mean'),
      days('cycle_median'),
      days('cycle_p90'),
      days('first_touch_to_conversion'),
    ],
    rows: sorted.map(([name, all]) => row(name, all)),
    total: row('', paths.conversions, true),
    notes: [{ key: 'influenced_and_sourced', values: {} }, ...moneyNotes(data)],
  });
  return marked(
    report,
    sorted.map(([, all]) => all),
    paths.conversions,
    OF_REVENUE,
  );
}

/** How many are behind the amounts of a row, and behind the means. */
const pricedOf = (some: readonly ConversionTouches[]): [number] => [
  some.filter(({ conversion }) => isPriced(conversion)).length,
];
const observedOf =
  (of: (one: ConversionTouches) => number | null) =>
  (some: readonly ConversionTouches[]): [number] => [some.filter((one) => of(one) !== null).length];
const conversionOf = ({ conversion }: ConversionTouches): Conversion => conversion;

const OF_REVENUE: readonly TellingColumns<ConversionTouches>[] = [
  { keys: ['revenue', 'influenced_share', 'sourced_share'], sizes: pricedOf },
  { keys: ['influenced', 'influenced_share'], sizes: bothSides(conversionOf, isInfluenced) },
  {
    keys: ['sourced', 'sourced_share'],
    sizes: bothSides(conversionOf, isSourced),
    besides: (some) => [pricedOf(some.filter((one) => isInfluenced(one) !== isSourced(one)))[0]],
  },
  { keys: ['cycle_mean', 'cycle_median', 'cycle_p90'], sizes: observedOf(sinceLead), isMean: true },
  { keys: ['first_touch_to_conversion'], sizes: observedOf(sinceFirstTouch), isMean: true },
];

const OF_PATHS: readonly TellingColumns<ConversionTouches>[] = [
  { keys: ['revenue'], sizes: pricedOf },
  { keys: ['time_lag'], sizes: observedOf(sinceFirstTouch), isMean: true },
];

/** Of rows that each conversion is in one of. */
function marked(
  report: Report,
  rows: readonly (readonly ConversionTouches[])[],
  all: readonly ConversionTouches[],
  columns: readonly TellingColumns<ConversionTouches>[],
): Report {
  const { rows: together } = smallRows(report, 'conversions');
  const isTotalTold = areOfCompanies(all.map(conversionOf));
  return withFewAmountsMarked(report, { rows, all, together, isTotalTold }, columns);
}

/** Ways that lead to most value: paths, how long they are and how long they take. */
export function pathsReport(data: MoneyData, link: TouchLink): Report {
  const { books, paths } = data;
  const groups = new Map<string, ConversionTouches[]>();
  for (const one of paths.conversions) {
    const name = one.path.length === 0 ? '' : one.path.join(PATH_STEP);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  const row = (name: ReportCell, all: readonly ConversionTouches[], touches?: string): ReportRow => ({
    cells: [
      name,
      madeOf(
        known(all.length),
        ofConversions(
          books,
          all.map(({ conversion }) => conversion),
        ),
      ),
      madeOf(
        sumOfKnown(
          all.map(({ conversion }) => conversion.amount),
          touches,
        ),
        ofConversions(
          books,
          all.map(({ conversion }) => conversion),
          worth,
        ),
      ),
      observed(books, all, (one) => one.touches)(mean),
      observed(books, all, sinceFirstTouch)(mean),
    ],
  });
  const sorted = [...groups]
    .map(([name, all]) => ({ name, all, value: sumOf(all.map(({ conversion }) => conversion.value)) }))
    .sort((a, b) => b.value - a.value || b.all.length - a.all.length || compare(a.name, b.name));
  const shown = sorted.slice(0, MOST_PATHS);
  const others = sorted.slice(MOST_PATHS).flatMap(({ all }) => all);
  const report = reportOf('paths', data, {
    columns: [
      text('touch_path'),
      count('conversions'),
      money('revenue', books.currency),
      count('path_length'),
      days('time_lag'),
    ],
    rows: [
      ...shown.map(({ name, all }) =>
        name === '' ? row(standingFor('no_touch'), all) : row(known(name), all, behind(all, { ...link, path: name })),
      ),
      ...(others.length === 0 ? [] : [row(standingFor('other_paths'), others)]),
    ],
    total: row(known(''), paths.conversions, behind(paths.conversions, link)),
    notes: [{ key: 'paths_shown', values: { shown: shown.length, all: sorted.length } }, ...moneyNotes(data)],
  });
  return marked(report, [...shown.map(({ all }) => all), others], paths.conversions, OF_PATHS);
}

/** Accounts by how much they had to do with us. */
export function accountsReport(
  data: MoneyData,
  { touches: ofTouches, deals }: Record<'touches' | 'deals', TouchLink>,
): Report {
  const { books, paths, frame, scores } = data;
  const { accounts, missing } = accountFigures(books, paths, frame, scores);
  const touchesOf = linksTo(ACCOUNT_TOUCHES, ofTouches);
  const openOf = linksTo(DEALS_BEHIND, { ...deals, about: 'open' });
  const rows = accounts
    .map((figures) => ({ figures, points: pointsOf(figures.score) }))
    .sort((a, b) => b.points - a.points || compare(a.figures.id, b.figures.id))
    .map(({ figures: { id, touches, score, open, won }, points }): ReportRow => {
      const account = books.accounts.get(id);
      const link = touches === undefined ? undefined : touchesOf({ account: id });
      const counted = (number: number): ReportCell => known(number, number === 0 ? undefined : link);
      return {
        id,
        cells: [
          known(account?.name ?? id),
          known(account?.tier ?? ''),
          counted(touches?.contacts ?? 0),
          counted(touches?.touches ?? 0),
          madeOf(known(points), () => scoreBehind(score, { ...ofTouches, account: id })),
          sumOfKnown(open ?? [], open === undefined ? undefined : openOf({ account: id })),
          madeOf(sumOfKnown(won.map(({ amount }) => amount)), ofConversions(books, won, worth)),
        ],
      };
    });
  const { currency } = books;
  const unnamed = unnamedIn(data);
  return reportOf('accounts', data, {
    columns: [
      text('account'),
      text('tier'),
      count('contacts'),
      count('touches'),
      count('score'),
      money('pipeline', currency),
      money('revenue', currency),
    ],
    rows,
    total: null,
    notes: [
      { key: 'score', values: {} },
      { key: 'accounts_unnamed', values: { accounts: unnamed } },
      ...moneyNotes(data, undefined, missing),
    ],
  });
}

/** What brought points, each with the list of it; visits are in either list. */
function scoreBehind(score: Score, touches: TouchLink): Source[] {
  return SCORED.flatMap((what): Source[] => {
    if (score[what] === 0) return [];
    const basis = what === 'clicked' || what === 'replied' ? 'engaged' : 'delivered';
    const link = linkTo(ACCOUNT_TOUCHES, { ...touches, basis });
    return [{ kind: `points_${what}`, id: '', at: null, name: '', adds: score[what] / 1000, fact: null, link }];
  });
}

/** Between the names of a path. */
export const PATH_STEP = ' > ';
const MOST_PATHS = 100;

export function segmentOf(books: Books, conversion: Conversion, segment: Segment): string {
  const { productLine, owner, persona, buyerRoles } = conversion;
  switch (segment) {
    case 'productLine':
      return productLine ?? '';
    case 'owner':
      return owner ?? '';
    case 'persona':
      return persona ?? '';
    case 'buyerRole':
      return buyerRoles ?? '';
    case 'region':
      return regionOf(books, conversion);
    case 'industry':
    case 'revenueClass':
    case 'tier':
      return books.accounts.get(conversion.account)?.[segment] ?? '';
  }
}

/** What was observed of conversions, and how a figure of it is told; nothing of those of which nothing is known. */
function observed(
  books: Books,
  all: readonly ConversionTouches[],
  of: (one: ConversionTouches) => number | null,
): (figure: (values: readonly number[]) => number | null) => ReportCell {
  const found = all.flatMap((one) => {
    const value = of(one);
    return value === null ? [] : [{ one, value }];
  });
  return (figure) =>
    madeOf(orNone(figure(found.map(({ value }) => value))), () =>
      found.map(({ one, value }) => ofConversion(books, one.conversion, value)),
    );
}

/** Whether a touch led to it. */
function isInfluenced({ touches }: ConversionTouches): boolean {
  return touches > 0;
}

/** Whether it began with us. */
function isSourced({ conversion, firstAt }: ConversionTouches): boolean {
  return conversion.campaign !== null || isFirst(conversion, firstAt);
}

/** Days. */
function sinceLead({ conversion: { leadAt, at } }: ConversionTouches): number | null {
  return leadAt === null ? null : (at - leadAt) / DAY;
}

function sinceFirstTouch({ conversion: { at }, firstAt }: ConversionTouches): number | null {
  return firstAt === null ? null : (at - firstAt) / DAY;
}

/** Where the touches behind a figure are listed; nowhere, where there are none. */
function behind(all: readonly ConversionTouches[], link: TouchLink): string | undefined {
  return all.some(({ touches }) => touches > 0) ? linkTo(ATTRIBUTION_TOUCHES, link) : undefined;
}

/** Whether a touch came before the lead, or before the deal where no lead is known. */
function isFirst({ leadAt, opportunityAt, at }: ConversionTouches['conversion'], firstAt: number | null): boolean {
  return firstAt !== null && firstAt <= (leadAt ?? opportunityAt ?? at);
}

/** Not observed, where there is none. */
export function orNone(value: number | null): ReportCell {
  return value === null ? notAvailable('not_observed') : known(value);
}
