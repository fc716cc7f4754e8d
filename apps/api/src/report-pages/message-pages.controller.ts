import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { definitionStore } from '#lib/consent';
import type { EpochMs, MessageId } from '#lib/kernel';
import { Database, systemClock, Times } from '#lib/platform';
import {
  channelWord,
  columnWord,
  type ExitedMessage,
  ExitService,
  reasonWord,
  type ReportLanguage,
  reportWords,
  standingWord,
} from '#lib/reporting';
import { MessageService } from '#lib/sending';
import { toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Describe, Public } from '../http/route.js';
import { Uuid } from '../http/scalars.schema.js';
import { ExitMessagesQuery, toContent, toExitPlace, toStood } from '../reports/catalog/exit-query.js';
import { ReportPeriods } from '../reports/report-period.js';
import { type Html, piece } from './html.js';
import { ListPages } from './list-pages.js';
import { filtersIn, framedTable, hereWith, PAGE_ANSWERS, readerOfMessages } from './page/drill-down.js';
import { askedOf, languageOf, PageQuery } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { toSignIn } from './report-pages.controller.js';
import { sendPage } from './send-page.js';
import { type Reader, Readers } from './session/reader.js';

/** Filters of a report that its messages are asked by as well. */
const OF_PERIOD = ['from', 'to', 'zone', 'asOf', 'campaign'];
const BACK: Readonly<Record<NonNullable<ExitMessagesQuery['report']>, readonly string[]>> = {
  exits: [...OF_PERIOD, 'messages', 'path', 'step', 'channel'],
  email: [...OF_PERIOD, 'messages'],
  channels: [...OF_PERIOD, 'messages'],
  content: [...OF_PERIOD, 'messages'],
  variants: OF_PERIOD,
  links: OF_PERIOD,
  consents: ['from', 'to', 'zone', 'asOf'],
  lift: ['from', 'to', 'zone', 'asOf'],
  journeys: OF_PERIOD.filter((name) => name !== 'campaign'),
};

const MessagePath = z.strictObject({ id: Uuid });

/** What a figure is made of: messages, and the ledger entries of each. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class MessagePagesController {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(ExitService) private readonly exits: ExitService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
    @Inject(MessageService) private readonly messages: MessageService,
    @Inject(Database) private readonly database: Database,
    @Inject(ListPages) private readonly lists: ListPages,
  ) {}

  @Get('exits/messages')
  @Public()
  @Describe({
    id: 'getExitMessagesPage',
    group: 'Reports',
    summary: 'The messages behind a figure, as a page',
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
    const query = filtersIn(ExitMessagesQuery, asked);
    const period = await this.periods.of(reader.brandId, query);
    const filter = {
      brandId: reader.brandId,
      ...period,
      ...toExitPlace(query),
      ...toStood(query),
      ...toContent(query),
    };
    const paged = toPageRequest(query, (position) => Uuid.safeParse(position).success);
    const { items, nextCursor } = toPageAnswer(await this.exits.messages(filter, paged), (item) => item);
    const say = sayIn(language);
    const { report = 'exits' } = query;
    const { standing: _s, reason: _r, cursor: _c, limit: _l, ...rest } = asked;
    const kept = Object.entries(rest).filter(([name]) => BACK[report].includes(name));
    const back = `/reports/${report}?${new URLSearchParams([...kept, ['language', language]]).toString()}`;
    await this.show(
      reply,
      reader,
      language,
      `${reportWords('exits', language).title}: ${say('messages')}`,
      hereWith(asked, { language: language === 'en' ? 'de' : 'en' }),
      piece`<h1>${say('messages')}</h1>
        <p>${say('messagesLead')}</p>
        ${await this.lists.facts(period, query, language)}
        <p class="links"><a href="${back}">${say('back')}</a></p>
        ${items.length === 0 ? piece`<p>${say('noMessages')}</p>` : listOf(items, language, new Times(language, period.zone, systemClock.now()))}
        ${nextCursor === null ? null : piece`<p class="links"><a href="${hereWith(asked, { cursor: nextCursor, language })}">${say('next')}</a></p>`}`,
    );
  }

  @Get('messages/:id')
  @Public()
  @Describe({
    id: 'getReportedMessagePage',
    group: 'Reports',
    summary: 'One message and its ledger entries, as a page',
    answers: PAGE_ANSWERS,
    errors: ['not_found'],
  })
  async one(
    @Param({ schema: MessagePath }) { id }: z.infer<typeof MessagePath>,
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await readerOfMessages(this.readers, request);
    if (reader === null) return toSignIn(request, reply);
    const language = languageOf(given.language, request.headers['accept-language']);
    const say = sayIn(language);
    const { message, steps } = await this.messages.explain(reader.brandId, id as MessageId);
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const times = new Times(language, brand?.defaultZone ?? 'Etc/UTC', systemClock.now());
    const rows = steps.map(
      ({ entry, position, type, at, outcome, reason }) =>
        piece`<tr>
          <td class="number">${position === null ? say('pending') : position.toLocaleString(language)}</td>
          <td class="text"><code>${type}</code></td>
          <td class="text">${times.instant(at)}</td>
          <td class="text">${outcome ?? ''}</td>
          <td class="text">${reason === null ? '' : reasonWord(reason, language)}</td>
          <td class="text"><a href="/reports/entries/${entry}?language=${language}"><code>${entry}</code></a></td>
        </tr>`,
    );
    const standing = message.status === 'queued' || message.status === 'started' ? 'processing' : message.status;
    const facts: readonly (readonly [string, string])[] = [
      [columnWord('channel', language), channelWord(message.channel, language)],
      [
        say('standing'),
        standingWord({ standing, reason: standing === 'processing' ? null : message.reason }, language),
      ],
      [say('accepted'), times.instant(message.acceptedAt)],
      ...(message.endedAt === null ? [] : [[say('ended'), times.instant(message.endedAt)] as const]),
    ];
    await this.show(
      reply,
      reader,
      language,
      say('message'),
      `?language=${language === 'en' ? 'de' : 'en'}`,
      piece`<h1>${say('message')}</h1>
        <p><code>${message.id}</code></p>
        <dl class="facts">
          ${facts.map(
            ([name, value]) =>
              piece`<div>
                <dt>${name}</dt>
                <dd>${value}</dd>
              </div>`,
          )}
        </dl>
        <section>
          <h2>${say('entries')}</h2>
          ${framedTable(
            say('entries'),
            [
              [say('position'), 'number'],
              [say('type'), 'text'],
              [say('at'), 'text'],
              [say('outcome'), 'text'],
              [say('reason'), 'text'],
              [say('entry'), 'text'],
            ],
            rows,
          )}
        </section>`,
    );
  }

  private async show(
    reply: FastifyReply,
    { brandId }: Reader,
    language: ReportLanguage,
    title: string,
    otherHref: string,
    content: Html,
  ): Promise<void> {
    const [brand] = await definitionStore.brands(this.database.tx, [brandId]);
    sendPage(reply, { language, title, brand: brand?.name ?? '', otherHref, foot: null }, content);
  }
}

function listOf(items: readonly ExitedMessage[], language: ReportLanguage, times: Times): Html {
  const say = sayIn(language);
  const instant = (at: EpochMs | null): string => (at === null ? '' : times.instant(at));
  const rows = items.map(
    ({ id, campaign, path, step, channel, standing, reason, acceptedAt, endedAt, entryIds }) =>
      piece`<tr>
        <td class="text">
          <a href="/reports/messages/${id}?language=${language}"><code>${id}</code></a>
        </td>
        <td class="text">${[campaign, path, step].filter((part) => part !== null).join(' · ')}</td>
        <td class="text">${channelWord(channel, language)}</td>
        <td class="text">${standingWord({ standing, reason: standing === 'processing' ? null : reason }, language)}</td>
        <td class="text">${instant(acceptedAt)}</td>
        <td class="text">${instant(endedAt)}</td>
        <td class="number">${entryIds.length}</td>
      </tr>`,
  );
  return framedTable(
    say('messages'),
    [
      [say('message'), 'text'],
      [columnWord('campaign', language), 'text'],
      [columnWord('channel', language), 'text'],
      [say('standing'), 'text'],
      [say('accepted'), 'text'],
      [say('ended'), 'text'],
      [say('entries'), 'number'],
    ],
    rows,
  );
}
