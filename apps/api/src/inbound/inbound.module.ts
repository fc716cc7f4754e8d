import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '#lib/sending';
import { InboundController } from './inbound.controller.js';

/** What people write back. */
@Module({ imports: [ConsentModule.forRoot(StartedMessages)], controllers: [InboundController] })
export class InboundModule {}
