import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { deliveryReport, type DeliveryParameters, type DeliveryReportKey } from './domain/delivery-report.js';
import { deliveriesOf } from '../kept-messages/domain/kept-figures.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { deliveryStore } from './delivery.store.js';

/** What became of messages after they left. */
@Injectable()
export class DeliveryService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptMessagesService) private readonly kept: Pick<KeptMessagesService, 'read'>,
  ) {}

  async report(key: DeliveryReportKey, asked: Asked, parameters: DeliveryParameters): Promise<Report> {
    const { campaign, messages } = parameters;
    const filter = {
      ...asked,
      test: messages === 'test',
      ...(key === 'email' ? { channel: 'email' as const } : {}),
      ...(campaign === undefined ? {} : { campaign: campaign === '' ? null : campaign }),
    };
    const counted = await this.database.snapshot(async (tx) => {
      const kept = asked.asOf === null ? await this.kept.read(tx, asked) : null;
      return kept === null ? deliveryStore.count(tx, filter) : { ...kept, counts: deliveriesOf(kept, filter) };
    });
    return deliveryReport(key, counted.counts, asked, parameters, counted);
  }
}
