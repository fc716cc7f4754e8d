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
import {
  AttributionQuery,
  AttributionTouchesQuery,
  toCredited,
  toTouchFilter,
} from '../reports/catalog/money-query.js';
import { ReportPeriods } from '../reports/report-period.js';
import type { z } from 'zod';
import { CREDITS_NAMES } from '#lib/attribution';
import { type Html, piece } from './html.js';
import { ListPages, moneyIn } from './list-pages.js';
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
    @Inject(ListPages) private readonly lists: ListPages,
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
    const { query: wanted, by } = toCredited(query);
    const found = await this.money.touches(
      { brandId: reader.brandId, ...period },
      wanted,
      toTouchFilter(query),
      toPageRequest(query),
      by,
    );
    const facts = await this.lists.facts(period, query, language);
    const { items, nextCursor } = toPageAnswer({ items: [...found.items], next: found.next }, (item) => item);
    const say = sayIn(language);
    const names = new Set(Object.keys(AttributionQuery.shape));
    const filters = Object.entries(asked).filter(([name]) => names.has(name));
    const back = `/reports/attribution?${new URLSearchParams([...filters, ['language', language]]).toString()}`;
    const times = new Times(language, period.zone, systemClock.now());
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const title = `${reportWords('attribution', language).title}: ${say('touches')}`;
    const otherHref = hereWith(asked, { language: language === 'en' ? 'de' : 'en' });
    sendPage(
      reply,
      { language, title, brand: brand?.name ?? '', otherHref, foot: null },
      piece`<h1>${say('touches')}</h1>
        <p>${say('touchesLead')}</p>
        ${facts} ${together(found.credit, query, language)}
        <p class="links"><a href="${back}">${say('back')}</a></p>
        ${items.length === 0 ? piece`<p>${say('noMessages')}</p>` : listOf(items, language, times, query)}
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

type Asked = Pick<z.infer<typeof AttributionTouchesQuery>, 'currency' | 'show' | 'model' | 'weights'>;

/** A credit, in money or as a part of conversions. */
function creditIn({ currency, show }: Asked, language: ReportLanguage): (credit: number) => string {
  if (show === 'value') return (credit) => moneyIn(language)(credit, currency);
  const parts = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
  return (credit) => parts.format(credit);
}

/** What all touches on every page are credited together, and why a single one is not. */
function together(credit: number | null, asked: Asked, language: ReportLanguage): Html | null {
  if (credit === null) return null;
  const say = sayIn(language);
  const isOfNames = asked.model !== undefined && CREDITS_NAMES.includes(asked.model);
  return piece`<dl class="figures">
      <div>
        <dt>${say('creditTogether')}</dt>
        <dd>${creditIn(asked, language)(credit)}</dd>
      </div>
    </dl>
    ${isOfNames ? piece`<p>${say('creditOfNames')}</p>` : null}`;
}

function listOf(items: readonly CreditedTouch[], language: ReportLanguage, times: Times, asked: Asked): Html {
  const say = sayIn(language);
  const { currency } = asked;
  const money = new Intl.NumberFormat(language, { style: 'currency', currency });
  const isCredited = items.some(({ credit }) => credit !== null);
  const credited = creditIn(asked, language);
  const rows = items.map(
    ({ conversion, convertedAt, value, credit, place, of, touch, at, name, entry, conversionEntry }) => {
      const what = touchLink(touch, entry, language);
      return piece`<tr>
      <td class="text"><bdi>${conversion}</bdi></td>
      <td class="text">${times.instant(convertedAt)}</td>
      <td class="number">
        ${value === null ? piece`${say('notAvailable')}<br /><small>${whyNotWord('no_exchange_rate', language)}</small>` : money.format(value / 10 ** minorDigits(currency))}
      </td>
      ${isCredited ? piece`<td class="number">${credit === null ? '' : credited(credit)}</td>` : null}
      <td class="number">${place} / ${of}</td>
      <td class="text">${times.instant(at)}</td>
      <td class="text"><bdi>${name}</bdi></td>
      <td class="text">${what}</td>
      <td class="text">${entryLink(conversionEntry, language)}</td>
    </tr>`;
    },
  );
  return framedTable(
    say('touches'),
    [
      [say('conversion'), 'text'],
      [say('convertedAt'), 'text'],
      [say('value'), 'number'],
      ...(isCredited ? [[say('credit'), 'number'] as const] : []),
      [say('place'), 'number'],
      [say('at'), 'text'],
      [say('of'), 'text'],
      [say('touch'), 'text'],
      [say('conversionEntry'), 'text'],
    ],
    rows,
  );
}
