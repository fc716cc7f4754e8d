import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { PersonExportModule, StartedMessages } from '#lib/sending';
import { ExportsController } from './exports.controller.js';

/** What people are entitled to be handed. */
@Module({ imports: [ConsentModule.forRoot(StartedMessages), PersonExportModule], controllers: [ExportsController] })
export class ExportsModule {}
