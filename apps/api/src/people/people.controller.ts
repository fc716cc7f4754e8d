import { Body, Controller, Get, HttpStatus, Inject, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConsentService, ContactService, type Principal, StandingService } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  AsOfQuery,
  ConsentChangeAnswer,
  ConsentRequest,
  ConsentsAnswer,
  ContactAnswer,
  ContactChangeAnswer,
  ContactPath,
  ContactRequest,
  HistoryAnswer,
  toConsentsAnswer,
  toContactAnswer,
  toEventAnswer,
} from './people.schema.js';

@Controller('v1/contacts')
export class PeopleController {
  constructor(
    @Inject(ContactService) private readonly contacts: ContactService,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(StandingService) private readonly standings: StandingService,
  ) {}

  @Put(':externalId')
  @RequireScope('contacts:write')
  @Describe({
    id: 'putContact',
    group: 'Contacts',
    summary: 'Create or change a contact',
    description:
      'What the person chose themselves on their preference page (language, zone, quiet hours, frequency, a break that is not over) stays; send saidAt where they told you otherwise since.',
    answers: {
      200: { description: 'Changed.', schema: ContactChangeAnswer },
      201: { description: 'Created.', schema: ContactChangeAnswer },
    },
    errors: ['invalid_address', 'invalid_zone', 'conflict'],
  })
  async put(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: ContactRequest }) request: ContactRequest,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (caller.test && request.saidAt !== undefined) throw nobodysWord();
    const { contact, created, kept } = await this.contacts.put(brandOf(caller), externalId, request, caller.keyId);
    reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return { ...toContactAnswer(contact), kept: [...kept] };
  }

  @Get(':externalId')
  @RequireScope('contacts:read')
  @Describe({
    id: 'getContact',
    group: 'Contacts',
    summary: 'Read a contact',
    answers: { 200: { description: 'The contact.', schema: ContactAnswer } },
    errors: ['not_found'],
  })
  async get(@Param({ schema: ContactPath }) { externalId }: ContactPath, @CallerBrand() brandId: BrandId) {
    return toContactAnswer(known(await this.contacts.find(brandId, externalId)));
  }

  @Post(':externalId/consents')
  @RequireScope('consents:write')
  @Describe({
    id: 'recordConsent',
    group: 'Contacts',
    summary: 'Record what a contact agreed to or took back',
    description:
      'Saying yes to topics says yes to their purpose; leaving a purpose leaves its topics. An import never lifts a refusal. A yes over an opt-out must say when it was given, after that opt-out: otherwise the answer is 409, so that a request that is repeated brings nothing back. Recorded events are never changed.',
    answers: { 201: { description: 'Recorded, each event with its ledger entry.', schema: ConsentChangeAnswer } },
    errors: ['unknown_contact', 'unknown_purpose', 'unknown_topic', 'unknown_notice', 'conflict'],
  })
  async record(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: ConsentRequest }) request: ConsentRequest,
    @Caller() caller: Principal,
  ) {
    const { events, inFlight } = await this.consents.record(brandOf(caller), externalId, request, caller.keyId);
    return { events: events.map(({ id, entryId, effective }) => ({ id, entry: entryId, effective })), inFlight };
  }

  @Get(':externalId/consents')
  @RequireScope('contacts:read')
  @Describe({
    id: 'getConsents',
    group: 'Contacts',
    summary: 'Where a contact stands, or stood',
    description:
      'On both clocks: `at` asks what had happened, `asKnownAt` what had been recorded. A consent that had run out by then is expired. Purposes count as they are set up now, and where one was set up once more since, the way that lets less through. What two contacts had before they were merged is told of each as of then, and of the one they are as it is known since.',
    answers: { 200: { description: 'Per contact point, purpose and topic.', schema: ConsentsAnswer } },
    errors: ['not_found'],
  })
  async standing(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Query({ schema: AsOfQuery }) query: AsOfQuery,
    @CallerBrand() brandId: BrandId,
  ) {
    return toConsentsAnswer(known(await this.standings.find(brandId, externalId, query)));
  }

  @Get(':externalId/history')
  @RequireScope('contacts:read')
  @Describe({
    id: 'getConsentHistory',
    group: 'Contacts',
    summary: 'Every consent event of a contact',
    answers: { 200: { description: 'Oldest first, with the evidence’s outline.', schema: HistoryAnswer } },
    errors: ['not_found'],
  })
  async history(@Param({ schema: ContactPath }) { externalId }: ContactPath, @CallerBrand() brandId: BrandId) {
    const points = known(await this.consents.history(brandId, externalId));
    return {
      contactPoints: points.map(({ id, channel, events }) => ({ id, channel, events: events.map(toEventAnswer) })),
    };
  }
}

/** What is tried out is nobody's word, so it takes the place of none. */
function nobodysWord(): DomainError {
  return new DomainError(
    'invalid_request',
    'With a test key nobody has said anything: leave saidAt out, and what the person chose stays; or send this with a live key.',
    { violations: [{ pointer: '/saidAt', detail: 'is taken from live keys alone' }] },
  );
}

export function known<T>(found: T | null): T {
  if (found === null)
    throw new DomainError('not_found', 'Check the external id, and that the key is one of the contact’s brand.');
  return found;
}
