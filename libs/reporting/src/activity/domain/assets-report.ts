import { linkTo } from '../../domain/asked.js';
import {
  count,
  known,
  money,
  type Report,
  type ReportCell,
  type ReportRow,
  sumOfKnown,
  text,
} from '../../domain/report.js';
import type { AssetFact, Known } from '../../facts/domain/fact.js';
import { smallRows } from '../../domain/small-rows.js';
import { compare } from '../../money/domain/amounts.js';
import type { Conversion } from '../../money/domain/books.js';
import { isPriced, withFewAmountsMarked } from '../../money/domain/few-amounts.js';
import { ENGAGEMENTS, type MoneyData, moneyNotes, reportOf, type TouchLink } from '../../money/domain/frame.js';
import type { ContentDone, ContentFigures } from './activity-figures.js';
import { assetsByAddress, type Engagement, peopleIn } from './activity.js';
import { isIn, leadsInfluenced, wonInfluenced } from './influenced.js';
import { madeOf } from '../../domain/behind.js';
import { ofConversions, ofFact, worth } from '../../money/domain/sources-of.js';
import { peopleWhoDid } from './people-behind.js';

/** By what contents are told apart: each by itself, or by what they are. */
export const ASSETS_BY = ['sort', 'asset'] as const;
type AssetsBy = (typeof ASSETS_BY)[number];

/**
 * Whitepapers, articles, videos: who clicked on a link to them, saw their pages or took them along, and which leads and won
 * deals came of people who had done so. A lead or a deal counts once in each row, and in the total once.
 */
export function assetsReport(
  data: MoneyData,
  { by, lookbackDays, link }: { readonly by: AssetsBy; readonly lookbackDays: number; readonly link: TouchLink },
): Report {
  const { books, activity, frame } = data;
  const assetAt = assetsByAddress(books.assets);
  const nameOf = (asset: Known<AssetFact>): string => (by === 'sort' ? asset.sort : asset.name);
  const named = (one: Pick<Engagement, 'about'>): string | null => {
    const asset = assetAt(one.about);
    return asset === null ? null : nameOf(asset);
  };
  const own = (name: string | null): Known<AssetFact>[] =>
    books.assets.filter((asset) => name === null || nameOf(asset) === name);
  const about = activity.engagements.filter((one) => named(one) !== null);
  const inPeriod = about.filter(({ at }) => isIn(at, frame));
  const done = data.done?.contents?.((address) => named({ about: address })) ?? contentsIn(inPeriod, named);
  const leads = leadsInfluenced(books, about, frame, lookbackDays);
  const won = wonInfluenced(books, about, frame, lookbackDays);
  const of = (name: string | null, one: Engagement): boolean => name === null || named(one) === name;
  const wonBy = (name: string | null): Conversion[] =>
    won.filter(({ by: whose }) => whose.some((one) => of(name, one))).map(({ what }) => what);
  const row = (name: string | null): ReportRow => {
    const here = (one: Engagement): boolean => of(name, one);
    const did = (name === null ? done.all : done.byName.get(name)) ?? NOTHING;
    const times = (kind: Engagement['kind'], number: number): ReportCell => {
      const which = name === null ? { sort: '' } : { [by]: name };
      return known(number, number === 0 ? undefined : linkTo(ENGAGEMENTS, { ...link, kind, ...which }));
    };
    const earned = wonBy(name);
    const led = leads.filter((one) => one.by.some(here)).map(({ what }) => what);
    return {
      cells: [
        known(name ?? ''),
        madeOf(known(own(name).length), () =>
          own(name).map(({ id, at, name: called }) => ofFact({ kind: 'asset', id }, at, 1, called)),
        ),
        ...[times('click', did.clicks), times('visit', did.visits), times('download', did.downloads)],
        madeOf(known(did.people), () => peopleWhoDid(inPeriod.filter(here))),
        madeOf(known(led.length), () => led.map(({ id, at, lead }) => ofFact({ kind: 'stage', id }, at, 1, lead))),
        madeOf(known(earned.length), ofConversions(books, earned)),
        madeOf(sumOfKnown(earned.map(({ amount }) => amount)), ofConversions(books, earned, worth)),
      ],
    };
  };
  const names = [...new Set(books.assets.map(nameOf))].sort(compare);
  const report = reportOf('assets', data, {
    columns: [
      ...[text(by === 'sort' ? 'assetSort' : 'asset'), count('assets'), count('clicks'), count('visits')],
      ...[count('downloads'), count('people'), count('leads'), count('won'), money('revenue', books.currency)],
    ],
    rows: names.map(row),
    total: row(null),
    notes: [
      { key: 'assets', values: { days: lookbackDays } },
      ...moneyNotes(
        data,
        won.filter((one) => one.by.length > 0).map(({ what }) => what),
      ),
    ],
  });
  const { rows: together } = smallRows(report, 'people', { nobodyStays: true, isOverlapping: true });
  return withFewAmountsMarked(report, { rows: names.map(wonBy), all: wonBy(null), together, isTotalTold: true }, [
    { keys: ['revenue'], sizes: (some) => [some.filter(isPriced).length] },
  ]);
}

const NOTHING: ContentDone = { clicks: 0, visits: 0, downloads: 0, people: 0 };

/** Figures of contents, by each thing that was done with one. */
function contentsIn(did: readonly Engagement[], named: (one: Engagement) => string | null): ReturnType<ContentFigures> {
  const doneOf = (some: readonly Engagement[]): ContentDone => {
    const of = (kind: Engagement['kind']): number => some.filter((one) => one.kind === kind).length;
    return { clicks: of('click'), visits: of('visit'), downloads: of('download'), people: peopleIn(some) };
  };
  const names = new Set(did.flatMap((one) => named(one) ?? []));
  const byName = [...names].map((name) => [name, doneOf(did.filter((one) => named(one) === name))] as const);
  return { byName: new Map(byName), all: doneOf(did) };
}
