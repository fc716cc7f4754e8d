import { Module } from '@nestjs/common';
import { ConsentModule, ConsentSetupModule } from '#lib/consent';
import { StartedMessages } from '../messages/started-messages.js';
import { SendingModule } from '../sending.module.js';
import { SendingSetupModule } from '../setup.module.js';
import { ConfirmationMails } from './confirmation-mails.js';
import { ConfirmationSetup } from './confirmation-setup.js';

/** Messages that ask for a confirmation: where people meet messages. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages), ConsentSetupModule, SendingModule, SendingSetupModule],
  providers: [ConfirmationMails, ConfirmationSetup],
  exports: [ConfirmationMails, ConfirmationSetup],
})
export class ConfirmationModule {}
