import { Module } from '@nestjs/common';
import { SendingModule, SendingSetupModule } from '#lib/sending';
import { SetupModule } from '../setup/setup.module.js';
import { ContentController } from './content.controller.js';

/** What messages say, looked at before they are sent. */
@Module({ imports: [SendingModule, SendingSetupModule, SetupModule], controllers: [ContentController] })
export class ContentModule {}
