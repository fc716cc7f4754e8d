import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { ReturnedModule, StartedMessages } from '#lib/sending';
import { InboundController } from './inbound.controller.js';

/** What people write back. */
@Module({ imports: [ConsentModule.forRoot(StartedMessages), ReturnedModule], controllers: [InboundController] })
export class InboundModule {}
