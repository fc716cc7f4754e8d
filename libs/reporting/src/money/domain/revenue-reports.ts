import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { linkTo } from '../../domain/asked.js';
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
import { COST_SEGMENTS, type CostSegment } from '../../facts/domain/fact.js';
import { compare, mean, type MissingRate, missingRate, quantile, sumOf } from './amounts.js';
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
import type { ConversionTouches } from './path-gatherer.js';

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
    const influenced = all.filter(({ touches }) => touches > 0);
    const sourced = all.filter(
      ({ conversion, firstAt }) => conversion.campaign !== null || isFirst(conversion, firstAt),
    );
    const cycles = all.flatMap(({ conversion: { leadAt, at } }) => (leadAt === null ? [] : [(at - leadAt) / DAY]));
    const fromTouch = all.flatMap(({ conversion: { at }, firstAt }) =>
      firstAt === null ? [] : [(at - firstAt) / DAY],
    );
    return {
      cells: [
        known(name),
        known(all.length),
        sum(all),
        sum(influenced, behind(influenced, isTotal ? link : { ...link, segment, value: name })),
        ratio(value(influenced), value(all), 'no_revenue'),
        sum(sourced),
        ratio(value(sourced), value(all), 'no_revenue'),
        orNone(mean(cycles)),
        orNone(quantile(cycles, 0.5)),
        orNone(quantile(cycles, 0.9)),
        orNone(mean(fromTouch)),
      ],
    };
  };
  const { currency } = books;
  return reportOf('revenue', data, {
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
    rows: [...groups].sort(([a], [b]) => compare(a, b)).map(([name, all]) => row(name, all)),
    total: row('', paths.conversions, true),
    notes: [{ key: 'influenced_and_sourced', values: {} }, ...moneyNotes(data)],
  });
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
      known(all.length),
      sumOfKnown(
        all.map(({ conversion }) => conversion.amount),
        touches,
      ),
      orNone(mean(all.map((one) => one.touches))),
      orNone(mean(all.flatMap(({ conversion: { at }, firstAt }) => (firstAt === null ? [] : [(at - firstAt) / DAY])))),
    ],
  });
  const sorted = [...groups]
    .map(([name, all]) => ({ name, all, value: sumOf(all.map(({ conversion }) => conversion.value)) }))
    .sort((a, b) => b.value - a.value || b.all.length - a.all.length || compare(a.name, b.name));
  const shown = sorted.slice(0, MOST_PATHS);
  const others = sorted.slice(MOST_PATHS).flatMap(({ all }) => all);
  return reportOf('paths', data, {
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
}

/** Accounts by how much they had to do with us. */
export function accountsReport(
  data: MoneyData,
  { touches: ofTouches, deals }: Record<'touches' | 'deals', TouchLink>,
): Report {
  const { books, paths } = data;
  const won = new Map<string, (number | null)[]>();
  const open = new Map<string, (number | null)[]>();
  const put = (into: Map<string, (number | null)[]>, account: string, amount: number | null): void => {
    const there = into.get(account);
    if (there === undefined) into.set(account, [amount]);
    else there.push(amount);
  };
  for (const { conversion } of paths.conversions) put(won, conversion.account, conversion.amount);
  const missing: MissingRate[] = [];
  for (const deal of books.opportunities) {
    if (deal.status !== 'open') continue;
    const day = books.dayOf(deal.at);
    const amount = books.convert(deal.value, day);
    put(open, books.accountOf(deal), amount);
    missing.push(...missingRate(deal.value, day, amount));
  }
  const ids = [...new Set([...paths.accounts.keys(), ...won.keys(), ...open.keys()])].filter((id) =>
    books.accounts.has(id),
  );
  const rows = ids
    .map((id) => ({ id, account: books.accounts.get(id), touches: paths.accounts.get(id) }))
    .sort((a, b) => (b.touches?.score ?? 0) - (a.touches?.score ?? 0) || compare(a.id, b.id))
    .map(({ id, account, touches }): ReportRow => ({
      cells: [
        known(account?.name ?? id),
        known(account?.tier ?? ''),
        known(touches?.contacts ?? 0),
        touches === undefined
          ? known(0)
          : known(touches.touches, linkTo(ACCOUNT_TOUCHES, { ...ofTouches, account: id })),
        known(Math.round((touches?.score ?? 0) * 1000) / 1000),
        sumOfKnown(
          open.get(id) ?? [],
          open.has(id) ? linkTo(DEALS_BEHIND, { ...deals, about: 'open', account: id }) : undefined,
        ),
        sumOfKnown(won.get(id) ?? []),
      ],
    }));
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
    notes: [{ key: 'accounts_unnamed', values: { accounts: unnamed } }, ...moneyNotes(data, undefined, missing)],
  });
}

/** Accounts with touches that nobody said anything of. */
function unnamedIn({ books, paths }: MoneyData): number {
  return [...paths.accounts.keys()].filter((id) => !books.accounts.has(id)).length + paths.otherAccounts;
}

/** What keeps reports from being whole. */
export function qualityReport(data: MoneyData): Report {
  const { books, paths, costs, frame } = data;
  const inPeriod = ({ at }: { readonly at: EpochMs }): boolean => at >= frame.from && at < frame.to;
  const campaigns = new Set([...books.costs, ...costs.spent].map(({ campaign }) => campaign ?? ''));
  const used = new Set(
    [
      ...[...books.stages, ...books.opportunities, ...books.orders, ...books.customs].filter(inPeriod),
      ...data.sent,
    ].flatMap(({ campaign }) => campaign ?? []),
  );
  const opened = books.opportunities.filter(inPeriod);
  const leads = new Set(books.stages.map(({ lead }) => lead));
  const of = (number: number, whole: number): ReportCell[] => [known(number), known(whole), ratio(number, whole)];
  const conversions = paths.conversions;
  const findings: readonly (readonly [string, ReportCell[]])[] = [
    ['conversions_without_touch', of(conversions.filter(({ touches }) => touches === 0).length, conversions.length)],
    [
      'conversions_without_rate',
      of(conversions.filter(({ conversion }) => conversion.amount === null).length, conversions.length),
    ],
    ['opportunities_without_roles', of(opened.filter(({ roles }) => roles.length === 0).length, opened.length)],
    [
      'opportunities_without_lead',
      of(opened.filter(({ lead }) => lead === undefined || !leads.has(lead)).length, opened.length),
    ],
    ['campaigns_without_cost', of([...used].filter((campaign) => !campaigns.has(campaign)).length, used.size)],
    ['accounts_without_data', of(unnamedIn(data), paths.accounts.size + paths.otherAccounts)],
    ['costs_without_rate', of(costs.missing.length, costs.counted)],
  ];
  return reportOf('quality', data, {
    columns: [text('finding'), count('found'), count('of_all'), { key: 'share', kind: 'rate', unit: null }],
    rows: findings.map(([name, cells]) => ({ cells: [known(name), ...cells] })),
    total: null,
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
