import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { type Change, DoubleOptInService, type Principal } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { ConfirmationMails, ConfirmationSetup } from '#lib/sending';
import { evenly } from '../http/evenly.js';
import { Author, brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  ChannelPath,
  DoubleOptInAnswer,
  DoubleOptInRequest,
  DoubleOptInSettingAnswer,
  DoubleOptInSettingRequest,
} from './double-opt-in.schema.js';

@Controller('v1')
export class DoubleOptInController {
  constructor(
    @Inject(DoubleOptInService) private readonly optIns: DoubleOptInService,
    @Inject(ConfirmationSetup) private readonly setup: ConfirmationSetup,
    @Inject(ConfirmationMails) private readonly mails: ConfirmationMails,
  ) {}

  @Put('double-opt-in/:channel')
  @RequireScope('setup:write')
  @Describe({
    id: 'putDoubleOptIn',
    group: 'Double opt-in',
    summary: 'Say how addresses of a channel are confirmed',
    answers: { 200: { description: 'As it is from now on.', schema: DoubleOptInSettingAnswer } },
    errors: ['unknown_template', 'unknown_purpose'],
  })
  async put(
    @Param({ schema: ChannelPath }) { channel }: ChannelPath,
    @Body({ schema: DoubleOptInSettingRequest }) request: DoubleOptInSettingRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
  ) {
    return this.setup.put(brandId, channel, request, change);
  }

  @Get('double-opt-in/:channel')
  @RequireScope('setup:read')
  @Describe({
    id: 'getDoubleOptIn',
    group: 'Double opt-in',
    summary: 'Read how addresses of a channel are confirmed',
    answers: { 200: { description: 'As the brand set it.', schema: DoubleOptInSettingAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: ChannelPath }) { channel }: ChannelPath, @CallerBrand() brandId: BrandId) {
    const setting = await this.optIns.setting(brandId, channel);
    if (setting === null) throw new DomainError('not_found', `Switch it on first: PUT /v1/double-opt-in/${channel}.`);
    return setting;
  }

  @Post('double-opt-ins')
  @HttpCode(202)
  @RequireScope('consents:write')
  @Describe({
    id: 'requestDoubleOptIn',
    group: 'Double opt-in',
    summary: 'Ask the owner of an address to confirm a consent',
    description:
      'Records the request with its evidence and sends a neutral message with a link that confirms by a button, once. It proves consent for this address alone: not for a number of the same person.',
    answers: { 202: { description: 'Whatever is known about the address.', schema: DoubleOptInAnswer } },
    errors: ['conflict', 'invalid_address', 'unknown_purpose', 'unknown_topic', 'unknown_notice'],
  })
  async request(@Body({ schema: DoubleOptInRequest }) request: DoubleOptInRequest, @Caller() caller: Principal) {
    return evenly(async () => {
      const id = await this.optIns.request(brandOf(caller), request, caller.keyId, caller.test);
      if (id !== null) await this.mails.send(id);
      return { status: 'requested' as const };
    });
  }
}
