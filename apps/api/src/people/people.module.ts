import { Module } from '@nestjs/common';
import { ConsentModule, ConsentSetupModule } from '#lib/consent';
import { ConfirmationModule, ErasureMailModule, StartedMessages } from '#lib/sending';
import { DoubleOptInController } from './double-opt-in.controller.js';
import { EvidenceController } from './evidence.controller.js';
import { LifecycleController } from './lifecycle.controller.js';
import { PreferenceLinkController } from './preference-link.controller.js';
import { PeopleController } from './people.controller.js';
import { SuppressionsController } from './suppressions.controller.js';

/** Contacts, their consents, and what proves or ends them. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages), ConsentSetupModule, ConfirmationModule, ErasureMailModule],
  controllers: [
    DoubleOptInController,
    EvidenceController,
    LifecycleController,
    PeopleController,
    PreferenceLinkController,
    SuppressionsController,
  ],
})
export class PeopleModule {}
