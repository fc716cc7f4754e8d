import { Controller, Get, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { columnWord, DrillService, valueWord, whyNotWord } from '#lib/reporting';
import { toPageRequest } from '../http/page.schema.js';
import { Describe, Public } from '../http/route.js';
import { EngagementsQuery, LeadsQuery, OutcomesQuery, toSegment } from '../reports/catalog/money-query.js';
import { toEngagementFilter, toOutcomeFilter } from '../reports/fact-drill.controller.js';
import { type Html, piece } from './html.js';
import { ListPages, moneyIn } from './list-pages.js';
import { type Head, PAGE_ANSWERS } from './page/drill-down.js';
import { PageQuery } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { entryLink, touchLink } from './touch-pages.controller.js';

/** Leads, outcomes of variants and what people did, as pages. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class FactPagesController {
  constructor(
    @Inject(ListPages) private readonly lists: ListPages,
    @Inject(DrillService) private readonly drill: DrillService,
  ) {}

  @Get('funnel/leads')
  @Public()
  @Describe({
    id: 'getLeadsBehindPage',
    group: 'Reports',
    summary: 'The leads behind a stage of the funnel, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async leads(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.lists.begin(given, request, reply, LeadsQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const { of, stage, currency } = query;
    const found = await this.drill.leads(
      { brandId: reader.brandId, ...period, currency },
      { of, stage, segment: toSegment(query) },
      toPageRequest(query),
    );
    const say = sayIn(language);
    const rows = found.items.map(
      ({ lead, accountName, first, at, entry }) => piece`<tr>
        ${textCells([lead, accountName])}
        <td class="text">${times.instant(first)}</td>
        <td class="text">${at === null ? '' : times.instant(at)}</td>
        <td class="text">${entryLink(entry, language)}</td>
      </tr>`,
    );
    const heads = texts([say('lead'), say('account'), say('came'), say('reachedAt'), say('entry')]);
    const heading = `${say('leads')}: ${valueWord('stage', stage, language)}`;
    const listed = { report: 'funnel', heading, lead: say('leadsLead'), heads, rows, next: found.next };
    await this.lists.show(reply, page, listed);
  }

  @Get('variants/outcomes')
  @Public()
  @Describe({
    id: 'getOutcomesBehindPage',
    group: 'Reports',
    summary: 'What came of those who met a variant, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async outcomes(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.lists.begin(given, request, reply, OutcomesQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const asked = { brandId: reader.brandId, ...period, currency: query.currency };
    const found = await this.drill.outcomes(asked, toOutcomeFilter(query), toPageRequest(query));
    const say = sayIn(language);
    const money = moneyIn(language);
    const worth = (value: number | null): Html | string => {
      if (value !== null) return money(value, query.currency);
      if (query.what === 'lead') return '';
      return piece`${say('notAvailable')}<br /><small>${whyNotWord('no_exchange_rate', language)}</small>`;
    };
    const rows = found.items.map(
      ({ id, accountName, metAt, at, value, entry }) => piece`<tr>
        ${textCells([id, accountName])}
        <td class="text">${times.instant(metAt)}</td>
        <td class="text">${times.instant(at)}</td>
        <td class="number">${worth(value)}</td>
        <td class="text">${entryLink(entry, language)}</td>
      </tr>`,
    );
    const heads: Head[] = [
      ...texts([say('fact'), say('account'), say('metAt'), say('at')]),
      [say('value'), 'number'],
      [say('entry'), 'text'],
    ];
    const variant = `${columnWord('variant', language)} ${query.variant}`;
    const heading = `${variant}: ${valueWord('what', query.what, language)}`;
    const listed = { report: 'variants', heading, lead: say('outcomesLead'), heads, rows, next: found.next };
    await this.lists.show(reply, page, listed);
  }

  @Get('pages/engagements')
  @Public()
  @Describe({
    id: 'getEngagementsPage',
    group: 'Reports',
    summary: 'What people did, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async engagements(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.lists.begin(given, request, reply, EngagementsQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const asked = { brandId: reader.brandId, ...period };
    const found = await this.drill.engagements(asked, toEngagementFilter(query), toPageRequest(query));
    const say = sayIn(language);
    const rows = found.items.map(
      ({ id, kind, at, about, channel, campaign, entry }) => piece`<tr>
        <td class="text">${times.instant(at)}</td>
        ${textCells([valueWord('kind', kind, language), about ?? '', valueWord('channel', channel ?? '', language), campaign ?? ''])}
        <td class="text">${isOfMessage(kind) ? touchLink(id, entry, language) : entryLink(entry, language)}</td>
      </tr>`,
    );
    const heads = texts([say('at'), say('did'), say('about'), say('channel'), say('campaign'), say('entry')]);
    const listed = { report: query.report, heading: say('engagements'), lead: say('engagementsLead'), heads, rows };
    await this.lists.show(reply, page, { ...listed, next: found.next });
  }
}

function isOfMessage(kind: string): boolean {
  return kind === 'click' || kind === 'reply';
}

function texts(words: readonly string[]): Head[] {
  return words.map((word) => [word, 'text']);
}

function textCells(words: readonly string[]): Html[] {
  return words.map((word) => piece`<td class="text"><bdi>${word}</bdi></td>`);
}
