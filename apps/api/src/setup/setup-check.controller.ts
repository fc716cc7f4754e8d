import { Body, Controller, HttpCode, HttpStatus, Inject, Post } from '@nestjs/common';
import type { Change, Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { Author, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { SetupCheckAnswer, SetupCheckBody } from './setup-check.schema.js';
import { SetupRehearsal } from './setup-rehearsal.js';

@Controller('v1')
export class SetupCheckController {
  constructor(@Inject(SetupRehearsal) private readonly rehearsal: SetupRehearsal) {}

  @Post('setup::check')
  @HttpCode(HttpStatus.OK)
  @RequireScope('setup:write')
  @Describe({
    id: 'checkSetup',
    group: 'Brands',
    summary: 'Say whether steps of a set-up would be taken, without taking them',
    description:
      'Does them in their order, each as its own route would, and takes all of them back: what one refuses is said, and those after it are judged without it. Nothing is stored, and nothing stands in the ledger.',
    answers: { 200: { description: 'What would be refused.', schema: SetupCheckAnswer } },
  })
  async check(
    @Body({ schema: SetupCheckBody }) { steps }: SetupCheckBody,
    @CallerBrand() brandId: BrandId,
    @Caller() caller: Principal,
    @Author() change: Change,
  ): Promise<SetupCheckAnswer> {
    const { problems } = await this.rehearsal.of(steps, { brandId, caller, change }, () => Promise.resolve(null));
    return { problems };
  }
}
