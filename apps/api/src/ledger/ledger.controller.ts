import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { BrandId } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { EntriesAnswer, EntriesQuery, toEntryAnswer } from './ledger.schema.js';

@Controller('v1/ledger')
export class LedgerController {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get('entries')
  @RequireScope('ledger:read')
  @Describe({
    id: 'listLedgerEntries',
    group: 'Ledger',
    summary: 'Read the log of the brand',
    description:
      'In the order of the log, from any position. An entry that is committed gets its position within a second.',
    answers: { 200: { description: 'A page.', schema: EntriesAnswer } },
  })
  async list(@Query({ schema: EntriesQuery }) { after, limit, type }: EntriesQuery, @CallerBrand() brandId: BrandId) {
    const filter = type === undefined ? { brandId } : { brandId, type };
    const page = await this.ledger.entries(this.database.tx, after, limit, filter);
    const last = page.next ?? page.entries.at(-1)?.idx ?? after;
    return { entries: page.entries.map(toEntryAnswer), after: last, more: page.next !== null };
  }
}
