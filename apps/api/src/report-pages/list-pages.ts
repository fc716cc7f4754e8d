import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { definitionStore } from '#lib/consent';
import { Database, systemClock, Times } from '#lib/platform';
import { minorDigits, type ReportLanguage, reportWords } from '#lib/reporting';
import { toPageAnswer } from '../http/page.schema.js';
import { ReportPeriods } from '../reports/report-period.js';
import { type Html, piece } from './html.js';
import { filtersIn, framedTable, type Head, hereWith, readerOfMessages } from './page/drill-down.js';
import { askedOf, languageOf, type PageQuery } from './page/page-query.js';
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
  ) {}

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
