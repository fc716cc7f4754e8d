import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#lib/platform';
import type { Asked } from '../domain/asked.js';
import type { Report } from '../domain/report.js';
import { type LinkParameters, linksReport } from './domain/links-report.js';
import { linkStore } from './link.store.js';

/** How often links of mails were followed. */
@Injectable()
export class LinkService {
  constructor(@Inject(Database) private readonly database: Database) {}

  async report(asked: Asked, parameters: LinkParameters): Promise<Report> {
    const { campaign } = parameters;
    const filter = { ...asked, ...(campaign === undefined ? {} : { campaign: campaign === '' ? null : campaign }) };
    const counted = await this.database.transaction((tx) => linkStore.count(tx, filter));
    return linksReport(counted.counts, counted.whole, asked, parameters, counted);
  }
}
