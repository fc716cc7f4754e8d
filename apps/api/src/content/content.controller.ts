import { Body, Controller, Headers, HttpCode, HttpStatus, Inject, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change, Principal } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { AcceptService, LintService, type LintSubject, PreviewService } from '#lib/sending';
import { Author, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { toAcceptItem } from '../messages/accept-item.js';
import { readIdempotencyKey } from '../messages/idempotency-key.js';
import { IdempotencyKey } from '../messages/message-request.schema.js';
import { AcceptedAnswer } from '../messages/messages.schema.js';
import { MixedKeyPath } from '../setup/setup.schema.js';
import { SetupRehearsal } from '../setup/setup-rehearsal.js';
import {
  LintAnswer,
  LintBody,
  PreviewAnswer,
  PreviewBody,
  TestSendBody,
  toLintAnswer,
  toPreviewAnswer,
} from './content.schema.js';

@Controller('v1')
export class ContentController {
  constructor(
    @Inject(PreviewService) private readonly previews: PreviewService,
    @Inject(LintService) private readonly linter: LintService,
    @Inject(AcceptService) private readonly acceptance: AcceptService,
    @Inject(SetupRehearsal) private readonly rehearsal: SetupRehearsal,
  ) {}

  @Post('templates/:key/preview')
  @HttpCode(HttpStatus.OK)
  @RequireScope('setup:read')
  @Describe({
    id: 'previewTemplate',
    group: 'Templates',
    summary: 'See what a message would say',
    description: 'With a contact it needs the scope contacts:read as well.',
    answers: { 200: { description: 'Rendered, or why it cannot be.', schema: PreviewAnswer } },
    errors: ['not_found', 'unknown_contact'],
  })
  async preview(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @Body({ schema: PreviewBody }) { version, ...request }: PreviewBody,
    @CallerBrand() brandId: BrandId,
    @Caller() caller: Principal,
  ) {
    // A template can show everything that is known of them.
    if (request.contact !== undefined && !caller.scopes.includes('contacts:read'))
      throw new DomainError('forbidden', 'Leave contact out, or use a key with the scope contacts:read.');
    return toPreviewAnswer(await this.previews.preview(brandId, key, version ?? null, request));
  }

  @Post('templates/:key/test-send')
  @RequireScope('messages:send')
  @Describe({
    id: 'sendTest',
    group: 'Templates',
    summary: 'Send one version of a template to one contact, to look at it',
    description:
      'A message like any other, of the step `test-send` and of no campaign: it is decided about, counts under caps, and needs the consent of whoever gets it.',
    headers: [{ name: 'Idempotency-Key', required: true, description: 'One per message.', schema: IdempotencyKey }],
    answers: { 202: { description: 'Accepted, also when it was refused by the decision.', schema: AcceptedAnswer } },
    errors: [
      'idempotency_key_required',
      'idempotency_key_reused',
      'idempotency_in_progress',
      'answer_erased',
      'overloaded',
      'sending_stopped',
      'unknown_contact',
      'unknown_template',
      'unknown_topic',
      'unknown_purpose',
      'unknown_policy',
      'unknown_provider',
    ],
  })
  async testSend(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @Body({ schema: TestSendBody }) { version, ...request }: TestSendBody,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Caller() caller: Principal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const message = { ...request, template: key, step: 'test-send', priority: 9 };
    const whole = version === undefined ? message : { ...message, templateVersion: version };
    const answer = await this.acceptance.accept(toAcceptItem(caller, readIdempotencyKey(idempotencyKey), whole));
    if (answer.kind === 'refused') throw answer.error;
    await reply
      .status(HttpStatus.ACCEPTED)
      .header('content-type', 'application/json; charset=utf-8')
      .send(answer.response);
  }

  @Post('lint')
  @HttpCode(HttpStatus.OK)
  @RequireScope('setup:read')
  @Describe({
    id: 'lint',
    group: 'Templates',
    summary: 'Find what a message lacks before it is sent',
    description:
      'Looks at a template, published or a draft, and at what it would leave by: the way out, the footer, the subject, DKIM, one click, variables. Each finding says which rule asks for it and what to do. With `steps` it needs the scope setup:write as well.',
    answers: { 200: { description: 'What was found; empty lists mean nothing.', schema: LintAnswer } },
    errors: ['not_found'],
  })
  async lint(
    @Body({ schema: LintBody }) { template, version, draft, variables, steps }: LintBody,
    @CallerBrand() brandId: BrandId,
    @Caller() caller: Principal,
    @Author() change: Change,
  ) {
    const lint = () => this.linter.lint(brandId, subjectOf(template, version, draft), variables ?? null);
    if (steps === undefined) return toLintAnswer(await lint());
    if (!caller.scopes.includes('setup:write'))
      throw new DomainError('forbidden', 'Leave steps out, or use a key with the scope setup:write.');
    const { seen } = await this.rehearsal.of(steps, { brandId, caller, change }, lint);
    return toLintAnswer(seen);
  }
}

function subjectOf(template: string | undefined, version: number | undefined, draft: LintBody['draft']): LintSubject {
  if (draft === undefined) return { template: template ?? '', version: version ?? null };
  const { key = null, ...facts } = draft;
  return { draft: facts, key };
}
