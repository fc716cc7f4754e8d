import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { deliveryReport, type DeliveryParameters, type DeliveryReportKey } from './domain/delivery-report.js';
import { deliveryStore } from './delivery.store.js';

/** What became of messages after they left. */
@Injectable()
export class DeliveryService {
  constructor(@Inject(Database) private readonly database: Database) {}

  async report(key: DeliveryReportKey, asked: Asked, parameters: DeliveryParameters): Promise<Report> {
    const { campaign, messages } = parameters;
    const filter = {
      ...asked,
      test: messages === 'test',
      ...(key === 'email' ? { channel: 'email' as const } : {}),
      ...(campaign === undefined ? {} : { campaign: campaign === '' ? null : campaign }),
    };
    const counted = await this.database.transaction((tx) => deliveryStore.count(tx, filter));
    return deliveryReport(key, counted.counts, asked, parameters, counted);
  }
}
