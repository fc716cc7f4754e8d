import { Module } from '@nestjs/common';
import { SendingModule } from '#lib/sending';
import { EventsController } from './events.controller.js';

/** What the world reports. */
@Module({ imports: [SendingModule], controllers: [EventsController] })
export class EventsModule {}
