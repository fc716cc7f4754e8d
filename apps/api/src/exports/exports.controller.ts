import { createHash } from 'node:crypto';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ExportService, isoReceipt, kantaraReceipt, type Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { PersonExportService } from '#lib/sending';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { ContactPath } from '../people/people.schema.js';
import { ExportQuery, PersonExportAnswer, ReceiptAnswer, ReceiptPath, ReceiptQuery } from './exports.schema.js';

@Controller('v1/contacts')
export class ExportsController {
  constructor(
    @Inject(PersonExportService) private readonly exports: PersonExportService,
    @Inject(ExportService) private readonly people: ExportService,
  ) {}

  @Get(':externalId/export')
  @RequireScope('contacts:export')
  @Describe({
    id: 'exportContact',
    group: 'Contacts',
    summary: 'Everything that is kept about a contact',
    description:
      'Data, consent history with its evidence, decisions with their facts, messages, touches, what other systems reported and ledger entries, in one call. That it was read, and by which key, is recorded in the ledger.',
    answers: {
      200: { description: 'The whole of it; as a page for reading when asked for.', schema: PersonExportAnswer },
    },
    errors: ['not_found', 'conflict'],
  })
  async export(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Query({ schema: ExportQuery }) { format, language }: ExportQuery,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const brandId = brandOf(caller);
    if (format === 'json') {
      const data = await this.exports.export(brandId, externalId, caller.keyId);
      await reply
        .headers({
          'content-type': 'application/json; charset=utf-8',
          'content-disposition': 'attachment; filename="personal-data.json"',
        })
        .send(JSON.stringify(data));
      return;
    }
    // The page brings its own styles and nothing else.
    const { html, styles } = await this.exports.page(brandId, externalId, caller.keyId, language);
    const hashes = styles.map((style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    await reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; style-src ${hashes.join(' ')}; frame-ancestors 'none'`,
        'content-disposition': 'attachment; filename="personal-data.html"',
      })
      .send(html);
  }

  @Get(':externalId/consents/:eventId/receipt')
  @RequireScope('contacts:read')
  @Describe({
    id: 'getConsentReceipt',
    group: 'Contacts',
    summary: 'The receipt of one consent event',
    answers: { 200: { description: 'The receipt.', schema: ReceiptAnswer } },
    errors: ['not_found', 'conflict'],
  })
  async receipt(
    @Param({ schema: ReceiptPath }) { externalId, eventId }: ReceiptPath,
    @Query({ schema: ReceiptQuery }) { profile }: ReceiptQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    const facts = await this.people.receipt(brandId, externalId, eventId);
    return profile === 'kantara' ? kantaraReceipt(facts) : isoReceipt(facts);
  }
}
