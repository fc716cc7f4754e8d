import { Module } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { ReportingModule } from '#lib/reporting';
import { SendingModule } from '#lib/sending';
import { EventReports } from './event-reports.js';
import { EventStream } from './event-stream.js';
import { EventsController } from './events.controller.js';

/** What the world reports. */
@Module({
  imports: [SendingModule, LedgerModule, ReportingModule],
  controllers: [EventsController],
  providers: [EventReports, EventStream],
})
export class EventsModule {}
