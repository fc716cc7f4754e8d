import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { BrandId } from '#lib/kernel';
import { toIso } from '#lib/platform';
import { type AccountTouch, type DealBehind, DrillService, type WithEntry } from '#lib/reporting';
import { pageOf, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { Instant, toInstant, Uuid } from '../http/scalars.schema.js';
import { AccountTouchesQuery, DealsQuery, toSegment, toTouchList } from './catalog/money-query.js';
import { entryPath } from './entry-path.js';
import { messagePath } from './money-reports.controller.js';
import { ReportPeriods } from './report-period.js';

const DealAnswer = z
  .strictObject({
    id: z.string().meta({ description: 'Id of the opportunity in the CRM.' }),
    account: z.string(),
    accountName: z.string(),
    region: z.string(),
    status: z.enum(['open', 'won', 'lost']),
    openedAt: Instant,
    closedAt: Instant.nullable(),
    stated: z.strictObject({ amount: z.int(), currency: z.string() }),
    value: z.int().nullable().meta({ description: 'Whole minor units; null: no exchange rate of its day is known.' }),
    entry: z.string().nullable().meta({ description: 'Path of the ledger entry that records it.' }),
  })
  .meta({ id: 'DealBehind' });

const AccountTouchAnswer = z
  .strictObject({
    touch: z.string().meta({ description: 'The id of the message that was the touch, or else what it was.' }),
    message: z.string().nullable().meta({ description: 'Path of the message, which names its ledger entries.' }),
    at: Instant,
    account: Uuid.meta({ description: 'Of the person; the person, where they have none.' }),
    contact: Uuid.meta({ description: 'Stands for the person, and stays when they are erased.' }),
    name: z.string(),
    entry: z.string().nullable().meta({ description: 'Path of the ledger entry of a visit.' }),
  })
  .meta({ id: 'AccountTouch' });

/** What is behind figures that no model credits. */
@Controller('v1/reports')
export class DrillController {
  constructor(
    @Inject(DrillService) private readonly drill: DrillService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
  ) {}

  @Get('sales/deals')
  @RequireScope('messages:read')
  @Describe({
    id: 'listDealsBehind',
    group: 'Reports',
    summary: 'The deals behind a figure of pipeline, won or lost',
    description: 'By when they were opened, each with the ledger entry that records it.',
    answers: { 200: { description: 'A page.', schema: pageOf('DealBehindPage', DealAnswer) } },
    errors: ['invalid_zone'],
  })
  async deals(@Query({ schema: DealsQuery }) query: z.infer<typeof DealsQuery>, @CallerBrand() brandId: BrandId) {
    const { about, region = null, account = null, currency } = query;
    const asked = { brandId, ...(await this.periods.of(brandId, query)), currency };
    const page = await this.drill.deals(
      asked,
      { about, region, account, segment: toSegment(query) },
      toPageRequest(query),
    );
    return toPageAnswer({ items: [...page.items], next: page.next }, toDeal);
  }

  @Get('accounts/touches')
  @RequireScope('messages:read')
  @Describe({
    id: 'listAccountTouches',
    group: 'Reports',
    summary: 'Every touch of a period: of everybody, of an account or of a person',
    description: 'Oldest first. Each message leads to its ledger entries, each visit to its own.',
    answers: { 200: { description: 'A page.', schema: pageOf('AccountTouchPage', AccountTouchAnswer) } },
    errors: ['invalid_zone'],
  })
  async touches(
    @Query({ schema: AccountTouchesQuery }) query: z.infer<typeof AccountTouchesQuery>,
    @CallerBrand() brandId: BrandId,
  ) {
    const asked = { brandId, ...(await this.periods.of(brandId, query)), currency: 'EUR' };
    const { which, scope } = toTouchList(query);
    const page = await this.drill.touches(asked, which, scope, toPageRequest(query));
    return toPageAnswer({ items: [...page.items], next: page.next }, toAccountTouch);
  }
}

function toDeal({ openedAt, closedAt, entry, ...deal }: WithEntry<DealBehind>): z.infer<typeof DealAnswer> {
  return { ...deal, openedAt: toIso(openedAt), closedAt: toInstant(closedAt), entry: entryPath(entry) };
}

function toAccountTouch({
  id,
  at,
  account,
  contact,
  name,
  entry,
}: WithEntry<AccountTouch>): z.infer<typeof AccountTouchAnswer> {
  return { touch: id, message: messagePath(id), at: toIso(at), account, contact, name, entry: entryPath(entry) };
}
