import { Controller, Get, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { definitionStore } from '#lib/consent';
import { Database, systemClock, Times } from '#lib/platform';
import { DrillService, minorDigits, type ReportLanguage, reportWords, valueWord, whyNotWord } from '#lib/reporting';
import { toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Describe, Public } from '../http/route.js';
import { AccountTouchesQuery, DealsQuery } from '../reports/catalog/money-query.js';
import { ReportPeriods } from '../reports/report-period.js';
import { type Html, piece } from './html.js';
import { filtersIn, framedTable, type Head, hereWith, PAGE_ANSWERS, readerOfMessages } from './page/drill-down.js';
import { askedOf, languageOf, PageQuery } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { toSignIn } from './report-pages.controller.js';
import { sendPage } from './send-page.js';
import { type Reader, Readers } from './session/reader.js';
import { entryLink, touchLink } from './touch-pages.controller.js';

/** What is behind figures that no model credits: deals, and what an account had to do with us. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class DrillPagesController {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(DrillService) private readonly drill: DrillService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
    @Inject(Database) private readonly database: Database,
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
    const page = await this.begin(given, request, reply, DealsQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const { about, region = null, account = null, currency } = query;
    const asked = { brandId: reader.brandId, ...period, currency };
    const found = await this.drill.deals(asked, { about, region, account }, toPageRequest(query));
    const say = sayIn(language);
    const money = (amount: number, of: string): string =>
      new Intl.NumberFormat(language, { style: 'currency', currency: of }).format(amount / 10 ** minorDigits(of));
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
    await this.show(reply, page, {
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
    summary: 'Every touch of an account in a period, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async touches(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.begin(given, request, reply, AccountTouchesQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const asked = { brandId: reader.brandId, ...period };
    const found = await this.drill.accountTouches(asked, query.account, query, toPageRequest(query));
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
    await this.show(reply, page, { report: 'accounts', heading: say('touches'), lead, heads, rows, next: found.next });
  }

  /** Who asks for what, in which language; null once they were led to signing in. */
  private async begin<Query extends z.ZodType<Period>>(
    given: PageQuery,
    request: FastifyRequest,
    reply: FastifyReply,
    schema: Query,
  ) {
    const reader = await readerOfMessages(this.readers, request);
    if (reader === null) {
      toSignIn(request, reply);
      return null;
    }
    const language = languageOf(given.language, request.headers['accept-language']);
    const asked = askedOf(given);
    const query = filtersIn(schema, asked);
    const period = await this.periods.of(reader.brandId, query);
    return { reader, language, asked, query, period, times: new Times(language, period.zone, systemClock.now()) };
  }

  private async show(
    reply: FastifyReply,
    { reader, language, asked }: { reader: Reader; language: ReportLanguage; asked: Readonly<Record<string, string>> },
    { report, heading, lead, heads, rows, next }: Listed,
  ): Promise<void> {
    const say = sayIn(language);
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const kept = Object.entries(asked).filter(([name]) => ['from', 'to', 'zone', 'asOf'].includes(name));
    const back = `/reports/${report}?${new URLSearchParams([...kept, ['language', language]]).toString()}`;
    const { nextCursor } = toPageAnswer({ items: [], next }, (item) => item);
    sendPage(
      reply,
      {
        ...{
          language,
          brand: brand?.name ?? '',
          foot: null,
          title: `${reportWords(report, language).title}: ${heading}`,
        },
        otherHref: hereWith(asked, { language: language === 'en' ? 'de' : 'en' }),
      },
      piece`<h1>${heading}</h1>
        <p>${lead}</p>
        <p class="links"><a href="${back}">${say('back')}</a></p>
        ${rows.length === 0 ? piece`<p>${say('noMessages')}</p>` : framedTable(heading, heads, rows)}
        ${nextCursor === null ? null : piece`<p class="links"><a href="${hereWith(asked, { cursor: nextCursor, language })}">${say('next')}</a></p>`}`,
    );
  }
}

type Period = Parameters<ReportPeriods['of']>[1];

/** A list, and which report its page leads back to. */
interface Listed {
  readonly report: 'sales' | 'accounts';
  readonly heading: string;
  readonly lead: string;
  readonly heads: readonly Head[];
  readonly rows: readonly Html[];
  readonly next: string | null;
}
