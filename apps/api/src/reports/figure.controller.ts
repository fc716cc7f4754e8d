import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Principal } from '#lib/consent';
import { toIso } from '#lib/platform';
import { ConsentTrendService, type Report, type SourceWithEntry } from '#lib/reporting';
import type { BrandId } from '#lib/kernel';
import { toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { Instant, toInstant, Uuid } from '../http/scalars.schema.js';
import { ReportPeriods } from './report-period.js';
import { SaidPage, SaidQuery, toSaid, toSaidFilter } from './catalog/said-query.js';
import { FigureQuery, Figures, type FoundFigure } from './figures.js';
import { entryPath } from './entry-path.js';

const FigureNumber = z.strictObject({
  column: z.string(),
  kind: z.enum(['count', 'money', 'rate', 'duration', 'text']),
  unit: z.string().nullable(),
  value: z.union([z.number(), z.string()]).nullable(),
  notAvailable: z.string().optional(),
  link: z.string().optional().meta({ description: 'Where it is listed what it is made of.' }),
});

const SourceAnswer = z
  .strictObject({
    kind: z.string().meta({ description: 'A kind of fact, or messages, message, person, journey.' }),
    id: z.string(),
    at: Instant.nullable(),
    name: z.string().meta({ description: 'What it is about, where that says more than its id.' }),
    adds: z.number().nullable().meta({
      description:
        'How much of the number it is, in its unit; of a mean or a rate its own value. Null: there is no exchange rate for it, and it is in no sum.',
    }),
    entry: z.string().nullable().meta({ description: 'Path of the ledger entry that records it.' }),
    link: z.string().nullable().meta({ description: 'Where it is listed what it is made of itself.' }),
  })
  .meta({ id: 'FigureSource' });

export const FigureAnswer = z
  .strictObject({
    report: z.string(),
    row: z.array(z.string()).meta({ description: 'Texts of the row; empty: the total.' }),
    figure: FigureNumber,
    parts: z.array(FigureNumber).meta({ description: 'Numbers of the same row that it follows from.' }),
    period: z.strictObject({ from: Instant, to: Instant }),
    zone: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    dataThrough: Instant,
    ledgerPosition: z.int(),
    all: z.int().meta({ description: 'How many `items` there are on all pages.' }),
    items: z.array(SourceAnswer),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'FigureOfReport', description: 'What one number of a report is made of.' });

/** What any number of any report is made of. */
@Controller('v1/reports')
export class FigureController {
  constructor(
    @Inject(Figures) private readonly figures: Figures,
    @Inject(ConsentTrendService) private readonly consents: ConsentTrendService,
    @Inject(ReportPeriods) private readonly periods: ReportPeriods,
  ) {}

  @Get('consents/said')
  @RequireScope('messages:read')
  @Describe({
    id: 'listConsentsSaid',
    group: 'Reports',
    summary: 'The expressions behind a figure of consents',
    description: 'In the order in which they were recorded, each with its ledger entry.',
    answers: { 200: { description: 'A page.', schema: SaidPage } },
    errors: ['invalid_zone'],
  })
  async said(@Query({ schema: SaidQuery }) query: SaidQuery, @CallerBrand() brandId: BrandId) {
    const asked = { brandId, ...(await this.periods.of(brandId, query)), ...toSaidFilter(query) };
    const page = await this.consents.said(
      asked,
      toPageRequest(query, (text) => Uuid.safeParse(text).success),
    );
    return toPageAnswer({ items: [...page.items], next: page.next }, toSaid);
  }

  @Get('figure')
  @RequireScope('reports:read')
  @Describe({
    id: 'getFigureOfReport',
    group: 'Reports',
    summary: 'What one number of a report is made of',
    description:
      'Facts and people that it counts or adds up, each with its ledger entry; or the numbers of its row that it follows from. The links of reports lead here, with the query of the report. Without `messages:read` it tells of costs, tariffs, targets and rates alone.',
    answers: { 200: { description: 'The number, and a page of what it is made of.', schema: FigureAnswer } },
    errors: ['not_found', 'invalid_zone'],
  })
  async figure(
    @Query({ schema: FigureQuery }) query: FigureQuery,
    @Caller() caller: Principal,
  ): Promise<z.infer<typeof FigureAnswer>> {
    const reader = { brandId: brandOf(caller), seesMessages: caller.scopes.includes('messages:read') };
    return toFigureAnswer(await this.figures.find(reader, query));
  }
}

function toFigureAnswer({ report, column, cell, names, parts, items, next, all }: FoundFigure) {
  const { key, period, zone, parameters, dataThrough, ledgerPosition } = report;
  const page = toPageAnswer({ items: [...(items ?? [])], next }, toSource);
  return {
    ...{ report: key, row: names.map((one) => ('value' in (one.cell ?? {}) ? textOf(one.cell) : '')) },
    ...{ figure: toNumber(column, cell), parts: parts.map((one) => toNumber(one.column, one.cell)) },
    period: { from: toIso(period.from), to: toIso(period.to) },
    ...{ zone, parameters: { ...parameters }, dataThrough: toIso(dataThrough), ledgerPosition, all },
    ...page,
  };
}

type Cell = Report['rows'][number]['cells'][number];

function textOf(cell: Cell | undefined): string {
  return cell !== undefined && 'value' in cell ? String(cell.value) : '';
}

function toNumber({ key, kind, unit }: Report['columns'][number], cell: Cell): z.infer<typeof FigureNumber> {
  const named = { column: key, kind, unit };
  if ('notAvailable' in cell) return { ...named, value: null, notAvailable: cell.notAvailable };
  return { ...named, value: cell.value, ...(cell.link === undefined ? {} : { link: cell.link }) };
}

function toSource({ kind, id, at, name, adds, entry, link }: SourceWithEntry): z.infer<typeof SourceAnswer> {
  return { kind, id, at: toInstant(at), name, adds, entry: entryPath(entry), link };
}
