import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { BrandId, EntryId, EpochMs } from '#lib/kernel';
import { Database, toIso, type Tx } from '#lib/platform';
import { segmentsReport } from '../activity/domain/segments-report.js';
import { sourcesReport } from '../activity/domain/sources-report.js';
import type { Report } from '../domain/report.js';
import { sumOf } from '../money/domain/amounts.js';
import type { Credits } from '../money/domain/credit.js';
import { attributionReport } from '../money/domain/attribution-report.js';
import { campaignsReport } from '../money/domain/campaigns-report.js';
import { salesReport } from '../money/domain/kpis.js';
import { funnelReport } from '../money/domain/funnel-report.js';
import { pathsReport, revenueReport } from '../money/domain/revenue-reports.js';
import { KeptConsentsService } from '../kept-consents/kept-consents.service.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { KeptTouchesService } from '../money/kept.service.js';
import type { MoneyQuery } from '../money/money-query.js';
import { MoneyService } from '../money/money.service.js';
import { moneyStore } from '../money/money.store.js';
import { DIMENSIONS } from '../money/touch.store.js';
import { invariantStore, type ReportedEvent } from './invariant.store.js';

/** Two ways to one figure that do not meet. */
export interface Difference {
  readonly brandId: BrandId;
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

const EVERYTHING: Omit<MoneyQuery, 'by'> = {
  ...{ of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};

const SOURCES = { model: 'linear', lookbackDays: 90, links: { engagements: {}, touches: {}, leads: {} } } as const;

/** Whether what reports say adds up, here and now: of all brands and of all time. */
@Injectable()
export class InvariantService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MoneyService) private readonly money: MoneyService,
    @Inject(KeptTouchesService) private readonly kept: KeptTouchesService,
    @Inject(KeptMessagesService) private readonly keptMessages: KeptMessagesService,
    @Inject(KeptConsentsService) private readonly keptConsents: KeptConsentsService,
  ) {}

  /**
   * Every figure that is not what it must be; none when all is well.
   * @param opened reads what entries of the log disclose, by which instants of touches are compared; null: they are not
   */
  async check(opened: OpenEntries | null = null): Promise<Difference[]> {
    const now = await moneyStore.now(this.database.tx);
    const brands = await invariantStore.brands(this.database.tx);
    const found: Difference[] = [];
    for (const { id, zone } of brands) {
      found.push(...(await this.messages(id, now)));
      if (opened !== null) found.push(...(await this.touches(id, opened)));
      found.push(...(await this.revenue(id, zone, now)));
      found.push(...(await this.sameRevenue(id, zone, now)));
      for (const kept of [this.kept, this.keptMessages, this.keptConsents])
        found.push(...(await kept.differences(id)).map((difference) => ({ brandId: id, ...difference })));
    }
    return found;
  }

  private async messages(brandId: BrandId, now: EpochMs): Promise<Difference[]> {
    const sums = await this.database.transaction((tx) => invariantStore.messages(tx, brandId, now));
    const { accepted, processing, sent, dropped, failed, unknown } = sums;
    const { tx } = this.database;
    return differing(brandId, [
      ['facts that are not as the log says', 0, await invariantStore.factsUnlikeLog(tx, brandId)],
      ['closed months that are not as the log says', 0, await invariantStore.monthsUnlikeLog(tx, brandId)],
      ['facts without an entry in the log', 0, await invariantStore.factsWithoutEntry(tx, brandId)],
      ['touches that are not as the log says', 0, await invariantStore.touchesUnlikeLog(tx, brandId)],
      [
        'accepted = processing + sent + dropped + failed + unknown',
        accepted,
        processing + sent + dropped + failed + unknown,
      ],
      ['messages dropped or failed without a reason', 0, sums.endedWithoutReason],
      ['messages whose first or last entry the log does not have', 0, sums.withoutEntry],
      ['messages sent without exactly one touch', 0, sums.withoutTouch],
      ['messages that ended otherwise than the log says', 0, sums.endedUnlikeLog],
    ]);
  }

  /** When each touch was, of which message, and whether by a machine, as its entry discloses it. */
  private async touches(brandId: BrandId, opened: OpenEntries): Promise<Difference[]> {
    let unlike = 0;
    for (let after: EntryId | null = null; ;) {
      const events: readonly ReportedEvent[] = await invariantStore.events(this.database.tx, brandId, after, EVENTS);
      const last = events.at(-1);
      if (last === undefined)
        return differing(brandId, [['touches that are not as their entries disclose', 0, unlike]]);
      const disclosed = await opened(
        this.database.tx,
        events.map(({ entryId }) => entryId),
      );
      unlike += events.filter((event) => isUnlike(event, disclosed.get(event.entryId))).length;
      after = last.entryId;
    }
  }

  /** The same revenue of the same period in the leaderboard, by attribution, in the funnel, by segment and against targets. */
  private async sameRevenue(brandId: BrandId, zone: string, now: EpochMs): Promise<Difference[]> {
    const pairs: Pair[] = [];
    const days = { from: '1970-01-01', to: toIso(now).slice(0, 10) };
    const asked = { brandId, zone, days, from: 0, to: now + 1, asOf: null };
    const query = { ...EVERYTHING, by: 'campaign', reads: 'converting' } as const;
    await this.money.report('campaigns', asked, query, {}, (data) => {
      const shape = { by: 'campaign', show: 'value', models: ['linear'], model: 'linear' } as const;
      const revenue = (report: Report, column: string, of = report.total): number => {
        const cell = of?.cells[report.columns.findIndex(({ key }) => key === column)];
        return cell !== undefined && 'value' in cell ? Number(cell.value) : 0;
      };
      const leaderboard = campaignsReport(data, 'linear', {});
      const funnel = funnelReport(data, 'event', {});
      const others: readonly (readonly [string, number])[] = [
        [
          'attribution',
          revenue(attributionReport(data, { ...shape, weights: null, intervals: false, link: {} }), 'linear'),
        ],
        ['the funnel', revenue(funnel, 'value', funnel.rows.at(-1))],
        ['revenue by segment', revenue(revenueReport(data, 'region', {}), 'revenue')],
        ['sales', revenue(salesReport(data, {}), 'revenue')],
        ['paths', revenue(pathsReport(data, {}), 'revenue')],
        ['sources', revenue(sourcesReport(data, SOURCES), 'revenue')],
        ['segments', revenue(segmentsReport(data, 'region', { deals: {}, touches: {} }), 'revenue')],
      ];
      const total = revenue(leaderboard, 'revenue');
      pairs.push(...others.map(([name, found]): Pair => [`revenue in campaigns and ${name}`, total, found]));
      return leaderboard;
    });
    return differing(brandId, pairs);
  }

  private async revenue(brandId: BrandId, zone: string, now: EpochMs): Promise<Difference[]> {
    const { deals, amount, otherCurrencies } = await invariantStore.won(this.database.tx, brandId, now);
    const differences: Difference[] = [];
    for (const by of DIMENSIONS) {
      const period = { from: 0, to: now + 1 };
      const [credits] = await this.money.credits({ brandId, zone, asOf: now }, [period], { ...EVERYTHING, by });
      if (credits === undefined) continue;
      differences.push(
        ...differing(brandId, [
          [`won deals by ${by}`, deals * 1_000_000, credits.total.conversions],
          ...(otherCurrencies === 0 ? [[`revenue by ${by}`, amount, credits.total.value] as const] : []),
          ...addingUp(credits, by),
        ]),
      );
    }
    return differences;
  }
}

/** Reads what entries disclose; of whoever was erased there is nothing left. */
export type OpenEntries = (
  tx: Tx,
  ids: readonly EntryId[],
) => Promise<ReadonlyMap<EntryId, Readonly<Record<string, unknown>>>>;

/** Touches that are compared together. */
const EVENTS = 2_000;

const Disclosed = z.object({
  message: z.object({ id: z.string() }),
  event: z.object({ id: z.string(), at: z.string(), automated: z.boolean() }),
});

function isUnlike(touch: ReportedEvent, disclosed: Readonly<Record<string, unknown>> | undefined): boolean {
  if (disclosed === undefined) return false;
  const { data } = Disclosed.safeParse(disclosed);
  if (data === undefined) return true;
  const { message, event } = data;
  return !(
    message.id === touch.messageId &&
    event.id === touch.event &&
    event.automated === touch.automated &&
    Date.parse(event.at) === touch.at
  );
}

type Pair = readonly [what: string, expected: number, found: number];

/** Credits of each model and what is unattributed are the total. */
function addingUp({ byModel, unattributed, total }: Credits, by: string): Pair[] {
  return [...byModel].flatMap(([model, shares]): Pair[] => {
    const sum = (part: 'conversions' | 'value'): number =>
      sumOf(shares.map((share) => share[part])) + unattributed[part];
    return [
      [`conversions by ${by} and ${model}`, total.conversions, sum('conversions')],
      [`revenue by ${by} and ${model}`, total.value, sum('value')],
    ];
  });
}

function differing(brandId: BrandId, pairs: readonly Pair[]): Difference[] {
  return pairs
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => ({ brandId, what, expected, found }));
}
