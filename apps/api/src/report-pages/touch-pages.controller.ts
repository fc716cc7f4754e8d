import { Controller, Get, Inject, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { definitionStore } from '#lib/consent';
import { Database, systemClock, Times } from '#lib/platform';
import {
  type CreditedTouch,
  minorDigits,
  MoneyService,
  type ReportLanguage,
  reportWords,
  whyNotWord,
} from '#lib/reporting';
import { toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Describe, Public } from '../http/route.js';
import { Uuid } from '../http/scalars.schema.js';
import { AttributionTouchesQuery, toMoneyQuery, toTouchFilter } from '../reports/catalog/money-query.js';
import { ReportPeriods } from '../reports/report-period.js';
import { type Html, piece } from './html.js';
import { filtersIn, framedTable, hereWith, PAGE_ANSWERS, readerOfMessages } from './page/drill-down.js';
import { askedOf, languageOf, PageQuery } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { toSignIn } from './report-pages.controller.js';
import { sendPage } from './send-page.js';
import { Readers } from './session/reader.js';

/** What an amount of the attribution report is made of: touches, each on the path of its conversion. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class TouchPagesController {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(MoneyService) private readonly money: MoneyService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get('attribution/touches')
  @Public()
  @Describe({
    id: 'getAttributedTouchesPage',
    group: 'Reports',
    summary: 'The touches behind an amount, as a page',
    answers: PAGE_ANSWERS,
    errors: ['invalid_zone'],
  })
  async list(
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await readerOfMessages(this.readers, request);
    if (reader === null) return toSignIn(request, reply);
    const language = languageOf(given.language, request.headers['accept-language']);
    const asked = askedOf(given);
    const query = filtersIn(AttributionTouchesQuery, asked);
    const period = await this.periods.of(reader.brandId, query);
    const wanted = toMoneyQuery({ ...query, format: 'json', language });
    const found = await this.money.touches(
      { brandId: reader.brandId, ...period },
      wanted,
      toTouchFilter(query),
      toPageRequest(query),
    );
    const { items, nextCursor } = toPageAnswer({ items: [...found.items], next: found.next }, (item) => item);
    const say = sayIn(language);
    const { name: _n, cursor: _c, limit: _l, segment: _s, value: _v, path: _p, account: _a, ...filters } = asked;
    const back = `/reports/attribution?${new URLSearchParams({ ...filters, language }).toString()}`;
    const times = new Times(language, period.zone, systemClock.now());
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const title = `${reportWords('attribution', language).title}: ${say('touches')}`;
    const otherHref = hereWith(asked, { language: language === 'en' ? 'de' : 'en' });
    sendPage(
      reply,
      { language, title, brand: brand?.name ?? '', otherHref, foot: null },
      piece`<h1>${say('touches')}</h1>
        <p>${say('touchesLead')}</p>
        <p class="links"><a href="${back}">${say('back')}</a></p>
        ${items.length === 0 ? piece`<p>${say('noMessages')}</p>` : listOf(items, language, times, query.currency)}
        ${
          nextCursor === null
            ? null
            : piece`<p class="links"><a href="${hereWith(asked, { cursor: nextCursor, language })}">${say('next')}</a></p>`
        }`,
    );
  }
}

/** The way to the page of an entry; nothing where there is none. */
export function entryLink(entry: string | null, language: ReportLanguage): Html | null {
  return entry === null
    ? null
    : piece`<a href="/reports/entries/${entry}?language=${language}"><code>${entry}</code></a>`;
}

/** A touch that was a message is known by its id, and its page names its entries; any other names its own. */
export function touchLink(touch: string, entry: string | null, language: ReportLanguage): Html {
  const [id = ''] = touch.split(' ');
  return Uuid.safeParse(id).success
    ? piece`<a href="/reports/messages/${id}?language=${language}"><code>${id}</code></a>`
    : piece`<bdi>${touch}</bdi> ${entryLink(entry, language)}`;
}

function listOf(items: readonly CreditedTouch[], language: ReportLanguage, times: Times, currency: string): Html {
  const say = sayIn(language);
  const money = new Intl.NumberFormat(language, { style: 'currency', currency });
  const rows = items.map(({ conversion, convertedAt, value, place, of, touch, at, name, entry, conversionEntry }) => {
    const what = touchLink(touch, entry, language);
    return piece`<tr>
      <td class="text"><bdi>${conversion}</bdi></td>
      <td class="text">${times.instant(convertedAt)}</td>
      <td class="number">
        ${value === null ? piece`${say('notAvailable')}<br /><small>${whyNotWord('no_exchange_rate', language)}</small>` : money.format(value / 10 ** minorDigits(currency))}
      </td>
      <td class="number">${place} / ${of}</td>
      <td class="text">${times.instant(at)}</td>
      <td class="text"><bdi>${name}</bdi></td>
      <td class="text">${what}</td>
      <td class="text">${entryLink(conversionEntry, language)}</td>
    </tr>`;
  });
  return framedTable(
    say('touches'),
    [
      [say('conversion'), 'text'],
      [say('convertedAt'), 'text'],
      [say('value'), 'number'],
      [say('place'), 'number'],
      [say('at'), 'text'],
      [say('of'), 'text'],
      [say('touch'), 'text'],
      [say('conversionEntry'), 'text'],
    ],
    rows,
  );
}
