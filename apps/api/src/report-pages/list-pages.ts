import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { definitionStore } from '#lib/consent';
import { Database, systemClock, Times } from '#lib/platform';
import { MODELS_VERSION } from '#lib/attribution';
import { DrillService, minorDigits, type ReportLanguage, reportWords } from '#lib/reporting';
import { toPageAnswer } from '../http/page.schema.js';
import { type ReportPeriod, ReportPeriods } from '../reports/report-period.js';
import { type Html, piece } from './html.js';
import { filtersIn, framedTable, type Head, hereWith, readerOfMessages } from './page/drill-down.js';
import { askedOf, languageOf, type PageQuery } from './page/page-query.js';
import { factList } from './page/report-page.js';
import { sayIn } from './page/texts.js';
import { toSignIn } from './report-pages.controller.js';
import { sendPage } from './send-page.js';
import { type Reader, Readers } from './session/reader.js';

/** Pages of the lists behind figures: who may see them, and how they look. */
@Injectable()
export class ListPages {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
    @Inject(Database) private readonly database: Database,
    @Inject(DrillService) private readonly drill: DrillService,
  ) {}

  /** What a list rests on, as a report says it: period, zone, up to when, and what was asked for. */
  async facts(
    { zone, from, to, asOf }: ReportPeriod,
    query: Readonly<Record<string, unknown>>,
    language: ReportLanguage,
  ): Promise<Html> {
    const { asOf: dataThrough, position } = await this.drill.stand(asOf);
    const asked = Object.entries(query).flatMap(([name, value]): [string, string | number][] =>
      OF_THE_PAGE.has(name) || (typeof value !== 'string' && typeof value !== 'number') ? [] : [[name, value]],
    );
    const isByModel = typeof query['model'] === 'string';
    const parameters = { ...Object.fromEntries(asked), ...(isByModel ? { modelVersion: MODELS_VERSION } : {}) };
    const period = { from, to, of: 'event' as const };
    return factList({ period, zone, parameters, dataThrough, ledgerPosition: position ?? 0 }, language);
  }

  /** Who asks for what, in which language; null once they were led to signing in. */
  async begin<Query extends z.ZodType<Period>>(
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

  async show(
    reply: FastifyReply,
    { reader, language, asked, query, period }: ListAsked,
    { report, heading, lead, heads, rows, next }: Listed,
  ): Promise<void> {
    const say = sayIn(language);
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const kept = Object.entries(asked).filter(([name]) => ['from', 'to', 'zone', 'asOf'].includes(name));
    const back = `/reports/${report}?${new URLSearchParams([...kept, ['language', language]]).toString()}`;
    const facts = await this.facts(period, { ...query }, language);
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
        ${facts}
        <p class="links"><a href="${back}">${say('back')}</a></p>
        ${rows.length === 0 ? piece`<p>${say('noMessages')}</p>` : framedTable(heading, heads, rows)}
        ${nextCursor === null ? null : piece`<p class="links"><a href="${hereWith(asked, { cursor: nextCursor, language })}">${say('next')}</a></p>`}`,
    );
  }
}

/** Parts of an address that say which page it is, or what stands on it anyway. */
const OF_THE_PAGE = new Set([
  'from',
  'to',
  'zone',
  'asOf',
  'limit',
  'cursor',
  'report',
  'row',
  'column',
  'language',
  'format',
]);

interface ListAsked {
  readonly reader: Reader;
  readonly language: ReportLanguage;
  readonly asked: Readonly<Record<string, string>>;
  readonly query: object;
  readonly period: ReportPeriod;
}

type Period = Parameters<ReportPeriods['of']>[1];

/** A list, and which report its page leads back to. */
interface Listed {
  readonly report: string;
  readonly heading: string;
  readonly lead: string;
  readonly heads: readonly Head[];
  readonly rows: readonly Html[];
  readonly next: string | null;
}

/** How amounts of whole minor units are written in a language. */
export function moneyIn(language: ReportLanguage): (amount: number, currency: string) => string {
  return (amount, currency) =>
    new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount / 10 ** minorDigits(currency));
}
