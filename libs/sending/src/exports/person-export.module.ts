import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { StartedMessages } from '../messages/started-messages.js';
import { PersonExportService } from './person-export.service.js';

/** What is kept about one person, for whoever answers them. */
@Module({
  imports: [ConsentModule.forRoot(StartedMessages)],
  providers: [PersonExportService],
  exports: [PersonExportService],
})
export class PersonExportModule {}
