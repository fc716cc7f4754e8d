import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '#lib/sending';
import { ImportsController } from './imports.controller.js';

/** Contacts and consents from elsewhere. */
@Module({ imports: [ConsentModule.forRoot(StartedMessages)], controllers: [ImportsController] })
export class ImportsModule {}
