import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '../messages/started-messages.js';
import { SendingModule } from '../sending.module.js';
import { ReturnedService } from './returned.service.js';

/** What comes back from providers. */
@Module({
  imports: [SendingModule, ConsentModule.forRoot(StartedMessages)],
  providers: [ReturnedService],
  exports: [ReturnedService],
})
export class ReturnedModule {}
