import { Controller, Get, Header, HttpCode, HttpStatus, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '#lib/kernel';
import { ReturnedService } from '#lib/sending';
import { Describe, Public } from '../http/route.js';
import { ChallengeQuery, ProviderPath, ReceiptQuery } from './webhooks.schema.js';

const REFUSED = 'This is not signed by the provider under this id, or there is no such provider.';
/** TwiML that answers nothing: Twilio itself confirms to whoever leaves by keyword. */
const NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

/** Where providers bring what came of messages and what people answered. Their signature is the key. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(@Inject(ReturnedService) private readonly returned: ReturnedService) {}

  @Post(':provider')
  @Public()
  @HttpCode(HttpStatus.OK)
  @Header('content-type', 'text/xml')
  @Describe({
    id: 'receiveWebhook',
    group: 'Inbound',
    summary: 'Take in what a provider brings',
    description:
      'For Twilio and WhatsApp, in their own shapes, believed by their signatures alone. Receipts become events with their ledger entries, what people write is read like every text that comes back, and whoever told the provider to stop has left. In any order, late, or twice: the same.',
    body: { contentType: 'application/json', schema: z.unknown(), description: 'As the provider sends it.' },
    answers: {
      200: { description: 'Everything in it is recorded.', contentType: 'text/xml', schema: z.string() },
    },
    errors: ['unauthenticated', 'invalid_request', 'unsupported_media_type'],
  })
  async receive(
    @Param({ schema: ProviderPath }) { provider }: ProviderPath,
    @Query({ schema: ReceiptQuery }) { message }: ReceiptQuery,
    @Req() request: FastifyRequest,
  ): Promise<string> {
    const { body, headers } = request;
    if (!Buffer.isBuffer(body)) throw new DomainError('invalid_request', 'Send a body.');
    const search = message === undefined ? '' : `?message=${message}`;
    const outcome = await this.returned.webhook(provider, { headers, search, body });
    if (outcome.kind === 'refused') throw new DomainError('unauthenticated', REFUSED);
    if (outcome.kind === 'unreadable') throw new DomainError('invalid_request', 'This is not what the provider sends.');
    return NO_REPLY;
  }

  @Get(':provider')
  @Public()
  @Describe({
    id: 'confirmWebhook',
    group: 'Inbound',
    summary: 'Answer whether a URL is ours',
    description: 'Meta asks once when the URL is set, with the `verifyToken` of the account.',
    answers: { 200: { description: 'The challenge.', contentType: 'text/plain', schema: z.string() } },
    errors: ['unauthenticated'],
  })
  async confirm(
    @Param({ schema: ProviderPath }) { provider }: ProviderPath,
    @Query({ schema: ChallengeQuery }) query: ChallengeQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const challenge = await this.returned.challenge(provider, new URLSearchParams({ ...query }));
    if (challenge === null) throw new DomainError('unauthenticated', REFUSED);
    await reply.header('content-type', 'text/plain; charset=utf-8').send(challenge);
  }
}
