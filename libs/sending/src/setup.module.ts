import { Module } from '@nestjs/common';
import { ConsentSetupModule } from '#lib/consent';
import { LedgerModule } from '#lib/ledger';
import { VariantService } from './experiments/variant.service.js';
import { BlockService } from './blocks/block.service.js';
import { CampaignService } from './campaigns/campaign.service.js';
import { LintService } from './lint/lint.service.js';
import { PreviewService } from './lint/preview.service.js';
import { PolicyService } from './policies/policy.service.js';
import { ProviderService } from './providers/provider.service.js';
import { RenderingModule } from './templates/rendering.module.js';
import { MadeByGateway } from './setup/made-by-gateway.js';
import { TemplateService } from './templates/template.service.js';

const SERVICES = [
  BlockService,
  CampaignService,
  LintService,
  MadeByGateway,
  PolicyService,
  PreviewService,
  ProviderService,
  TemplateService,
  VariantService,
];

/** What a brand publishes before it can send: rules, words, campaigns and ways out. */
@Module({ imports: [LedgerModule, ConsentSetupModule, RenderingModule], providers: SERVICES, exports: SERVICES })
export class SendingSetupModule {}
