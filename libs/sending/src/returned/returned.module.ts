import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '../messages/started-messages.js';
import { SendingModule } from '../sending.module.js';
import { SendingSetupModule } from '../setup.module.js';
import { ConnectionService } from './connection.service.js';
import { KeywordReplies } from './keyword-replies.js';
import { ReturnedService } from './returned.service.js';

/** What comes back from providers. */
@Module({
  imports: [SendingModule, SendingSetupModule, ConsentModule.forRoot(StartedMessages)],
  providers: [ConnectionService, KeywordReplies, ReturnedService],
  exports: [ConnectionService, ReturnedService],
})
export class ReturnedModule {}
