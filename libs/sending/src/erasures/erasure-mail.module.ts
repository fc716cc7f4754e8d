import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '../messages/started-messages.js';
import { SendingModule } from '../sending.module.js';
import { SendingSetupModule } from '../setup.module.js';
import { ErasureMails } from './erasure-mails.js';
import { ErasureWithdrawal } from './erasure-withdrawal.js';

/** Mails about the erasure of somebody's data: where people meet messages. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages), SendingModule, SendingSetupModule],
  providers: [ErasureMails, ErasureWithdrawal],
  exports: [ErasureMails, ErasureWithdrawal],
})
export class ErasureMailModule {}
