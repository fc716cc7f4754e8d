import { Body, Controller, Get, Headers, HttpCode, HttpStatus, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#lib/consent';
import type { BrandId, MessageId } from '#lib/kernel';
import { AcceptService, MessageService } from '#lib/sending';
import { NDJSON } from '../http/body-parsers.js';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { BulkStream } from './bulk-stream.js';
import { BulkLine, IdempotencyKey, MessageRequest } from './message-request.schema.js';
import {
  AcceptedAnswer,
  BulkAnswer,
  DryRunAnswer,
  ExplainAnswer,
  MessageAnswer,
  MessagePath,
  toDryRunAnswer,
  toMessageAnswer,
  FIRST_ANSWER,
} from './messages.schema.js';
import { toExplainAnswer } from './explain.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { senderOf, toAcceptItem, toSendRequest } from './accept-item.js';

const CONFLICTS = [
  'unknown_contact',
  'unknown_template',
  'unknown_topic',
  'unknown_purpose',
  'unknown_campaign',
  'unknown_policy',
  'unknown_provider',
] as const;

@Controller('v1')
export class MessagesController {
  constructor(
    @Inject(AcceptService) private readonly acceptance: AcceptService,
    @Inject(MessageService) private readonly messages: MessageService,
    @Inject(BulkStream) private readonly bulkStream: BulkStream,
  ) {}

  @Post('messages')
  @RequireScope('messages:send')
  @Describe({
    id: 'sendMessage',
    group: 'Messages',
    summary: 'Accept one message',
    description:
      'Decides at once and answers what was decided. The same Idempotency-Key and body get the same answer for the whole life of the message, or 410 `answer_erased` once its person was erased.',
    headers: [{ name: 'Idempotency-Key', required: true, description: 'One per message.', schema: IdempotencyKey }],
    answers: {
      202: {
        description: 'Accepted, also when it was refused by the decision: a refusal is an answer.',
        schema: AcceptedAnswer,
        headers: {
          'Idempotency-Replayed': {
            description: FIRST_ANSWER,
            schema: z.literal('true'),
          },
        },
      },
    },
    errors: [
      'idempotency_key_required',
      'idempotency_key_reused',
      'idempotency_in_progress',
      'answer_erased',
      'overloaded',
      'sending_stopped',
      ...CONFLICTS,
    ],
  })
  async send(
    @Body({ schema: MessageRequest }) request: MessageRequest,
    @Headers('idempotency-key') key: string | undefined,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.acceptance.accept(toAcceptItem(caller, readIdempotencyKey(key), request));
    if (answer.kind === 'refused') throw answer.error;
    if (answer.replayed) void reply.header('idempotency-replayed', 'true');
    await reply
      .status(HttpStatus.ACCEPTED)
      .header('content-type', 'application/json; charset=utf-8')
      .send(answer.response);
  }

  @Post('messages::bulk')
  @RequireScope('messages:send')
  @Describe({
    id: 'sendMessages',
    group: 'Messages',
    summary: 'Accept many messages as a stream',
    description:
      'NDJSON in, NDJSON out: one message a line, each with its own idempotencyKey; one answer a line, in the same order, with the line number and the status it would have had alone. Lines are answered while later ones are still being sent.',
    body: { contentType: NDJSON, schema: BulkLine, description: 'One BulkLine per line.' },
    answers: { 200: { description: 'One BulkAnswer per line.', contentType: NDJSON, schema: BulkAnswer } },
    errors: ['unsupported_media_type'],
  })
  async bulk(@Req() request: FastifyRequest, @Caller() caller: Principal, @Res() reply: FastifyReply): Promise<void> {
    await this.bulkStream.run(request, reply, caller);
  }

  @Get('messages/:id')
  @RequireScope('messages:read')
  @Describe({
    id: 'getMessage',
    group: 'Messages',
    summary: 'Where a message stands',
    answers: { 200: { description: 'The message.', schema: MessageAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: MessagePath }) { id }: MessagePath, @CallerBrand() brandId: BrandId) {
    return toMessageAnswer(await this.messages.view(brandId, id as MessageId));
  }

  @Get('messages/:id/explain')
  @RequireScope('messages:read')
  @Describe({
    id: 'explainMessage',
    group: 'Messages',
    summary: 'Why a message was sent, held or dropped',
    answers: { 200: { description: 'Every decision about it, from the ledger.', schema: ExplainAnswer } },
    errors: ['not_found'],
  })
  async explain(@Param({ schema: MessagePath }) { id }: MessagePath, @CallerBrand() brandId: BrandId) {
    return toExplainAnswer(await this.messages.explain(brandId, id as MessageId));
  }

  @Post('messages/:id/cancel')
  @HttpCode(HttpStatus.OK)
  @RequireScope('messages:send')
  @Describe({
    id: 'cancelMessage',
    group: 'Messages',
    summary: 'Take a message back while it waits',
    description: 'Ends it as dropped, `cancelled`. Doing it twice is fine.',
    answers: { 200: { description: 'Cancelled.', schema: MessageAnswer } },
    errors: ['not_found', 'not_cancellable'],
  })
  async cancel(@Param({ schema: MessagePath }) { id }: MessagePath, @Caller() caller: Principal) {
    const brandId = brandOf(caller);
    await this.messages.cancel(brandId, id as MessageId, caller.keyId);
    return toMessageAnswer(await this.messages.view(brandId, id as MessageId));
  }

  @Post('decisions')
  @HttpCode(HttpStatus.OK)
  @RequireScope('messages:send')
  @Describe({
    id: 'decide',
    group: 'Messages',
    summary: 'Decide about a message without sending it',
    description: 'All checks on the facts of this moment. Nothing is stored or counted.',
    answers: { 200: { description: 'What would be decided now.', schema: DryRunAnswer } },
    errors: [...CONFLICTS],
  })
  async decide(@Body({ schema: MessageRequest }) request: MessageRequest, @Caller() caller: Principal) {
    return toDryRunAnswer(await this.acceptance.dryRun(senderOf(caller), toSendRequest(caller, request)));
  }
}
