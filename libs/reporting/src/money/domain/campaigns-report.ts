import type { Model } from '#lib/attribution';
import { linkTo } from '../../domain/asked.js';
import {
  count,
  known,
  money,
  notAvailable,
  type Report,
  type ReportCell,
  type ReportRow,
  standingFor,
  text,
} from '../../domain/report.js';
import { compare, sumOf } from './amounts.js';
import { qualifiedLeads } from './books.js';
import type { Known, StageFact } from '../../facts/domain/fact.js';
import { madeOf } from '../../domain/behind.js';
import { costByName, costCell, costEach, type CostSum, isMarketing, marketingCost } from './costs.js';
import { returnOf } from './attribution-report.js';
import { conversionsCell, creditCell, creditsOf, fromMillionths, type Share, shareAt } from './credit.js';
import {
  ATTRIBUTION_TOUCHES,
  costsBehind,
  type MoneyData,
  moneyNotes,
  reportOf,
  type TouchLink,
  touchesBehind,
} from './frame.js';
import { ofConversions, ofFact, worth } from './sources-of.js';

/**
 * Campaigns by what one model says they earned. Touches are named by campaign. Revenue and conversions add up to those of the
 * attribution report, and leads to all leads of the period: those of no campaign are with what is unattributed.
 */
export function campaignsReport(data: MoneyData, model: Model, link: TouchLink): Report {
  const { books, paths, frame } = data;
  const credits = creditsOf(paths.table, paths.conversions, [model]);
  const costs = costByName(data.costs, 'campaign');
  const leads = new Map<string | null, Known<StageFact>[]>();
  for (const lead of qualifiedLeads(books)) {
    const { at, campaign = null } = lead;
    if (at < frame.from || at >= frame.to || at > frame.asOf) continue;
    const own = leads.get(campaign);
    if (own === undefined) leads.set(campaign, [lead]);
    else own.push(lead);
  }
  const keys = [...costs.keys(), ...leads.keys()].filter((name) => name !== null);
  const names = [...new Set([...credits.names, ...paths.touches.keys(), ...keys])];
  const row = (name: ReportCell, shown: Share & Row, roi: ReportCell = returnOf(shown, shown.cost)): ReportRow => {
    const { cost, campaign } = shown;
    const credited = campaign === undefined || campaign === null ? undefined : { ...link, model, name: campaign };
    const isIn = (one: string | null): boolean => campaign === undefined || one === campaign;
    const credit = (cell: ReportCell, show: 'value' | 'conversions'): ReportCell => {
      if (campaign === null || campaign === undefined) {
        const some = paths.conversions.filter(({ touches }) => campaign === undefined || touches === 0);
        const all = some.map(({ conversion }) => conversion);
        return madeOf(cell, ofConversions(books, all, show === 'value' ? worth : undefined));
      }
      if (!credits.names.includes(campaign) || !('value' in cell)) return cell;
      return { ...cell, link: linkTo(ATTRIBUTION_TOUCHES, { ...credited, ...(show === 'value' ? {} : { show }) }) };
    };
    return {
      cells: [
        name,
        known(
          shown.touches,
          shown.touches === 0
            ? undefined
            : touchesBehind(data, { by: 'campaign', basis: link['basis'], name: campaign ?? undefined }),
        ),
        madeOf(known(shown.leads.length), () =>
          shown.leads.map(({ id, at, lead }) => ofFact({ kind: 'stage', id }, at, 1, lead)),
        ),
        credit(conversionsCell(shown), 'conversions'),
        credit(creditCell(shown), 'value'),
        madeOf(costCell(cost), () =>
          costsBehind(
            data,
            data.costs.spent.filter((one) => isMarketing(one) && isIn(one.campaign)),
          ),
        ),
        costEach(cost, shown.leads.length),
        shown.isUnsolved === true ? notAvailable('not_solved') : costEach(cost, fromMillionths(shown.conversions)),
        typeof cost === 'number' ? roi : notAvailable(cost),
      ],
    };
  };
  const found = names.map((name) => {
    const share = shareAt(credits, model, credits.names.indexOf(name));
    const [touches, own] = [paths.touches.get(name) ?? 0, leads.get(name) ?? []];
    return { campaign: name, ...share, touches, leads: own, cost: costs.get(name) ?? ('no_cost' as const) };
  });
  const own = {
    campaign: null,
    touches: 0,
    leads: leads.get(null) ?? [],
    cost: costs.get(null) ?? ('no_cost' as const),
  };
  const none = { ...credits.unattributed, ...own };
  const whole = {
    ...credits.total,
    touches: sumOf(paths.touches.values()),
    leads: [...leads.values()].flat(),
    cost: marketingCost(data.costs),
  };
  const attributed = credits.total.value - credits.unattributed.value;
  const { currency } = books;
  return reportOf('campaigns', data, {
    columns: [
      text('campaign'),
      count('touches'),
      count('leads'),
      count('conversions'),
      money('revenue', currency),
      money('cost', currency),
      money('cost_per_lead', currency),
      money('cost_per_conversion', currency),
      { key: 'roi', kind: 'rate', unit: null },
    ],
    rows: [
      ...found
        .sort((a, b) => b.value - a.value || b.touches - a.touches || compare(a.campaign, b.campaign))
        .map((one) => row(known(one.campaign), one)),
      row(standingFor('unattributed'), none, notAvailable('not_defined')),
    ],
    // What nobody earned is no return on what was spent.
    total: row(known(''), whole, returnOf({ ...whole, value: attributed }, whole.cost)),
    notes: [{ key: 'attribution_adds_up', values: {} }, { key: 'general_cost', values: {} }, ...moneyNotes(data)],
  });
}

/** What a row is of: a campaign, none (null), or all together. */
interface Row {
  readonly campaign?: string | null;
  readonly touches: number;
  readonly leads: readonly Known<StageFact>[];
  readonly cost: CostSum;
}
