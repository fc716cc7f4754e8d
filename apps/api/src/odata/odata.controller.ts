import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { FEED_SET_NAMES, FEED_SETS, type FeedOwner, feedSet, FeedService, type FeedSet } from '#lib/reporting';
import { brandOf, Caller } from '../http/principal.js';
import { AcceptBasic, Describe, RequireScope } from '../http/route.js';
import { ReportPeriods } from '../reports/report-period.js';
import { metadataXml, serviceDocument } from './metadata.js';
import {
  CountQuery,
  nextLink,
  notOfferedIn,
  ODataPage,
  ODataQuery,
  ServiceDocument,
  SetPath,
  toFeedOptions,
} from './odata.schema.js';
import { ODataProblemFilter } from './odata-problem.filter.js';
import { pageJson } from './page-json.js';
import { mayRead, refuseUnlessMayRead } from './who-may-read.js';

const VERSION = { 'odata-version': '4.0' };
const PAGE_ROWS = 5_000;
const MOST_ROWS = 20_000;

/** Flat tables for Power BI, Excel and whatever else reads OData 4.0. Nothing is written here. */
@Controller('odata/v4')
@UseFilters(ODataProblemFilter)
export class ODataController {
  constructor(
    @Inject(FeedService) private readonly feeds: FeedService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
  ) {}

  @Get()
  @AcceptBasic()
  @RequireScope('reports:read')
  @Describe({
    id: 'getFeeds',
    group: 'Feeds',
    summary: 'The tables that may be read',
    description: 'OData 4.0, for Power BI and Excel. The key goes as the password of HTTP Basic, or as everywhere.',
    answers: { 200: { description: 'The service document.', schema: ServiceDocument } },
  })
  async sets(@Caller() caller: Principal, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    brandOf(caller);
    const mine = FEED_SETS.filter((set) => mayRead(caller, set));
    await reply
      .headers({ ...VERSION, 'content-type': jsonType('minimal', false) })
      .send(serviceDocument(baseOf(request), mine));
  }

  @Get('$metadata')
  @AcceptBasic()
  @RequireScope('reports:read')
  @Describe({
    id: 'getFeedMetadata',
    group: 'Feeds',
    summary: 'What the tables hold',
    answers: { 200: { description: 'CSDL 4.0.', contentType: 'application/xml', schema: z.string() } },
  })
  async metadata(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers({ ...VERSION, 'content-type': 'application/xml; charset=utf-8' }).send(metadataXml());
  }

  @Get(':set')
  @AcceptBasic()
  @RequireScope('reports:read')
  @Describe({
    id: 'getFeed',
    group: 'Feeds',
    summary: 'Rows of a table',
    description: `One of ${FEED_SET_NAMES.join(', ')}; those about single messages and people need \`messages:read\`, too. Pages of ${PAGE_ROWS} rows, or of as many as \`Prefer: odata.maxpagesize\` says; all pages are of the instant of the first, which the header \`As-Of\` names. Every row recorded by then is in them, and whatever is recorded later bears a later instant: who loads bit by bit goes on from there.`,
    answers: { 200: { description: 'A page.', schema: ODataPage } },
    errors: ['not_implemented'],
  })
  async rows(
    @Param({ schema: SetPath }) { set: name }: z.infer<typeof SetPath>,
    @Query({ schema: ODataQuery }) query: ODataQuery,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const set = setOf(name, caller);
    refuseNotOffered(query);
    const preferred = /(?:^|[,;\s])odata\.maxpagesize=([0-9]{1,9})/i.exec(String(request.headers['prefer'] ?? ''))?.[1];
    const pageSize = Math.min(Math.max(Number(preferred ?? PAGE_ROWS), 1), MOST_ROWS);
    const page = await this.feeds.page(await this.owner(caller), set.name, toFeedOptions(query), pageSize);
    const base = baseOf(request);
    const wants = (query.$format ?? request.headers.accept ?? '').toLowerCase();
    const areDecimalsText = /ieee754compatible=true/.test(wants);
    const level = /odata\.metadata=none/.test(wants) ? 'none' : 'minimal';
    const chosen = query.$select === undefined ? '' : `(${page.properties.map((one) => one.name).join(',')})`;
    await reply
      .headers({
        ...VERSION,
        ...settled(page.asOf),
        ...(preferred === undefined ? {} : { 'preference-applied': `odata.maxpagesize=${pageSize}` }),
        'content-type': jsonType(level, areDecimalsText),
      })
      .send(
        pageJson(page, {
          context: level === 'none' ? null : `${base}/$metadata#${set.name}${chosen}`,
          nextLink: page.next === null ? null : nextLink(`${base}/${set.name}`, query, page.next),
          areDecimalsText,
        }),
      );
  }

  @Get(':set/$count')
  @AcceptBasic()
  @RequireScope('reports:read')
  @Describe({
    id: 'countFeed',
    group: 'Feeds',
    summary: 'How many rows a table has',
    answers: { 200: { description: 'A number.', contentType: 'text/plain', schema: z.string() } },
    errors: ['not_implemented'],
  })
  async count(
    @Param({ schema: SetPath }) { set: name }: z.infer<typeof SetPath>,
    @Query({ schema: CountQuery }) query: z.infer<typeof CountQuery>,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const set = setOf(name, caller);
    refuseNotOffered(query);
    const { rows, asOf } = await this.feeds.count(await this.owner(caller), set.name, { filter: query.$filter });
    await reply
      .headers({ ...VERSION, ...settled(asOf), 'content-type': 'text/plain; charset=utf-8' })
      .send(String(rows));
  }

  private async owner(caller: Principal): Promise<FeedOwner> {
    const brandId = brandOf(caller);
    const { zone } = await this.periods.of(brandId, {});
    return { brandId, zone };
  }
}

/** @throws DomainError not_found, not_implemented for single rows and paths, forbidden */
function setOf(name: string, caller: Principal): FeedSet {
  const known = FEED_SET_NAMES.find((one) => one === name);
  if (known === undefined) {
    if (FEED_SET_NAMES.some((one) => name.startsWith(`${one}(`)))
      throw new DomainError('not_implemented', 'Ask for rows by $filter; single ones have no address of their own.');
    throw new DomainError('not_found', 'There is no such table. GET /odata/v4 names them all.');
  }
  const set = feedSet(known);
  refuseUnlessMayRead(caller, set);
  return set;
}

function refuseNotOffered(query: Partial<ODataQuery>): void {
  const names = notOfferedIn(query);
  if (names.length > 0)
    throw new DomainError('not_implemented', `Leave ${names.join(', ')} out: it is not offered here.`);
}

/** From when on rows come that a client has not read yet: its next condition is `gt` this. */
function settled(asOf: string) {
  return { 'as-of': asOf };
}

function baseOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host}/odata/v4`;
}

function jsonType(level: string, areDecimalsText: boolean): string {
  return `application/json;odata.metadata=${level};IEEE754Compatible=${areDecimalsText};charset=utf-8`;
}
