import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '#lib/sending';
import { PreferenceLinkController } from './preference-link.controller.js';
import { PeopleController } from './people.controller.js';

/** Contacts and their consents. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages)],
  controllers: [PeopleController, PreferenceLinkController],
})
export class PeopleModule {}
