import { DAY } from '#lib/attribution';
import type { BrandId, EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { type Activity, contentAddresses, type Engagement, NO_ACTIVITY } from '../activity/domain/activity.js';
import type { ActivityFigure, ActivityFigures, PageFigures } from '../activity/domain/activity-figures.js';
import { type Books, qualifiedLeads } from '../money/domain/books.js';
import { ArmCounts, armNames, byArm, eachFirstMet, type Exposure, type Exposures } from '../money/domain/exposures.js';
import { NO_NAME } from '../money/domain/no-name.js';
import { factsByUnit } from '../money/domain/outcome-facts.js';
import { influencers, isIn } from '../activity/domain/influenced.js';
import { instantAt, TOUCH_BYTES, FLAGS, WHAT } from '../money/domain/kept-touches.js';
import { keptStore } from '../money/kept.store.js';
import { touchStore } from '../money/touch.store.js';
import type { RememberedTouches } from '../money/touch-memory.js';
import { ANY, dayOf, eachCell, QUARTER, startOf } from './domain/act-cells.js';
import { channelsDone, PAGE_SORTS, pagesDone, SILENCE_SORTS, silencesIn } from './domain/act-figures.js';
import { keptActStore } from './kept-act.store.js';

export interface FigureScope {
  readonly brandId: BrandId;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Up to when it is kept. */
  readonly asOf: EpochMs;
}

/** Later than whatever happened. */
const EVER = Date.UTC(9999, 11, 31);
/** Before whatever happened. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const NO_PAGES: PageFigures = {
  ...{ times: 0, people: 0, visits: 0, visitors: 0, repeatVisitors: 0 },
  ...{ submitters: 0, registered: 0, attended: 0, came: 0 },
};

/** Figures of what people did, out of what is kept; null where a period begins or ends between two quarters of an hour. */
export async function keptFigures(
  tx: Tx,
  books: Books,
  { brandId, from, to, asOf }: FigureScope,
  which: ActivityFigure,
  memory: RememberedTouches,
): Promise<ActivityFigures | null> {
  if (which === 'contents') {
    const acts = await memory.contents(tx, contentAddresses(books.assets), asOf);
    return { contents: acts.figures({ from, to }) };
  }

  const period = inQuarters({ from, to, asOf });
  if (period === null) return null;
  const days = { from: startOf(dayOf(from)), to: period.to };
  switch (which) {
    case 'channels': {
      const channels = await keptStore.names(tx, brandId, 'channel');
      return { channels: channelsDone(await keptActStore.days(tx, brandId, ['channel'], days), period, channels) };
    }
    case 'pages': {
      const figures = pagesDone(await keptActStore.days(tx, brandId, PAGE_SORTS, days), period);
      const names = await keptActStore.pageNames(tx, [...figures.keys()]);
      const byPage = new Map([...figures].flatMap(([id, one]) => (id === ANY ? [] : [[names.get(id) ?? '', one]])));
      return { pages: { byPage, all: figures.get(ANY) ?? NO_PAGES } };
    }
    case 'silences': {
      const [known, open, pause] = SILENCE_SORTS;
      const before = await keptActStore.days(tx, brandId, [known, open], { from: FIRST, to: period.to });
      const ended = await keptActStore.days(tx, brandId, [pause], { from: days.from, to: EVER });
      return { silences: (months, silentDays) => silencesIn([...before, ...ended], months, silentDays) };
    }
  }
}

/** A period that begins and ends with quarters of an hour; null for one that does not. */
function inQuarters({ from, to, asOf }: Omit<FigureScope, 'brandId'>): { from: EpochMs; to: EpochMs } | null {
  // Nothing later is kept.
  const end = to % QUARTER === 0 || to <= asOf ? to : Math.ceil(to / QUARTER) * QUARTER;
  return from % QUARTER !== 0 || end % QUARTER !== 0 ? null : { from, to: end };
}

/**
 * Who first met which variant, out of what is kept: how many by counts, and of whom facts tell something by their touches. Null
 * where a period begins or ends between two quarters of an hour.
 */
export async function keptExposures(
  tx: Tx,
  books: Books,
  scope: FigureScope & { readonly unit: 'account' | 'contact'; readonly campaign: string | undefined },
  memory: RememberedTouches,
): Promise<Exposures | null> {
  const { brandId, asOf, unit, campaign } = scope;
  const period = inQuarters(scope);
  if (period === null) return null;
  const campaigns = await keptStore.names(tx, brandId, 'campaign');
  const variants = await keptStore.variants(tx, brandId);
  const armOf = (id: number) => ({ campaign: campaigns[id] ?? NO_NAME, variant: variants[id] ?? '' });
  const isAsked = (id: number): boolean => campaign === undefined || campaigns[id] === campaign;
  const days = await keptActStore.days(tx, brandId, [unit === 'account' ? 'accountsMet' : 'contactsMet'], {
    ...{ from: startOf(dayOf(period.from)), to: period.to },
  });
  const units = factsByUnit(books, unit, asOf).units.filter(Boolean);
  const accounts =
    unit === 'account' ? new Map<string, string>() : await touchStore.accountsOf(tx, brandId, asOf, units);
  const homes = new Set(units.map((one) => accounts.get(one) ?? one));
  // Of accounts those are read that are asked for; of contacts others of the same accounts as well.
  const wanted = unit === 'account' ? homes : new Set(units);
  const byArmId = new Map<number, Exposure[]>();
  const arms = armNames(campaigns, variants);
  for await (const rows of memory.these(tx, [...homes]))
    for (const { account, contacts, delivered } of rows)
      eachFirstMet(delivered, arms, (arm, at, place) => {
        if ((place === null) !== (unit === 'account') || at < scope.from || at >= scope.to || !isAsked(arm)) return;
        const whose = place === null ? account : (contacts[place] ?? '');
        if (!wanted.has(whose)) return;
        const one = { ...armOf(arm), unit: whose, at };
        const others = byArmId.get(arm);
        if (others === undefined) byArmId.set(arm, [one]);
        else others.push(one);
      });
  return {
    arms(before) {
      const counts = new ArmCounts();
      for (const { day, cells } of days)
        eachCell(day, cells, (id, quarter, _since, count) => {
          const at = quarter * QUARTER;
          if (at < period.from || at >= period.to || !isAsked(id)) return;
          const { campaign: called, variant } = armOf(id);
          counts.add(called, variant, count, at < before);
        });
      return counts.inOrder();
    },
    some: [...byArmId]
      .sort(([a], [b]) => byArm(armOf(a), armOf(b)))
      .flatMap(([, exposures]) => exposures.sort((a, b) => (a.unit < b.unit ? -1 : Number(a.unit > b.unit)))),
  };
}

/** What a report reads of activity beside figures. */
export async function activityBeside(
  tx: Tx,
  books: Books,
  scope: FigureScope & { readonly lookbackDays: number },
  figures: ActivityFigures,
  memory: RememberedTouches,
): Promise<Activity> {
  if (figures.contents !== undefined) {
    const acts = await memory.contents(tx, contentAddresses(books.assets), scope.asOf);
    const span = { from: scope.from - scope.lookbackDays * DAY, to: scope.to };
    return { ...NO_ACTIVITY, engagements: acts.of(influencers(books, scope), span) };
  }
  if (figures.channels === undefined) return NO_ACTIVITY;
  return { ...NO_ACTIVITY, engagements: await engagementsOfLeads(tx, books, scope, memory) };
}

/**
 * By which channels those came who became leads in a period: clicks, replies and visits of their accounts, oldest first, with
 * nothing else of them.
 */
async function engagementsOfLeads(
  tx: Tx,
  books: Books,
  { brandId, lookbackDays, ...span }: FigureScope & { readonly lookbackDays: number },
  memory: RememberedTouches,
): Promise<Engagement[]> {
  const leads = qualifiedLeads(books).filter(({ at }) => isIn(at, span));
  // Those of a contact are kept where the contact is now.
  const accounts = [
    ...new Set(
      leads.map((lead) => books.accountOf(lead.contactId === undefined ? lead : { contactId: lead.contactId })),
    ),
  ].filter(Boolean);
  const channels = await keptStore.names(tx, brandId, 'channel');
  const engagements: Engagement[] = [];
  const since = span.from - lookbackDays * DAY;
  for await (const rows of memory.these(tx, accounts))
    for (const { account, contacts, engaged } of rows)
      for (let from = 0; from < engaged.length; from += TOUCH_BYTES) {
        const at = instantAt(engaged, from);
        if (at < since || at >= span.to) continue;
        engagements.push({
          ...{ id: '', kind: 'click', at, account, campaign: null, about: null },
          contact: contacts[engaged.readInt32BE(from + 8)] ?? null,
          channel: channels[engaged.readUInt32BE(from + WHAT) >>> FLAGS] ?? '',
        });
      }
  return engagements;
}
