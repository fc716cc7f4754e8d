import { Body, Controller, Get, Inject, Param, Post, Put, Query, Res, HttpCode, HttpStatus } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Change } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { CampaignService, VariantService } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { Author, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  CampaignAnswer,
  CampaignPage,
  CampaignRequest,
  toCampaignAnswer,
  toVariantsAnswer,
  VariantsAnswer,
  VariantsQuery,
} from './campaigns.schema.js';
import { withStatus } from './put-status.js';
import { MixedKeyPath } from './setup.schema.js';

@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    @Inject(CampaignService) private readonly campaigns: CampaignService,
    @Inject(VariantService) private readonly variants: VariantService,
  ) {}

  @Put(':key')
  @RequireScope('setup:write')
  @Describe({
    id: 'putCampaign',
    group: 'Campaigns',
    summary: 'Create or replace a campaign',
    description: 'A new one is active. A stopped one stays stopped.',
    answers: {
      200: { description: 'Replaced.', schema: CampaignAnswer },
      201: { description: 'Created.', schema: CampaignAnswer },
    },
    errors: ['unknown_policy'],
  })
  async put(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @Body({ schema: CampaignRequest }) request: CampaignRequest,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return toCampaignAnswer(withStatus(await this.campaigns.put(brandId, key, request, change), reply));
  }

  @Post(':key/stop')
  @HttpCode(HttpStatus.OK)
  @RequireScope('setup:write')
  @Describe({
    id: 'stopCampaign',
    group: 'Campaigns',
    summary: 'Stop a campaign for good',
    description:
      'What still waits is dropped with the reason campaign_stopped, and so is what comes later. Again is fine.',
    answers: { 200: { description: 'Stopped.', schema: CampaignAnswer } },
    errors: ['not_found'],
  })
  async stop(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @CallerBrand() brandId: BrandId,
    @Author() change: Change,
  ) {
    return toCampaignAnswer(await this.campaigns.stop(brandId, key, change));
  }

  @Get()
  @RequireScope('setup:read')
  @Describe({
    id: 'listCampaigns',
    group: 'Campaigns',
    summary: 'List campaigns',
    answers: { 200: { description: 'In order of key.', schema: CampaignPage } },
  })
  async list(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    return toPageAnswer(await this.campaigns.list(brandId, toPageRequest(query)), toCampaignAnswer);
  }

  @Get(':key/variants')
  @RequireScope('reports:read')
  @Describe({
    id: 'compareVariants',
    group: 'Campaigns',
    summary: 'Compare the variants of a campaign',
    description:
      'Contacts to whom it was sent and, of these, those who met the goal, once each and without what machines did. No variant is called the winner before each has as many contacts as the rule needs. All since the campaign began, so that it may be asked every day. Variants of several experiments are told apart, and none of them wins before `experiment` says which is meant; those of the same name in several steps are added up unless `step` says which.',
    answers: { 200: { description: 'As they stand.', schema: VariantsAnswer } },
    errors: ['not_found'],
  })
  async variantsOf(
    @Param({ schema: MixedKeyPath }) { key }: MixedKeyPath,
    @Query({ schema: VariantsQuery }) { step, experiment, goal }: VariantsQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    const question = { step: step ?? null, experiment: experiment ?? null, goal };
    return toVariantsAnswer(await this.variants.compare(brandId, key, question));
  }

  @Get(':key')
  @RequireScope('setup:read')
  @Describe({
    id: 'getCampaign',
    group: 'Campaigns',
    summary: 'Read a campaign',
    answers: { 200: { description: 'The campaign.', schema: CampaignAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: MixedKeyPath }) { key }: MixedKeyPath, @CallerBrand() brandId: BrandId) {
    return toCampaignAnswer(await this.campaigns.get(brandId, key));
  }
}
