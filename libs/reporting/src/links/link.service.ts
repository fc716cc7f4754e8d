import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { type LinkParameters, linksReport } from './domain/links-report.js';
import { linksOf } from '../kept-messages/domain/kept-figures.js';
import { KeptMessagesService } from '../kept-messages/kept-message.service.js';
import { linkStore } from './link.store.js';

/** How often links of mails were followed. */
@Injectable()
export class LinkService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KeptMessagesService) private readonly kept: Pick<KeptMessagesService, 'read'>,
  ) {}

  async report(asked: Asked, parameters: LinkParameters): Promise<Report> {
    const { campaign } = parameters;
    const filter = { ...asked, ...(campaign === undefined ? {} : { campaign: campaign === '' ? null : campaign }) };
    const counted = await this.database.snapshot(async (tx) => {
      const kept = asked.asOf === null ? await this.kept.read(tx, asked) : null;
      return kept === null ? linkStore.count(tx, filter) : { ...kept, ...linksOf(kept, filter.campaign) };
    });
    return linksReport(counted.counts, counted.whole, asked, parameters, counted);
  }
}
