import { Module } from '@nestjs/common';
import { EventsOutModule } from '#lib/sending';
import { EventEndpointsController } from './event-endpoints.controller.js';

/** Where brands are told what happens. */
@Module({ imports: [EventsOutModule], controllers: [EventEndpointsController] })
export class EventEndpointsModule {}
