import { Inject, Injectable } from '@nestjs/common';
import type { BrandId } from '#lib/kernel';
import { Times } from '#lib/platform';
import {
  ConsentTrendService,
  DeliveryService,
  ExitService,
  figuresLinked,
  LinkService,
  LiftService,
  MoneyService,
  type Report,
  SnapshotService,
} from '#lib/reporting';
import { ReportPeriods } from '../report-period.js';
import { ACTIVITY_REPORTS } from './activity-reports.js';
import { consentsOffered, deliveriesOffered, exitsOffered, liftOffered, linksOffered } from './message-reports.js';
import { moneyOffered } from './money-reports.js';
import { snapshotsOffered } from '../snapshots/snapshots-offered.js';
import { type MadeReport, type OfferedReport, queryText, seenByAnybody } from './offered-report.js';

/** Who asks. */
export interface ReportReader {
  readonly brandId: BrandId;
  /** Whether single messages, and so single people, may be shown. */
  readonly seesMessages: boolean;
}

/** Every report that has a page, in the order in which they are offered. */
@Injectable()
export class ReportCatalog {
  readonly all: readonly OfferedReport[];

  constructor(
    @Inject(ReportPeriods) periods: ReportPeriods,
    @Inject(ExitService) exits: ExitService,
    @Inject(DeliveryService) deliveries: DeliveryService,
    @Inject(LinkService) links: LinkService,
    @Inject(LiftService) lifts: LiftService,
    @Inject(ConsentTrendService) consents: ConsentTrendService,
    @Inject(MoneyService) money: MoneyService,
    @Inject(SnapshotService) snapshots: SnapshotService,
  ) {
    this.all = [
      ...moneyOffered(money, periods),
      ...moneyOffered(money, periods, ACTIVITY_REPORTS),
      exitsOffered(exits, periods),
      ...deliveriesOffered(deliveries, periods),
      linksOffered(links, periods),
      liftOffered(lifts, periods),
      consentsOffered(consents, periods),
      snapshotsOffered(snapshots, periods, () => this.all),
    ];
  }

  /**
   * A report as this reader may see it.
   * @param query as its schema has read it
   * @param isAnew whether one about the past that is kept is made once more
   * @throws Error for a key that is none
   */
  async make(
    key: string,
    { brandId, seesMessages }: ReportReader,
    query: Record<string, unknown>,
    isAnew = false,
  ): Promise<MadeReport> {
    const offered = this.all.find((one) => one.key === key);
    if (offered === undefined) throw new Error(`no report is called ${key}`);
    const one = await offered.make(brandId, query, seesMessages, isAnew);
    // What was kept of another report leads on as it did then.
    const isOwn = one.report.key === key;
    const report = isOwn ? figuresLinked(one.report, queryText(offered, query, daysOf(one.report))) : one.report;
    const made = { ...one, report };
    return seesMessages ? made : { ...made, report: seenByAnybody(offered, made.report) };
  }
}

/** The days of a report, as an address names them. */
function daysOf({ period, zone }: Report): Record<'from' | 'to' | 'zone', string> {
  const times = new Times('en', zone, period.to);
  return { from: times.field(period.from), to: times.field(period.to - 1), zone };
}
