import { Inject, Injectable } from '@nestjs/common';
import { ConsentTrendService, DeliveryService, ExitService } from '#lib/reporting';
import { ReportPeriods } from '../report-period.js';
import { consentsOffered, deliveriesOffered, exitsOffered } from './message-reports.js';
import type { OfferedReport } from './offered-report.js';

/** Every report that has a page, in the order in which they are offered. */
@Injectable()
export class ReportCatalog {
  readonly all: readonly OfferedReport[];

  constructor(
    @Inject(ReportPeriods) periods: ReportPeriods,
    @Inject(ExitService) exits: ExitService,
    @Inject(DeliveryService) deliveries: DeliveryService,
    @Inject(ConsentTrendService) consents: ConsentTrendService,
  ) {
    this.all = [
      exitsOffered(exits, periods),
      ...deliveriesOffered(deliveries, periods),
      consentsOffered(consents, periods),
    ];
  }

  /** @throws Error for a key that is none */
  get(key: string): OfferedReport {
    const found = this.all.find((one) => one.key === key);
    if (found === undefined) throw new Error(`no report is called ${key}`);
    return found;
  }
}
