import { Module } from '@nestjs/common';
import { SendingModule, SendingSetupModule } from '#lib/sending';
import { ContentController } from './content.controller.js';

/** What messages say, looked at before they are sent. */
@Module({ imports: [SendingModule, SendingSetupModule], controllers: [ContentController] })
export class ContentModule {}
