import { Controller, Get, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DrillService, valueWord, whyNotWord } from '#lib/reporting';
import { toPageRequest } from '../http/page.schema.js';
import { Describe, Public } from '../http/route.js';
import { AccountTouchesQuery, DealsQuery, toSegment, toTouchList } from '../reports/catalog/money-query.js';
import { piece } from './html.js';
import { ListPages, moneyIn } from './list-pages.js';
import { type Head, PAGE_ANSWERS } from './page/drill-down.js';
import { PageQuery } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { entryLink, touchLink } from './touch-pages.controller.js';

/** What is behind figures that no model credits: deals, and what an account had to do with us. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class DrillPagesController {
  constructor(
    @Inject(ListPages) private readonly lists: ListPages,
    @Inject(DrillService) private readonly drill: DrillService,
  ) {}

  @Get('sales/deals')
  @Public()
  @Describe({
    id: 'getDealsBehindPage',
    group: 'Reports',
    summary: 'The deals behind a figure, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async deals(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.lists.begin(given, request, reply, DealsQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const { about, region = null, account = null, currency } = query;
    const asked = { brandId: reader.brandId, ...period, currency };
    const found = await this.drill.deals(
      asked,
      { about, region, account, segment: toSegment(query) },
      toPageRequest(query),
    );
    const say = sayIn(language);
    const money = moneyIn(language);
    const rows = found.items.map(
      (deal) => piece`<tr>
        <td class="text"><bdi>${deal.id}</bdi></td>
        <td class="text"><bdi>${deal.accountName}</bdi></td>
        <td class="text"><bdi>${deal.region}</bdi></td>
        <td class="text">${valueWord('status', deal.status, language)}</td>
        <td class="text">${times.instant(deal.openedAt)}</td>
        <td class="text">${deal.closedAt === null ? '' : times.instant(deal.closedAt)}</td>
        <td class="number">${
          deal.value === null
            ? piece`${say('notAvailable')}<br /><small>${money(deal.stated.amount, deal.stated.currency)}: ${whyNotWord('no_exchange_rate', language)}</small>`
            : money(deal.value, currency)
        }</td>
        <td class="text">${entryLink(deal.entry, language)}</td>
      </tr>`,
    );
    const heads: Head[] = [
      ...[[say('deal'), 'text'] as const, [say('account'), 'text'] as const, [say('region'), 'text'] as const],
      ...[[say('status'), 'text'] as const, [say('opened'), 'text'] as const, [say('closed'), 'text'] as const],
      ...[[say('value'), 'number'] as const, [say('entry'), 'text'] as const],
    ];
    await this.lists.show(reply, page, {
      report: 'sales',
      heading: say('deals'),
      lead: say('dealsLead'),
      heads,
      rows,
      next: found.next,
    });
  }

  @Get('accounts/touches')
  @Public()
  @Describe({
    id: 'getAccountTouchesPage',
    group: 'Reports',
    summary: 'Every touch of a period, of everybody, an account or a person, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async touches(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.lists.begin(given, request, reply, AccountTouchesQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const asked = { brandId: reader.brandId, ...period, currency: 'EUR' };
    const { which, scope } = toTouchList(query);
    const found = await this.drill.touches(asked, which, scope, toPageRequest(query));
    const say = sayIn(language);
    const rows = found.items.map(
      ({ id, at, name, entry }) => piece`<tr>
        <td class="text">${times.instant(at)}</td>
        <td class="text"><bdi>${name}</bdi></td>
        <td class="text">${touchLink(id, entry, language)}</td>
      </tr>`,
    );
    const heads: Head[] = [
      [say('at'), 'text'],
      [say('of'), 'text'],
      [say('touch'), 'text'],
    ];
    const lead = say('accountTouchesLead');
    await this.lists.show(reply, page, {
      report: 'accounts',
      heading: say('touches'),
      lead,
      heads,
      rows,
      next: found.next,
    });
  }
}
