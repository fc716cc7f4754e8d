import type { Model } from '#lib/attribution';
import { linkTo } from '../../domain/asked.js';
import {
  count,
  known,
  money,
  notAvailable,
  rate,
  ratio,
  type Report,
  type ReportCell,
  type ReportRow,
  standingFor,
  text,
} from '../../domain/report.js';
import { compare } from '../../money/domain/amounts.js';
import { returnOf } from '../../money/domain/attribution-report.js';
import { madeOf } from '../../domain/behind.js';
import type { Known, StageFact } from '../../facts/domain/fact.js';
import { costByName, costCell, costEach, type CostSum, isMarketing, marketingCost } from '../../money/domain/costs.js';
import { conversionsCell, creditCell, creditsOf, type Share, shareAt } from '../../money/domain/credit.js';
import {
  ATTRIBUTION_TOUCHES,
  costsBehind,
  ENGAGEMENTS,
  type MoneyData,
  moneyNotes,
  reportOf,
  type TouchLink,
} from '../../money/domain/frame.js';
import { type Engagement, peopleIn } from './activity.js';
import type { Done } from './activity-figures.js';
import { isIn, leadsInfluenced } from './influenced.js';
import { ofConversions, ofFact, worth } from '../../money/domain/sources-of.js';
import { peopleWhoDid } from './people-behind.js';

/** What sort of way a channel is, in the order in which sorts are told. */
const MEDIA = {
  seo: ['organic', 'seo', 'search'],
  ppc: ['cpc', 'ppc', 'cpm', 'sem', 'paid', 'paid_search', 'paidsearch', 'ads', 'display', 'banner'],
  social: ['social', 'linkedin', 'xing', 'facebook', 'instagram', 'x', 'twitter', 'youtube', 'tiktok', 'paid_social'],
  content: ['content', 'blog', 'whitepaper', 'video', 'podcast', 'referral'],
  email: ['email', 'newsletter'],
} as const;
type Medium = keyof typeof MEDIA | 'other';

/** Of any channel, as visits and messages name it. */
export function mediumOf(channel: string): Medium {
  const name = channel.toLowerCase().replaceAll('-', '_');
  const found = (Object.keys(MEDIA) as (keyof typeof MEDIA)[]).find((medium) =>
    (MEDIA[medium] as readonly string[]).includes(name),
  );
  return found ?? 'other';
}

const NOTHING: Done = { times: 0, people: 0 };

const ORDER: readonly Medium[] = [...(Object.keys(MEDIA) as (keyof typeof MEDIA)[]), 'other'];

/**
 * Search, advertisements, social, contents, mails: how many came by each channel, what that cost, and what came of it. A lead
 * is that of the channel by which its people came last before it; revenue is credited by the model.
 */
export function sourcesReport(
  data: MoneyData,
  { model, lookbackDays, links }: { readonly model: Model; readonly lookbackDays: number; readonly links: SourceLinks },
): Report {
  const { books, paths, frame, activity } = data;
  const credits = creditsOf(paths.table, paths.conversions, [model]);
  const costs = costByName(data.costs, 'channel');
  const came = activity.engagements.filter(({ channel }) => channel !== null);
  const traffic = came.filter(({ at }) => isIn(at, frame));
  const done = data.done?.channels ?? channelsIn(traffic);
  const leads = new Map<string | null, Known<StageFact>[]>();
  for (const { what, by } of leadsInfluenced(books, came, frame, lookbackDays)) {
    const channel = by.at(-1)?.channel ?? null;
    const own = leads.get(channel);
    if (own === undefined) leads.set(channel, [what]);
    else own.push(what);
  }
  const names = [
    ...new Set([
      ...credits.names,
      ...done.byChannel.keys(),
      ...[...costs.keys(), ...leads.keys()].filter((name) => name !== null),
    ]),
  ];
  const row = (first: readonly ReportCell[], one: Source): ReportRow => {
    const { times, people } = one.did;
    const { leads: led, cost, share, channel } = one;
    const isOf = (spent: string | null): boolean => channel === undefined || spent === channel;
    const credit = (cell: ReportCell, show: 'value' | 'conversions'): ReportCell => {
      if (channel === null || channel === undefined) {
        const some = paths.conversions.filter(({ touches }) => channel === undefined || touches === 0);
        const all = some.map(({ conversion }) => conversion);
        return madeOf(cell, ofConversions(books, all, show === 'value' ? worth : undefined));
      }
      if (!credits.names.includes(channel) || !('value' in cell)) return cell;
      const asked = { ...links.touches, model, name: channel, ...(show === 'value' ? {} : { show }) };
      return { ...cell, link: linkTo(ATTRIBUTION_TOUCHES, asked) };
    };
    const did = (): Engagement[] => traffic.filter((each) => channel === undefined || each.channel === channel);
    return {
      cells: [
        ...first,
        known(times, times === 0 ? undefined : one.engagements),
        madeOf(known(people), () => peopleWhoDid(did())),
        madeOf(costCell(cost), () =>
          costsBehind(
            data,
            data.costs.spent.filter((spent) => isMarketing(spent) && isOf(spent.channel)),
          ),
        ),
        costEach(cost, times),
        madeOf(known(led.length), () => led.map(({ id, at, lead }) => ofFact({ kind: 'stage', id }, at, 1, lead))),
        one.isRest === true ? notAvailable('not_defined') : ratio(led.length, people),
        credit(conversionsCell(share), 'conversions'),
        credit(creditCell(share), 'value'),
        one.isRest === true
          ? notAvailable(typeof cost === 'number' ? 'not_defined' : cost)
          : returnOf({ ...share, value: share.value - (one.unattributed ?? 0) }, cost),
      ],
    };
  };
  const rows = names
    .map((name) => ({ name, medium: mediumOf(name) }))
    .sort((a, b) => ORDER.indexOf(a.medium) - ORDER.indexOf(b.medium) || compare(a.name, b.name))
    .map(({ name, medium }) => {
      const place = credits.names.indexOf(name);
      return row([known(medium), known(name)], {
        did: done.byChannel.get(name) ?? NOTHING,
        channel: name,
        leads: leads.get(name) ?? [],
        cost: costs.get(name) ?? 'no_cost',
        share: shareAt(credits, model, place),
        engagements: linkTo(ENGAGEMENTS, { ...links.engagements, channel: name }),
      });
    });
  const rest = {
    channel: null,
    did: NOTHING,
    leads: leads.get(null) ?? [],
    cost: costs.get(null) ?? ('no_cost' as const),
    share: credits.unattributed,
  };
  const { currency } = books;
  return reportOf('sources', data, {
    columns: [
      ...[text('medium'), text('channel'), count('traffic'), count('visitors'), money('cost', currency)],
      ...[money('cost_per_click', currency), count('leads'), rate('lead_rate'), count('conversions')],
      ...[money('revenue', currency), rate('roi')],
    ],
    rows: [...rows, row([known(''), standingFor('unattributed')], { ...rest, isRest: true })],
    total: row([known(''), known('')], {
      did: done.all,
      leads: [...leads.values()].flat(),
      cost: marketingCost(data.costs),
      share: credits.total,
      unattributed: credits.unattributed.value,
      engagements: linkTo(ENGAGEMENTS, { ...links.engagements, channel: '' }),
    }),
    notes: [
      { key: 'sources', values: { days: lookbackDays } },
      { key: 'attribution_adds_up', values: {} },
      { key: 'general_cost', values: {} },
      ...moneyNotes(data),
    ],
  });
}

/** Queries of what is behind a row, without the row. */
export interface SourceLinks {
  readonly engagements: TouchLink;
  readonly touches: TouchLink;
}

interface Source {
  /** None (null), or all together. */
  readonly channel?: string | null;
  readonly did: Done;
  readonly leads: readonly Known<StageFact>[];
  readonly cost: CostSum;
  readonly share: Share;
  /** What in the share no touch led to. */
  readonly unattributed?: number;
  /** Of what belongs to no channel. */
  readonly isRest?: true;
  readonly engagements?: string;
}

function channelsIn(traffic: readonly Engagement[]): {
  readonly byChannel: ReadonlyMap<string, Done>;
  readonly all: Done;
} {
  const doneOf = (some: readonly Engagement[]): Done => ({ times: some.length, people: peopleIn(some) });
  const names = new Set(traffic.map(({ channel }) => channel ?? ''));
  const byChannel = new Map(
    [...names].map((name) => [name, doneOf(traffic.filter(({ channel }) => channel === name))]),
  );
  return { byChannel, all: doneOf(traffic) };
}
