import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { type Principal, SuppressionService } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  FindRequest,
  LiftRequest,
  SuppressionChangeAnswer,
  SuppressionRequest,
  SuppressionsAnswer,
  toPeriods,
  toSuppressionChange,
} from './suppressions.schema.js';

@Controller('v1')
export class SuppressionsController {
  constructor(@Inject(SuppressionService) private readonly suppressions: SuppressionService) {}

  @Post('suppressions')
  @RequireScope('consents:write')
  @HttpCode(200)
  @Describe({
    id: 'suppressAddress',
    group: 'Suppressions',
    summary: 'Suppress an address',
    description:
      'Also one that no contact has; a number in each form in which it may be written. Doing it twice is the same as once; it survives an erasure as a keyed hash.',
    answers: { 200: { description: 'In force from now on.', schema: SuppressionChangeAnswer } },
    errors: ['invalid_address'],
  })
  async suppress(@Body({ schema: SuppressionRequest }) request: SuppressionRequest, @Caller() caller: Principal) {
    const { reason, note = null } = request;
    return toSuppressionChange(await this.suppressions.suppress(brandOf(caller), request, reason, note, caller.keyId));
  }

  @Post('suppressions::lift')
  @RequireScope('consents:write')
  @HttpCode(200)
  @Describe({
    id: 'liftSuppression',
    group: 'Suppressions',
    summary: 'End a suppression',
    description:
      'A complaint has no end, an objection is taken back by the person alone, and a bounce can be lifted only so often.',
    answers: { 200: { description: 'What is still in force.', schema: SuppressionChangeAnswer } },
    errors: ['invalid_address', 'not_found', 'conflict'],
  })
  async lift(@Body({ schema: LiftRequest }) request: LiftRequest, @Caller() caller: Principal) {
    return toSuppressionChange(
      await this.suppressions.lift(brandOf(caller), request, request.reason, 'sender', caller.keyId),
    );
  }

  @Post('suppressions::find')
  @RequireScope('contacts:read')
  @HttpCode(200)
  @Describe({
    id: 'findSuppressions',
    group: 'Suppressions',
    summary: 'What keeps an address from being written to',
    answers: { 200: { description: 'Empty when nothing does.', schema: SuppressionsAnswer } },
    errors: ['invalid_address'],
  })
  async find(@Body({ schema: FindRequest }) request: FindRequest, @CallerBrand() brandId: BrandId) {
    return { suppressions: toPeriods(await this.suppressions.find(brandId, request)) };
  }
}
