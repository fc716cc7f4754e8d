import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { DomainError } from '#lib/kernel';
import {
  DrillService,
  type Figure,
  figureIn,
  isOfNobody,
  type Report,
  type SourceWithEntry,
  toldToAnybody,
} from '#lib/reporting';
import { PageQuery, toPageRequest } from '../http/page.schema.js';
import { toViolations } from '../http/schema.pipe.js';
import { ReportCatalog, type ReportReader } from './catalog/report-catalog.js';

/** Which number of a report; beside it stands the query of the report. */
export const FigureQuery = z.looseObject({
  report: z
    .string()
    .regex(/^[a-z-]{1,40}$/, 'must be the key of a report')
    .meta({ description: 'Key of the report.' }),
  row: z.string().max(4_000).optional().meta({
    description: 'The row, as links name it: by the texts that it begins with; left out: the total.',
  }),
  column: z.string().min(1).max(200).meta({ description: 'Key of the column.' }),
  ...PageQuery.shape,
});
export type FigureQuery = z.infer<typeof FigureQuery>;

/** A number, and a part of what it is made of. */
export interface FoundFigure extends Figure {
  readonly report: Report;
  /** Null where it only follows from other numbers. */
  readonly items: readonly SourceWithEntry[] | null;
  /** Where the next part begins; null behind the last. */
  readonly next: string | null;
  /** How many there are on all pages. */
  readonly all: number;
}

/** Makes a report once more and says what one of its numbers is made of: by the same code that made it. */
@Injectable()
export class Figures {
  constructor(
    @Inject(ReportCatalog) private readonly catalog: ReportCatalog,
    @Inject(DrillService) private readonly drill: DrillService,
  ) {}

  /**
   * @param reader who sees no single messages is told what is about nobody alone: costs, tariffs, targets and rates
   * @throws DomainError forbidden for what is about people, not_found for no such report or number, invalid_request for filters that mean nothing
   */
  async find(
    reader: ReportReader,
    { report: key, row, column, limit, cursor, ...rest }: FigureQuery,
  ): Promise<FoundFigure> {
    const offered = this.catalog.all.find((one) => one.key === key);
    if (offered === undefined) throw new DomainError('not_found', 'Choose one of the reports of /docs.');
    const parsed = offered.query.safeParse(rest);
    if (!parsed.success) {
      const violations = parsed.error.issues.flatMap((issue) => toViolations(issue, 'query'));
      throw new DomainError('invalid_request', 'Correct what `errors` names; /docs shows what is expected.', {
        violations,
      });
    }
    const page = toPageRequest({ limit, cursor }, (text) => /^\d{1,9}$/.test(text));
    const { report } = await this.catalog.make(key, reader, parsed.data, true);
    const figure = figureIn(report, row ?? null, column);
    if (figure === null)
      throw new DomainError('not_found', 'There is no such number in the report now. Follow its links once more.');
    const sources = figure.sources === null || reader.seesMessages ? figure.sources : openTo(figure.sources);
    if (sources === null) return { ...figure, report, items: null, next: null, all: 0 };
    const asked = { brandId: reader.brandId, asOf: report.dataThrough };
    const { items, next } = await this.drill.sources(asked, sources, page);
    return { ...figure, report, items, next, all: sources.length };
  }
}

/** @throws DomainError forbidden */
function openTo(sources: NonNullable<Figure['sources']>): NonNullable<Figure['sources']> {
  if (sources.every(isOfNobody)) return toldToAnybody(sources);
  throw new DomainError(
    'forbidden',
    'This number is made of people and what they were sent: use an API key with the scope messages:read.',
  );
}
