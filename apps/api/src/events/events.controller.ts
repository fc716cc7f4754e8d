import { Body, Controller, HttpCode, HttpStatus, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#lib/consent';
import { NDJSON } from '../http/body-parsers.js';
import { Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { EventReports } from './event-reports.js';
import { EventStream } from './event-stream.js';
import { EventLine, EventRequest, EventsAnswer, EventsRequest } from './events.schema.js';

const ABOUT =
  'What happened to messages: deliveries, bounces, complaints, opens, clicks and replies, each recorded once with its ledger entry. A hard bounce or a complaint ends the address: nothing more is sent there. And what a CRM, finance or a web site know: accounts, stages of leads, opportunities, orders, events of your own, visits, costs, tariffs, targets and exchange rates, of which reports are made. Those have ids of their own; the same again changes nothing, another under the same id is a correction, and every version is kept. All may come late, more than once and in any order; an event that is refused is answered so and spoils no other.';

@Controller('v1')
export class EventsController {
  constructor(
    @Inject(EventReports) private readonly reports: EventReports,
    @Inject(EventStream) private readonly stream: EventStream,
  ) {}

  @Post('events')
  @HttpCode(HttpStatus.OK)
  @RequireScope('events:write')
  @Describe({
    id: 'reportEvents',
    group: 'Events',
    summary: 'Report what happened to messages, and what the CRM knows',
    description: `${ABOUT} All events about messages of a request are recorded, or none; so are all others.`,
    answers: { 200: { description: 'What became of each.', schema: EventsAnswer } },
  })
  async report(@Body({ schema: EventsRequest }) { events }: EventsRequest, @Caller() caller: Principal) {
    return { results: await this.reports.report(events, caller) };
  }

  @Post('events::bulk')
  @HttpCode(HttpStatus.OK)
  @RequireScope('events:write')
  @Describe({
    id: 'reportEventStream',
    group: 'Events',
    summary: 'Report many events, as a stream',
    description: `One EventRequest a line, answered in order while later ones are still being sent. What was answered is kept when the stream breaks off; it may be sent again. ${ABOUT}`,
    body: { contentType: NDJSON, schema: EventRequest, description: 'One EventRequest per line.' },
    answers: { 200: { description: 'One EventLine per line.', contentType: NDJSON, schema: EventLine } },
    errors: ['unsupported_media_type'],
  })
  async bulk(@Req() request: FastifyRequest, @Caller() caller: Principal, @Res() reply: FastifyReply): Promise<void> {
    await this.stream.run(request, reply, caller);
  }
}
