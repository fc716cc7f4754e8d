import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type BrandId, DomainError, type EntryId } from '#lib/kernel';
import { LedgerService, PublishedLog } from '#lib/ledger';
import { Database, toIso } from '#lib/platform';
import { CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { EntriesAnswer, EntriesQuery, toEntryAnswer } from './ledger.schema.js';
import { EntryPath, EntryState, WaitQuery } from './log.schema.js';

/** How long `wait=published` waits; a publisher that works needs less than one. */
const WAIT_MS = 20_000;

@Controller('v1/ledger')
export class LedgerController {
  constructor(
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PublishedLog) private readonly log: PublishedLog,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get('entries')
  @RequireScope('ledger:read')
  @Describe({
    id: 'listLedgerEntries',
    group: 'Ledger',
    summary: 'Read the log of the brand',
    description:
      'In the order of the log, from any position. An entry that is committed gets its position within a second.',
    answers: { 200: { description: 'A page.', schema: EntriesAnswer } },
  })
  async list(@Query({ schema: EntriesQuery }) { after, limit, type }: EntriesQuery, @CallerBrand() brandId: BrandId) {
    const filter = type === undefined ? { brandId } : { brandId, type };
    const page = await this.ledger.entries(this.database.tx, after, limit, filter);
    const last = page.next ?? page.entries.at(-1)?.idx ?? after;
    return { entries: page.entries.map(toEntryAnswer), after: last, more: page.next !== null };
  }

  @Get('entries/:id')
  @RequireScope('ledger:read')
  @Describe({
    id: 'getLedgerEntryState',
    group: 'Ledger',
    summary: 'An entry of the brand, and where it stands',
    answers: { 200: { description: 'Its state.', schema: EntryState } },
    errors: ['not_found'],
  })
  async state(
    @Param({ schema: EntryPath }) { id }: EntryPath,
    @Query({ schema: WaitQuery }) query: WaitQuery,
    @CallerBrand() brandId: BrandId,
  ): Promise<z.infer<typeof EntryState>> {
    const { status, idx, notBefore, notAfter } = await this.find(id, query, brandId);
    const at = (instant: number | null) => (instant === null ? null : toIso(instant));
    const found = await this.ledger.entry(this.database.tx, id as EntryId);
    const leaf = found?.leaf.toString('utf8') ?? '';
    const proof = `/v1/ledger/entries/${id}/proof`;
    return { id, status, position: idx, leaf, proof, appended: { notBefore: at(notBefore), notAfter: at(notAfter) } };
  }

  @Get('entries/:id/proof')
  @RequireScope('ledger:read')
  @Describe({
    id: 'getLedgerEntryProof',
    group: 'Ledger',
    summary: 'Proof that an entry of the brand stands in the log',
    description:
      'C2SP tlog-proof: position, inclusion proof and the newest checkpoint with its cosignatures. `consentctl ledger verify` checks it without network and database.',
    answers: { 200: { description: 'A `.tlog-proof` file.', contentType: 'text/plain', schema: z.string() } },
    errors: ['not_found', 'conflict'],
  })
  async proof(
    @Param({ schema: EntryPath }) { id }: EntryPath,
    @Query({ schema: WaitQuery }) query: WaitQuery,
    @CallerBrand() brandId: BrandId,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.find(id, query, brandId);
    const proof = await this.log.proof(id as EntryId, brandId);
    if (proof === null) {
      throw new DomainError('conflict', 'The entry is in no signed checkpoint yet. Ask again with ?wait=published.');
    }
    await reply.header('content-type', 'text/plain; charset=utf-8').send(proof);
  }

  private async find(id: string, { wait }: WaitQuery, brandId: BrandId) {
    const found = await this.log.entry(id as EntryId, brandId, wait === undefined ? 0 : WAIT_MS);
    if (found === null) throw new DomainError('not_found', 'There is no such entry. Take ids from /v1/ledger/entries.');
    return found;
  }
}
