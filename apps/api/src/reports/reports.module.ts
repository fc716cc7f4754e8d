import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '#lib/sending';
import { RunwayController } from './runway.controller.js';

/** What people and machines read about the whole of a brand. */
@Module({ imports: [ConsentModule.forRoot(StartedMessages)], controllers: [RunwayController] })
export class ReportsModule {}
