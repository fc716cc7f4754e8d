import { Controller, Get, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { definitionStore } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { Database, Times } from '#lib/platform';
import { columnWord, ConsentTrendService, type ReportLanguage, reportWords, valueWord } from '#lib/reporting';
import { toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Uuid } from '../http/scalars.schema.js';
import { SaidQuery, toSaidFilter } from '../reports/catalog/said-query.js';
import { ListPages } from './list-pages.js';
import { Describe, Public } from '../http/route.js';
import { FigureQuery, Figures, type FoundFigure } from '../reports/figures.js';
import { type Html, piece } from './html.js';
import { Cells } from './page/cells.js';
import { filtersIn, framedTable, type Head, hereWith, PAGE_ANSWERS } from './page/drill-down.js';
import { askedOf, languageOf, PageQuery } from './page/page-query.js';
import { factList } from './page/report-page.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { hrefsOf, isOfferedTo, pageOf, toSignIn } from './report-pages.controller.js';
import { sendPage } from './send-page.js';
import { type Reader, Readers } from './session/reader.js';
import { entryLink } from './touch-pages.controller.js';
import { ReportCatalog } from '../reports/catalog/report-catalog.js';

/** What any number of any report is made of, as a page. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class FigurePagesController {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(Figures) private readonly figures: Figures,
    @Inject(ReportCatalog) private readonly catalog: ReportCatalog,
    @Inject(Database) private readonly database: Database,
    @Inject(ListPages) private readonly lists: ListPages,
    @Inject(ConsentTrendService) private readonly consents: ConsentTrendService,
  ) {}

  @Get('consents/said')
  @Public()
  @Describe({
    id: 'getConsentsSaidPage',
    group: 'Reports',
    summary: 'The expressions behind a figure of consents, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async said(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.lists.begin(given, request, reply, SaidQuery);
    if (page === null) return;
    const { query, period, reader, language, times } = page;
    const asked = { brandId: reader.brandId, ...period, ...toSaidFilter(query) };
    const found = await this.consents.said(
      asked,
      toPageRequest(query, (text) => Uuid.safeParse(text).success),
    );
    const say = sayIn(language);
    const rows = found.items.map(
      ({ kind, channel, purpose, topic, at, entry }) => piece`<tr>
        <td class="text">${times.instant(at)}</td>
        <td class="text">${valueWord('said', kind, language)}</td>
        <td class="text">${valueWord('channel', channel ?? '', language)}</td>
        <td class="text"><bdi>${purpose ?? ''}</bdi></td>
        <td class="text"><bdi>${topic ?? ''}</bdi></td>
        <td class="text">${entryLink(entry, language)}</td>
      </tr>`,
    );
    const words = [
      say('at'),
      say('did'),
      say('channel'),
      columnWord('purpose', language),
      columnWord('topic', language),
    ];
    const heads: Head[] = [...words, say('entry')].map((word) => [word, 'text']);
    const heading = columnWord(query.what, language);
    const listed = { report: 'consents', heading, lead: say('saidLead'), heads, rows, next: found.next };
    await this.lists.show(reply, page, listed);
  }

  @Get('figure')
  @Public()
  @Describe({
    id: 'getFigurePage',
    group: 'Reports',
    summary: 'What one number of a report is made of, as a page',
    answers: PAGE_ANSWERS,
    errors: ['not_found', 'invalid_zone'],
  })
  async figure(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.readers.of(request);
    if (reader === null) return toSignIn(request, reply);
    const language = languageOf(given.language, request.headers['accept-language']);
    const say = sayIn(language);
    const asked = askedOf(given);
    const query = filtersIn(FigureQuery, asked);
    const { report: key } = query;
    if (!this.catalog.all.some((one) => one.key === key && isOfferedTo(reader, one)))
      throw new DomainError('not_found', 'Choose one of the reports on /reports.');
    const found = await this.figures.find(reader, query);
    const { report, column, cell, next } = found;
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const { report: _k, row: _r, column: _c, cursor: _n, limit: _l, ...filters } = asked;
    const back = `/reports/${key}?${new URLSearchParams({ ...filters, language }).toString()}`;
    const cells = new Cells(language, hrefsOf(report, reader, language));
    const { nextCursor } = toPageAnswer({ items: [], next }, (item) => item);
    const heading = `${reportWords(key, language).title}: ${columnWord(column.key, language)}`;
    sendPage(
      reply,
      {
        ...{ language, title: heading, brand: brand?.name ?? '', foot: null },
        otherHref: hereWith(asked, { language: language === 'en' ? 'de' : 'en' }),
      },
      piece`<h1>${heading}</h1>
        <p class="lead">${rowWords(found, cells, language)}</p>
        <dl class="figures">
          <div>
            <dt>${columnWord(column.key, language)}</dt>
            <dd>${cells.text(column, cell)}</dd>
          </div>
        </dl>
        ${factList(report, language)}
        <p class="links"><a href="${back}">${say('back')}</a></p>
        ${partsOf(found, cells, language)} ${sourcesOf(found, cells, language, reader)}
        ${
          nextCursor === null
            ? null
            : piece`<p class="links"><a href="${hereWith(asked, { cursor: nextCursor, language })}">${say('next')}</a></p>`
        }`,
    );
  }
}

/** Which row it is of. */
function rowWords({ names }: FoundFigure, cells: Cells, language: ReportLanguage): string {
  if (names.length === 0) return sayIn(language)('total');
  return names
    .map(({ column, cell }) => `${columnWord(column.key, language)}: ${cells.text(column, cell)}`)
    .join(' · ');
}

/** The numbers that it follows from, each with the way to what it is made of itself. */
function partsOf({ parts }: FoundFigure, cells: Cells, language: ReportLanguage): Html | null {
  if (parts.length === 0) return null;
  const say = sayIn(language);
  const rows = parts.map(
    ({ column, cell }) =>
      piece`<tr>
        <td class="text">${columnWord(column.key, language)}</td>
        ${cells.td(column, cell)}
      </tr>`,
  );
  const heads: Head[] = [
    [say('figure'), 'text'],
    [say('value'), 'number'],
  ];
  return piece`<section>
    <h2>${say('followsFrom')}</h2>
    ${framedTable(say('followsFrom'), heads, rows)}
  </section>`;
}

/** What it counts or adds up. */
function sourcesOf(
  { column, items, all, report }: FoundFigure,
  cells: Cells,
  language: ReportLanguage,
  { seesMessages }: Reader,
): Html | null {
  if (items === null) return null;
  const say = sayIn(language);
  const times = new Times(language, report.zone, report.dataThrough);
  // Of a day and not of an instant.
  const days = new Times(language, 'Etc/UTC', report.dataThrough);
  const adds = (value: number | null): Html => cells.td(column, addedCell(value));
  const rows = items.map(({ kind, id, at, name, adds: value, entry, link }) => {
    const href = link === null ? null : pageOf(link, language);
    return piece`<tr>
      <td class="text">${valueWord('source', kind, language)}</td>
      <td class="text"><bdi>${name}</bdi></td>
      <td class="text">${href === null ? piece`<bdi>${id}</bdi>` : piece`<a href="${href}"><bdi>${id}</bdi></a>`}</td>
      <td class="text">${at === null ? '' : kind === 'target' ? days.day(at) : times.instant(at)}</td>
      ${adds(value)}
      <td class="text">${seesMessages ? entryLink(entry, language) : (entry ?? '')}</td>
    </tr>`;
  });
  const heads: Head[] = [
    ...[[say('did'), 'text'] as const, [say('subject'), 'text'] as const, [say('named'), 'text'] as const],
    ...[[say('at'), 'text'] as const, [say('adds'), 'number'] as const, [say('entry'), 'text'] as const],
  ];
  return piece`<section>
    <h2>${say('madeOf')} (${all.toLocaleString(language)})</h2>
    ${framedTable(say('madeOf'), heads, rows)}
  </section>`;
}

function addedCell(value: number | null) {
  return value === null ? ({ notAvailable: 'no_exchange_rate' } as const) : { value };
}
