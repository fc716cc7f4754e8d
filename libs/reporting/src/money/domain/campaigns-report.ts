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
import { costByName, marketingCost } from './costs.js';
import { returnOf } from './attribution-report.js';
import { creditCell, creditsOf, fromMillionths, NO_SHARE, type Share } from './credit.js';
import { ATTRIBUTION_TOUCHES, type MoneyData, moneyNotes, reportOf, type TouchLink } from './frame.js';

/**
 * Campaigns by what one model says they earned. Touches are named by campaign. Revenue and conversions add up to those of the
 * attribution report, and leads to all leads of the period: those of no campaign are with what is unattributed.
 */
export function campaignsReport(data: MoneyData, model: Model, link: TouchLink): Report {
  const { books, paths, frame } = data;
  const credits = creditsOf(paths.table, paths.conversions, [model]);
  const costs = costByName(data.costs, 'campaign');
  const leads = new Map<string | null, number>();
  for (const { at, campaign = null } of qualifiedLeads(books)) {
    if (at >= frame.from && at < frame.to && at <= frame.asOf) leads.set(campaign, (leads.get(campaign) ?? 0) + 1);
  }
  const keys = [...costs.keys(), ...leads.keys()].filter((name) => name !== null);
  const names = [...new Set([...credits.names, ...paths.touches.keys(), ...keys])];
  const row = (
    name: ReportCell,
    shown: Share & { readonly touches: number; readonly leads: number; readonly cost: number | null },
    roi: ReportCell = returnOf(shown, shown.cost),
    touches?: string,
  ): ReportRow => {
    const { cost } = shown;
    const each = (number: number) =>
      cost === null
        ? notAvailable('no_cost')
        : number === 0
          ? notAvailable('no_denominator')
          : known(Math.round(cost / number));
    return {
      cells: [
        name,
        known(shown.touches),
        known(shown.leads),
        known(fromMillionths(shown.conversions)),
        creditCell(shown, touches),
        cost === null ? notAvailable('no_cost') : known(cost),
        each(shown.leads),
        each(fromMillionths(shown.conversions)),
        cost === null ? notAvailable('no_cost') : roi,
      ],
    };
  };
  const found = names.map((name) => {
    const share = credits.byModel.get(model)?.[credits.names.indexOf(name)] ?? NO_SHARE;
    const [touches, own] = [paths.touches.get(name) ?? 0, leads.get(name) ?? 0];
    return { name, ...share, touches, leads: own, cost: costs.get(name) ?? null };
  });
  const none = { ...credits.unattributed, touches: 0, leads: leads.get(null) ?? 0, cost: costs.get(null) ?? null };
  const whole = {
    ...credits.total,
    touches: sumOf(paths.touches.values()),
    leads: sumOf(leads.values()),
    cost: costs.size === 0 ? null : marketingCost(data.costs),
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
        .sort((a, b) => b.value - a.value || b.touches - a.touches || compare(a.name, b.name))
        .map((one) =>
          row(
            known(one.name),
            one,
            undefined,
            credits.names.includes(one.name) ? linkTo(ATTRIBUTION_TOUCHES, { ...link, name: one.name }) : undefined,
          ),
        ),
      row(standingFor('unattributed'), none, notAvailable('not_defined')),
    ],
    // What nobody earned is no return on what was spent.
    total: row(known(''), whole, returnOf({ ...whole, value: attributed }, whole.cost)),
    notes: [{ key: 'attribution_adds_up', values: {} }, { key: 'general_cost', values: {} }, ...moneyNotes(data)],
  });
}
