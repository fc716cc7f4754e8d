import { Module } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { VariantService } from './experiments/variant.service.js';
import { CampaignService } from './campaigns/campaign.service.js';
import { PolicyService } from './policies/policy.service.js';
import { ProviderService } from './providers/provider.service.js';
import { TemplateService } from './templates/template.service.js';

const SERVICES = [CampaignService, PolicyService, ProviderService, TemplateService, VariantService];

/** What a brand publishes before it can send: rules, words, campaigns and ways out. */
@Module({ imports: [LedgerModule], providers: SERVICES, exports: SERVICES })
export class SendingSetupModule {}
