import type { EpochMs } from '#lib/kernel';
import { madeOf, type Source } from '../../domain/behind.js';
import { count, known, notAvailable, rate, ratio, type Report, type ReportCell, text } from '../../domain/report.js';
import type { FactKind } from '../../facts/domain/fact.js';
import type { UntrackedClick } from '../touch.store.js';
import type { Conversion } from './books.js';
import { type MoneyData, reportOf, touchesBehind } from './frame.js';
import { ofConversions, ofFact } from './sources-of.js';

/** Accounts with touches that nobody said anything of. */
export function unnamedIn({ books, paths }: Pick<MoneyData, 'books' | 'paths'>): number {
  return [...paths.accounts.keys()].filter((id) => !books.accounts.has(id)).length + paths.otherAccounts;
}

/** What is missing, and of how many it might be. */
interface Finding {
  readonly name: string;
  readonly found: ReportCell;
  readonly all: ReportCell;
}

/** What keeps reports from being whole. */
export function qualityReport(data: MoneyData): Report {
  const { books, paths, costs, frame } = data;
  const inPeriod = ({ at }: { readonly at: EpochMs }): boolean => at >= frame.from && at < frame.to;
  const conversions = paths.conversions.map(({ conversion }) => conversion);
  const opened = books.opportunities.filter(inPeriod);
  const leads = new Set(books.stages.map(({ lead }) => lead));
  const deals = (some: readonly { readonly id: string; readonly at: EpochMs }[]): ReportCell =>
    counted(some.length, () => some.map(({ id, at }) => ofFact({ kind: 'opportunity', id }, at)));
  const converted = (some: readonly Conversion[]): ReportCell => counted(some.length, ofConversions(books, some));
  const findings: readonly Finding[] = [
    {
      name: 'conversions_without_touch',
      found: converted(paths.conversions.filter(({ touches }) => touches === 0).map(({ conversion }) => conversion)),
      all: converted(conversions),
    },
    {
      name: 'conversions_without_rate',
      found: converted(conversions.filter(({ amount }) => amount === null)),
      all: converted(conversions),
    },
    {
      name: 'opportunities_without_roles',
      found: deals(opened.filter(({ roles }) => roles.length === 0)),
      all: deals(opened),
    },
    {
      name: 'opportunities_without_lead',
      found: deals(opened.filter(({ lead }) => lead === undefined || !leads.has(lead))),
      all: deals(opened),
    },
    campaignsWithoutCost(data),
    {
      name: 'accounts_without_data',
      found: listed(unnamedIn(data), touchesBehind(data, { basis: basisOf(data), unnamed: 'true' })),
      all: listed(paths.accounts.size + paths.otherAccounts, touchesBehind(data, { basis: basisOf(data) })),
    },
    {
      name: 'clicks_without_consent',
      found: counted(data.untracked.length, () => data.untracked.map(ofClick)),
      // How many clicks there were is in the report on mails, by message.
      all: notAvailable('not_defined'),
    },
    {
      name: 'costs_without_rate',
      found: counted(costs.missing.length, () => costs.missing.map(({ fact, day }) => ofFact(fact, null, 1, day))),
      all: counted(costs.counted.length, () => costs.counted.map((fact) => ofFact(fact, null))),
    },
  ];
  return reportOf('quality', data, {
    columns: [text('finding'), count('found'), count('of_all'), rate('share')],
    rows: findings.map(({ name, found, all }) => ({
      cells: [known(name), found, all, 'notAvailable' in all ? all : ratio(numberIn(found), numberIn(all))],
    })),
    total: null,
  });
}

/** A campaign is one that sent something, or that a fact of the period names. */
function campaignsWithoutCost(data: MoneyData): Finding {
  const { books, costs, frame, sent } = data;
  const paid = new Set([...books.costs, ...costs.spent].map(({ campaign }) => campaign ?? ''));
  const used = new Map<string, Source>();
  const use = (campaign: string | null | undefined, source: (name: string) => Source): void => {
    if (campaign !== null && campaign !== undefined && !used.has(campaign)) used.set(campaign, source(campaign));
  };
  for (const { campaign } of sent)
    use(campaign, (name) => ({
      ...{ kind: 'journey', id: name, at: null, name, adds: 1, fact: null },
      link: touchesBehind(data, { by: 'campaign', name, returned: 'true' }),
    }));
  const said = [
    ...[books.stages, books.opportunities, books.orders, books.customs].flatMap((some) => [
      ...(some as readonly { kind: FactKind; id: string; at: EpochMs; campaign?: string | undefined }[]),
    ]),
  ];
  for (const { kind, id, at, campaign } of said)
    if (at >= frame.from && at < frame.to) use(campaign, (name) => ofFact({ kind, id }, at, 1, name));
  const all = [...used];
  const without = all.filter(([campaign]) => !paid.has(campaign));
  const cell = (some: typeof all): ReportCell => counted(some.length, () => some.map(([, source]) => source));
  return { name: 'campaigns_without_cost', found: cell(without), all: cell(all) };
}

function ofClick({ message, at }: UntrackedClick): Source {
  return { kind: 'message', id: message, at, name: '', adds: 1, fact: null, link: `/v1/messages/${message}` };
}

function counted(number: number, sources: () => readonly Source[]): ReportCell {
  return madeOf(known(number), sources);
}

function listed(number: number, link: string): ReportCell {
  return known(number, number === 0 ? undefined : link);
}

function numberIn(cell: ReportCell): number {
  return 'value' in cell ? Number(cell.value) : 0;
}

function basisOf({ frame }: MoneyData): string | undefined {
  const { basis } = frame.parameters;
  return typeof basis === 'string' ? basis : undefined;
}
