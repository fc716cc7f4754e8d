import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, HttpCode, HttpStatus, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ImportRow, ImportService, type ImportStep, type Principal } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { type Logger, LOGGER } from '#lib/platform';
import { CSV, NDJSON } from '../http/body-parsers.js';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { Uuid } from '../http/scalars.schema.js';
import {
  ImportAnswer,
  ImportLine,
  ImportPage,
  ImportPath,
  ImportQuery,
  toImportAnswer,
  toRowAnswer,
  toSummaryAnswer,
  UndoAnswer,
} from './imports.schema.js';
import { Spool } from './spool.js';

@Controller('v1')
export class ImportsController {
  constructor(
    @Inject(ImportService) private readonly imports: ImportService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post('contacts::import')
  @HttpCode(HttpStatus.OK)
  @RequireScope('consents:write')
  @Describe({
    id: 'importContacts',
    group: 'Imports',
    summary: 'Bring in contacts and what they agreed to, as a stream',
    description:
      'NDJSON or CSV in UTF-8, one ImportRow a line; a CSV has a header with the names of its members. Rows are answered in order, as NDJSON, while later ones are still being sent, and wait for a client that reads only once it has sent everything; the last line is the summary. A yes never lifts a later opt-out without newer express evidence, and a yes to a restrictive purpose needs evidence. What is on file already changes nothing, so a file may be sent again.',
    body: { contentType: NDJSON, schema: ImportRow, description: `One ImportRow per line; or ${CSV}.` },
    answers: { 200: { description: 'One ImportLine per line.', contentType: NDJSON, schema: ImportLine } },
    errors: ['unsupported_media_type'],
  })
  async import(
    @Req() request: FastifyRequest,
    @Query({ schema: ImportQuery }) query: ImportQuery,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { body } = request;
    if (!(body instanceof Readable)) {
      throw new DomainError('unsupported_media_type', `Send ${NDJSON} or ${CSV}, one contact a row.`);
    }
    const steps = this.imports.run(body, {
      brandId: brandOf(caller),
      actor: caller.keyId,
      format: (request.headers['content-type'] ?? '').startsWith(CSV) ? 'csv' : 'ndjson',
      source: query.source ?? null,
      dryRun: query.dryRun === 'true',
    });
    // A file that cannot be read as a whole is refused before anything is answered.
    const first = await steps.next();
    reply.hijack();
    const out = reply.raw;
    out.writeHead(200, { 'content-type': NDJSON, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    // Many clients read nothing before they have sent everything: results wait for them, and rows for nobody.
    const spool = new Spool();
    const filling = fill(spool, first, steps, query.results);
    try {
      await pipeline(Readable.from(spool), out);
    } catch (error) {
      this.logger.warn({ requestId: request.id, err: error }, 'an import broke off; the file may be sent again');
    } finally {
      await filling;
      await spool.close();
    }
  }

  @Get('imports')
  @RequireScope('contacts:read')
  @Describe({
    id: 'listImports',
    group: 'Imports',
    summary: 'Imports, newest first',
    answers: { 200: { description: 'A page of imports.', schema: ImportPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    const { after, limit } = toPageRequest(query, (text) => Uuid.safeParse(text).success);
    const found = await this.imports.list(brandId, after, limit + 1);
    const items = found.slice(0, limit);
    const next = found.length > limit ? (items.at(-1)?.id ?? null) : null;
    return toPageAnswer({ items, next }, toImportAnswer);
  }

  @Get('imports/:id')
  @RequireScope('contacts:read')
  @Describe({
    id: 'getImport',
    group: 'Imports',
    summary: 'What an import did',
    answers: { 200: { description: 'The import.', schema: ImportAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: ImportPath }) { id }: ImportPath, @CallerBrand() brandId: BrandId) {
    const found = await this.imports.find(brandId, id);
    if (found === null)
      throw new DomainError('not_found', 'Check the id, and that the key is one of the import’s brand.');
    return toImportAnswer(found);
  }

  @Post('imports/:id/undo')
  @HttpCode(HttpStatus.OK)
  @RequireScope('consents:write')
  @Describe({
    id: 'undoImport',
    group: 'Imports',
    summary: 'Take an import back',
    description:
      'Every consent it raised is taken back by an event of its own, and people stand where they would without it; the contact points it added, and nobody used since, end. Opt-outs that came with it stay, and so do names, languages and attributes. Doing it twice is fine.',
    answers: { 200: { description: 'Undone.', schema: UndoAnswer } },
    errors: ['not_found'],
  })
  async undo(@Param({ schema: ImportPath }) { id }: ImportPath, @Caller() caller: Principal) {
    return this.imports.undo(brandOf(caller), id, caller.keyId);
  }
}

/** Goes on to the end of the file also where nobody reads any more, or until the rows break off. */
async function fill(
  spool: Spool,
  first: IteratorResult<ImportStep>,
  steps: AsyncGenerator<ImportStep>,
  results: ImportQuery['results'],
): Promise<void> {
  try {
    for (let step = first; step.done !== true; step = await steps.next()) {
      const text = write(step.value, results);
      if (text !== '') await spool.write(text);
    }
    spool.finish();
  } catch (error) {
    spool.finish(error instanceof Error ? error : new Error('an import broke off', { cause: error }));
  } finally {
    await steps.return(undefined);
  }
}

function write(step: ImportStep, results: ImportQuery['results']): string {
  if (step.kind === 'end') return `${JSON.stringify(toSummaryAnswer(step.summary))}\n`;
  if (results === 'none') return '';
  const rows = results === 'all' ? step.rows : step.rows.filter(({ code }) => code !== null);
  return rows.map((row) => `${JSON.stringify(toRowAnswer(row))}\n`).join('');
}
