import { Controller, Get, Inject, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { definitionStore } from '#lib/consent';
import { type BrandId, DomainError, type EntryId, type EpochMs } from '#lib/kernel';
import { LedgerService, PublishedLog, type PublishedEntry } from '#lib/ledger';
import { Database, systemClock, Times } from '#lib/platform';
import { Describe, Public } from '../http/route.js';
import { EntryPath } from '../ledger/log.schema.js';
import { piece } from './html.js';
import { PAGE_ANSWERS, readerOfMessages } from './page/drill-down.js';
import { languageOf, PageQuery } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { toSignIn } from './report-pages.controller.js';
import { sendPage } from './send-page.js';
import { Readers } from './session/reader.js';

/** Where every figure ends: one entry of the ledger, its bytes, where it stands, and the proof that it does. */
@Controller('reports/entries')
@UseFilters(ReportPageFilter)
export class EntryPagesController {
  constructor(
    @Inject(Readers) private readonly readers: Readers,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PublishedLog) private readonly log: PublishedLog,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get(':id')
  @Public()
  @Describe({
    id: 'getLedgerEntryPage',
    group: 'Reports',
    summary: 'One ledger entry and the way to its proof, as a page',
    answers: PAGE_ANSWERS,
    errors: ['not_found'],
  })
  async one(
    @Param({ schema: EntryPath }) { id }: EntryPath,
    @Query({ schema: PageQuery }) given: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await readerOfMessages(this.readers, request);
    if (reader === null) return toSignIn(request, reply);
    const language = languageOf(given.language, request.headers['accept-language']);
    const say = sayIn(language);
    const { status, idx, notBefore, notAfter } = await this.find(id, reader.brandId);
    const found = await this.ledger.entry(this.database.tx, id as EntryId);
    const leaf = found?.leaf.toString('utf8') ?? '';
    const [brand] = await definitionStore.brands(this.database.tx, [reader.brandId]);
    const times = new Times(language, brand?.defaultZone ?? 'Etc/UTC', systemClock.now());
    const instant = (at: EpochMs | null): string => (at === null ? say('noWitness') : times.instant(at));
    const facts: readonly (readonly [string, string])[] = [
      [say('type'), typeOf(leaf)],
      [say('standing'), say(status)],
      [say('position'), idx === null ? say('pending') : idx.toLocaleString(language)],
      [say('notBefore'), instant(notBefore)],
      [say('notAfter'), instant(notAfter)],
    ];
    sendPage(
      reply,
      {
        ...{ language, title: say('entry'), brand: brand?.name ?? '', foot: null },
        otherHref: `?language=${language === 'en' ? 'de' : 'en'}`,
      },
      piece`<h1>${say('entry')}</h1>
        <p><code>${id}</code></p>
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
          <h2>${say('leaf')}</h2>
          <p>${say('leafLead')}</p>
          <div class="frame" tabindex="0" role="group" aria-label="${say('leaf')}"><pre>${leaf}</pre></div>
        </section>
        <section>
          <h2>${say('proof')}</h2>
          <p>${say('proofLead')}</p>
          ${
            status === 'published'
              ? piece`<p class="links"><a href="/reports/entries/${id}/proof?language=${language}" download="${id}.tlog-proof">${say('proofLink')}</a></p>`
              : piece`<p>${say('noProof')}</p>`
          }
        </section>`,
    );
  }

  @Get(':id/proof')
  @Public()
  @Describe({
    id: 'getLedgerEntryProofByPage',
    group: 'Reports',
    summary: 'The proof of a ledger entry, to whoever reads the pages of reports',
    answers: {
      200: { description: 'A `.tlog-proof` file.', contentType: 'text/plain', schema: z.string() },
      303: { description: 'To signing in, when there is no session.' },
    },
    errors: ['not_found', 'conflict'],
  })
  async proof(
    @Param({ schema: EntryPath }) { id }: EntryPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const reader = await readerOfMessages(this.readers, request);
    if (reader === null) return toSignIn(request, reply);
    await this.find(id, reader.brandId);
    const proof = await this.log.proof(id as EntryId, reader.brandId);
    if (proof === null) throw new DomainError('conflict', 'The entry is in no signed checkpoint yet. Ask in a moment.');
    await reply.header('content-type', 'text/plain; charset=utf-8').send(proof);
  }

  private async find(id: string, brandId: BrandId): Promise<PublishedEntry> {
    const found = await this.log.entry(id as EntryId, brandId);
    if (found === null) throw new DomainError('not_found', 'There is no such entry of this brand.');
    return found;
  }
}

/** The type that a leaf says of itself. */
function typeOf(leaf: string): string {
  return /"t":"([a-z_.]+)"/.exec(leaf)?.[1] ?? '';
}
