import type { WorkerHost } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { CHANNELS } from '#lib/kernel';
import { LedgerModule } from '#lib/ledger';
import { type Config, PlatformModule, QueueModule } from '#lib/platform';
import { ReportingModule } from '#lib/reporting';
import {
  ConfirmationModule,
  ErasureMailModule,
  EventsOutModule,
  ReturnedModule,
  SendingModule,
  StartedMessages,
} from '#lib/sending';
import { HealthController } from './health.controller.js';
import { attemptProcessor, Attempts } from './attempt.processor.js';
import { Background, PROCESSORS } from './background.js';
import { Housekeeping } from './housekeeping.js';
import { Listening } from './listening.js';
import { TellingEvents } from './telling-events.js';

/** The queues' door: one processor per channel, and what runs in the background. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    const processors = CHANNELS.map((channel) => attemptProcessor(channel, config));
    return {
      module: WorkerModule,
      controllers: [HealthController],
      imports: [
        PlatformModule.forRoot(config, 'worker'),
        QueueModule.forRoot(),
        LedgerModule,
        SendingModule,
        ConsentModule.forRoot(StartedMessages),
        ConfirmationModule,
        ErasureMailModule,
        ReturnedModule,
        ReportingModule,
        EventsOutModule,
      ],
      providers: [
        Attempts,
        Background,
        Housekeeping,
        Listening,
        TellingEvents,
        ...processors,
        { provide: PROCESSORS, useFactory: (...all: WorkerHost[]) => all, inject: processors },
      ],
    };
  }
}
