import { Module } from '@nestjs/common';
import { LedgerModule } from '#lib/ledger';
import { EventDispatcher } from './event-dispatcher.js';
import { EventEndpointService } from './event-endpoint.service.js';

const SERVICES = [EventEndpointService, EventDispatcher];

/** Telling brands what happened. */
@Module({ imports: [LedgerModule], providers: SERVICES, exports: SERVICES })
export class EventsOutModule {}
