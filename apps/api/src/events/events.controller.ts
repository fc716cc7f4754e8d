import { Body, Controller, HttpCode, HttpStatus, Inject, Post } from '@nestjs/common';
import type { Principal } from '#lib/consent';
import { FeedbackService } from '#lib/sending';
import { brandOf, Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { EventsAnswer, EventsRequest, toEventAnswer, toFeedback } from './events.schema.js';

@Controller('v1/events')
export class EventsController {
  constructor(@Inject(FeedbackService) private readonly feedback: FeedbackService) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  @RequireScope('events:write')
  @Describe({
    id: 'reportEvents',
    group: 'Events',
    summary: 'Report what happened to messages',
    description:
      'Deliveries, bounces, complaints, opens, clicks and replies, each recorded once with its ledger entry. They may come late, more than once and in any order. A hard bounce or a complaint ends the address: nothing more is sent there. All events of a request are recorded, or none; an event that is refused is answered so and spoils no other.',
    answers: { 200: { description: 'What became of each.', schema: EventsAnswer } },
  })
  async report(@Body({ schema: EventsRequest }) { events }: EventsRequest, @Caller() caller: Principal) {
    const reporter = { brandId: brandOf(caller), test: caller.test, actor: caller.keyId, via: 'api' } as const;
    const answers = await this.feedback.report(events.map(toFeedback), reporter);
    return { results: answers.map(toEventAnswer) };
  }
}
