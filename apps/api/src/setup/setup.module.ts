import { Module } from '@nestjs/common';
import { ConsentSetupModule } from '#lib/consent';
import { LedgerModule } from '#lib/ledger';
import { ConfirmationModule, SendingSetupModule } from '#lib/sending';
import { BacktestController } from './backtest.controller.js';
import { BlocksController } from './blocks.controller.js';
import { BrandsController } from './brands.controller.js';
import { CampaignsController } from './campaigns.controller.js';
import { KeysController } from './keys.controller.js';
import { NoticesController } from './notices.controller.js';
import { PoliciesController } from './policies.controller.js';
import { ProvidersController } from './providers.controller.js';
import { PurposesController } from './purposes.controller.js';
import { SetupCheckController } from './setup-check.controller.js';
import { SetupRehearsal } from './setup-rehearsal.js';
import { TemplatesController } from './templates.controller.js';
import { TopicsController } from './topics.controller.js';

/** What a brand is set up with. */
@Module({
  imports: [ConsentSetupModule, ConfirmationModule, SendingSetupModule, LedgerModule],
  controllers: [
    BacktestController,
    BlocksController,
    BrandsController,
    CampaignsController,
    KeysController,
    NoticesController,
    PoliciesController,
    ProvidersController,
    PurposesController,
    SetupCheckController,
    TemplatesController,
    TopicsController,
  ],
  providers: [SetupRehearsal],
  exports: [SetupRehearsal],
})
export class SetupModule {}
