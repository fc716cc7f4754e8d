import { Module } from '@nestjs/common';
import { ConsentModule, ConsentSetupModule } from '#lib/consent';
import { StartedMessages } from '../messages/started-messages.js';
import { SendingModule } from '../sending.module.js';
import { SendingSetupModule } from '../setup.module.js';
import { ErasureMailSetup } from './erasure-mail-setup.js';
import { ErasureMails } from './erasure-mails.js';

/** Mails about the erasure of somebody's data: where people meet messages. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages), ConsentSetupModule, SendingModule, SendingSetupModule],
  providers: [ErasureMails, ErasureMailSetup],
  exports: [ErasureMails],
})
export class ErasureMailModule {}
