import { Controller, Get, HttpStatus, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { definitionStore } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { Database } from '#lib/platform';
import {
  ACCOUNT_TOUCHES,
  ATTRIBUTION_TOUCHES,
  CONSENTS_SAID,
  DEALS_BEHIND,
  ENGAGEMENTS,
  LEADS_BEHIND,
  linksOfNobody,
  OUTCOMES,
  drawChart,
  EXIT_MESSAGES,
  FEW,
  FIGURE,
  type Report,
  type ReportLanguage,
  reportWords,
} from '#lib/reporting';
import { Describe, Public } from '../http/route.js';
import { filtersOf, type MadeReport, type OfferedReport } from '../reports/catalog/offered-report.js';
import { ReportCatalog } from '../reports/catalog/report-catalog.js';
import { sendReport } from '../reports/send-report.js';
import { piece, trusted } from './html.js';
import { barsOf } from './page/bars-of.js';
import { Cells } from './page/cells.js';
import { filtersIn } from './page/drill-down.js';
import { askedOf, languageOf, PageQuery } from './page/page-query.js';
import { factLines, reportPage } from './page/report-page.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { sendPage } from './send-page.js';
import { type Reader, Readers } from './session/reader.js';

const PAGE = {
  description: 'A page; without a session, the way to sign in.',
  contentType: 'text/html',
  schema: z.string(),
};
const ReportPath = z.strictObject({ report: z.string().regex(/^[a-z-]{1,40}$/) });

/** The pages of reports. Nothing on them changes anything. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class ReportPagesController {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(ReportCatalog) private readonly catalog: ReportCatalog,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get()
  @Public()
  @Describe({
    id: 'getReportsPage',
    group: 'Reports',
    summary: 'The reports that the reader’s role may see',
    answers: { 200: PAGE, 303: { description: 'To signing in, when there is no session.' } },
  })
  async overview(
    @Query({ schema: PageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.readers.of(request);
    if (reader === null) return toSignIn(request, reply);
    const language = languageOf(query.language, request.headers['accept-language']);
    const say = sayIn(language);
    const cards = this.offeredTo(reader).map(({ key }) => {
      const { title, question } = reportWords(key, language);
      return piece`<li>
        <a href="/reports/${key}?language=${language}">${title}</a>
        <p>${question}</p>
      </li>`;
    });
    const shell = { language, title: say('reports'), brand: await this.brandOf(reader), foot: null };
    const otherHref = `/reports?language=${language === 'en' ? 'de' : 'en'}`;
    sendPage(
      reply,
      { ...shell, otherHref },
      piece`<h1>${say('reports')}</h1>
        <ul class="cards">
          ${cards}
        </ul>`,
    );
  }

  @Get(':report')
  @Public()
  @Describe({
    id: 'getReportPage',
    group: 'Reports',
    summary: 'One report as a page',
    description: 'The query is that of the report under /v1/reports; `format=csv` answers the figures as a file.',
    answers: { 200: PAGE, 303: { description: 'To signing in, when there is no session.' } },
    errors: ['invalid_zone'],
  })
  async report(
    @Param({ schema: ReportPath }) { report: key }: z.infer<typeof ReportPath>,
    @Query({ schema: PageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await this.readers.of(request);
    if (reader === null) return toSignIn(request, reply);
    const language = languageOf(query.language, request.headers['accept-language']);
    const offered = this.offeredTo(reader).find((one) => one.key === key);
    if (offered === undefined) throw new DomainError('not_found', 'Choose one of the reports on /reports.');
    const asked = askedOf(query);
    const made = await this.make(offered, reader, asked);
    const { report } = made;
    if (asked['format'] === 'csv') {
      const excel = asked['excel'] === 'de' ? ('de' as const) : undefined;
      return sendReport(reply, report, { format: 'csv', excel, language });
    }
    const chart = await this.chartOf(made, language, reader);
    const hrefOf = hrefsOf(report, reader, language);
    const facts = factLines(report, language).map(
      ([name, value]) =>
        piece`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    );
    sendPage(
      reply,
      {
        language,
        title: reportWords(key, language).title,
        brand: await this.brandOf(reader),
        otherHref: `?${new URLSearchParams({ ...asked, language: language === 'en' ? 'de' : 'en' }).toString()}`,
        foot: piece`<dl class="facts">${facts}</dl>`,
      },
      reportPage({ language, report, chart, filters: filtersOf(offered), asked, hrefOf, figures: made.figures }),
    );
  }

  private offeredTo(reader: Reader): OfferedReport[] {
    return this.catalog.all.filter((one) => isOfferedTo(reader, one));
  }

  /** @throws DomainError invalid_request, as the machines' door would say it */
  private async make(
    offered: OfferedReport,
    reader: Reader,
    asked: Readonly<Record<string, string>>,
  ): Promise<MadeReport> {
    return this.catalog.make(offered.key, reader, filtersIn(offered.query, asked));
  }

  private async chartOf({ report, chart, ...how }: MadeReport, language: ReportLanguage, { seesMessages }: Reader) {
    const picture =
      chart === undefined
        ? barsOf(report, new Cells(language, () => null), language, how)
        : chart(language, seesMessages ? 0 : FEW);
    return picture === null ? null : { question: picture.title, svg: trusted(await drawChart(picture, 'chart')) };
  }

  private async brandOf({ brandId }: Reader): Promise<string> {
    const [brand] = await definitionStore.brands(this.database.tx, [brandId]);
    return brand?.name ?? '';
  }
}

/** Pages of what is behind numbers; who sees no single messages is led to what is about nobody alone. */
export function hrefsOf(
  report: Report,
  { seesMessages }: Reader,
  language: ReportLanguage,
): (link: string) => string | null {
  if (seesMessages) return (link) => pageOf(link, language);
  const open = linksOfNobody(report);
  return (link) => (open.has(link) ? pageOf(link, language) : null);
}

/** Whether a report is for one of the roles of the reader. */
export function isOfferedTo({ roles }: Reader, { roles: wanted, needsAllRoles }: OfferedReport): boolean {
  return needsAllRoles === true
    ? wanted.every((role) => roles.includes(role))
    : wanted.some((role) => roles.includes(role));
}

/** Lists that have a page. */
const LISTS = new Map([
  [EXIT_MESSAGES, '/reports/exits/messages'],
  [CONSENTS_SAID, '/reports/consents/said'],
  [FIGURE, '/reports/figure'],
  [ATTRIBUTION_TOUCHES, '/reports/attribution/touches'],
  [DEALS_BEHIND, '/reports/sales/deals'],
  [ACCOUNT_TOUCHES, '/reports/accounts/touches'],
  [LEADS_BEHIND, '/reports/funnel/leads'],
  [ENGAGEMENTS, '/reports/pages/engagements'],
  [OUTCOMES, '/reports/variants/outcomes'],
]);

/** The page where a link of a report leads; null where there is none. */
export function pageOf(link: string, language: ReportLanguage): string | null {
  const [path = '', query = ''] = link.split('?');
  const [, entry] = /^\/v1\/ledger\/entries\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (entry !== undefined) return `/reports/entries/${entry}?language=${language}`;
  const [, message] = /^\/v1\/messages\/([0-9a-f-]{36})$/.exec(path) ?? [];
  if (message !== undefined) return `/reports/messages/${message}?language=${language}`;
  const page = LISTS.get(path);
  return page === undefined ? null : `${page}?${query}&language=${language}`;
}

/** Signing in leads back to where somebody wanted to go. */
export function toSignIn(request: FastifyRequest, reply: FastifyReply): void {
  const language = languageOf((request.query as PageQuery).language, request.headers['accept-language']);
  const query = new URLSearchParams({ language, to: request.url });
  void reply.status(HttpStatus.SEE_OTHER).header('location', `/reports/sign-in?${query.toString()}`).send();
}
