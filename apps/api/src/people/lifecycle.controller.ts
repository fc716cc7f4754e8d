import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ErasureService, MergeService, type Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { ErasureMails, ErasureWithdrawal } from '#lib/sending';
import { PageQuery, toPageAnswer, toPageRequest } from '../http/page.schema.js';
import { brandOf, Caller, CallerBrand } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  ErasureAnswer,
  ErasureNoticeAnswer,
  ErasureOrderAnswer,
  ErasureOrderRequest,
  ErasureRefusalAnswer,
  ErasureRefusalRequest,
  ErasureRequest,
  ErasureRequestsAnswer,
  ErasureWithdrawalAnswer,
  MergeAnswer,
  MergeRequest,
  ReassignedRequest,
  toErasureAnswer,
  toErasureAsked,
  toErasureNotice,
  toErasureOrder,
  toErasureRefusal,
  toErasureWithdrawal,
  waitOf,
} from './lifecycle.schema.js';
import { Uuid } from '../http/scalars.schema.js';
import { ContactPath } from './people.schema.js';

/** What becomes of people: they turn out to be one, lose an address, or are erased. */
@Controller('v1')
export class LifecycleController {
  constructor(
    @Inject(MergeService) private readonly merges: MergeService,
    @Inject(ErasureService) private readonly erasure: ErasureService,
    @Inject(ErasureMails) private readonly mails: ErasureMails,
    @Inject(ErasureWithdrawal) private readonly withdrawal: ErasureWithdrawal,
  ) {}

  @Post('contacts/:externalId/merge')
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Describe({
    id: 'mergeContacts',
    group: 'Contacts',
    summary: 'Make another contact part of this one',
    description:
      'Contact points, pauses and what counts against caps move; of two consents the more restrictive counts for both. Nothing passes afterwards that either had refused.',
    answers: { 200: { description: 'One contact from now on.', schema: MergeAnswer } },
    errors: ['unknown_contact', 'conflict'],
  })
  async merge(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: MergeRequest }) { from }: MergeRequest,
    @Caller() caller: Principal,
  ) {
    const { ended, inFlight } = await this.merges.merge(brandOf(caller), externalId, from, caller.keyId);
    return { ended, inFlight: [...inFlight] };
  }

  @Post('contact-points::reassigned')
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Describe({
    id: 'reassignContactPoint',
    group: 'Contacts',
    summary: 'An address belongs to somebody else now',
    description:
      'Whoever had it has it no longer, and what they agreed to there is void. What was refused there stays. A number is so on every channel on which it is one (sms, whatsapp, phone) and in each of its forms, whichever is named.',
    answers: { 200: { description: 'Ended, also when nobody had it.', schema: MergeAnswer } },
    errors: ['invalid_address'],
  })
  async reassigned(@Body({ schema: ReassignedRequest }) request: ReassignedRequest, @Caller() caller: Principal) {
    const { occurredAt = null } = request;
    const { ended, inFlight } = await this.merges.reassigned(brandOf(caller), request, occurredAt, caller.keyId);
    return { ended, inFlight: [...inFlight] };
  }

  @Post('contacts/:externalId/erasure')
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Describe({
    id: 'eraseContact',
    group: 'Contacts',
    summary: 'Erase a contact',
    description:
      'Everything is left, what waits ends, and what ledger entries disclosed is destroyed; entries and proofs stay. Where a statute has evidence kept, that stays sealed until its time is over. Suppressions and refusals of the address survive as a keyed hash.',
    answers: { 200: { description: 'The receipt, once and never again: keep it.', schema: ErasureAnswer } },
    errors: ['unknown_contact', 'conflict'],
  })
  async erase(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: ErasureRequest }) body: ErasureRequest,
    @Caller() caller: Principal,
  ) {
    const request = { basis: body.basis, reason: null, note: body.note ?? null };
    return toErasureAnswer(await this.erasure.erase(brandOf(caller), externalId, request, caller.keyId));
  }

  @Post('contacts/:externalId/erasure-refusal')
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Describe({
    id: 'refuseErasure',
    group: 'Contacts',
    summary: 'Close a request to be erased without carrying it out',
    description:
      'For a request that somebody else made, or against a duty to keep. The person reads the explanation on their page and in a mail, with their right to complain; `notice` is that mail, and where it cannot reach them you must write to them. What they left with the request stays left. They may ask again.',
    answers: { 200: { description: 'Off the list.', schema: ErasureRefusalAnswer } },
    errors: ['unknown_contact', 'conflict'],
  })
  async refuse(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: ErasureRefusalRequest }) body: ErasureRefusalRequest,
    @Caller() caller: Principal,
  ) {
    const refused = await this.erasure.refuse(brandOf(caller), externalId, body, caller.keyId);
    return toErasureRefusal(refused, await this.mails.tell(refused.requestId));
  }

  @Post('contacts/:externalId/erasure-notice')
  @HttpCode(202)
  @RequireScope('contacts:write')
  @Describe({
    id: 'announceErasure',
    group: 'Contacts',
    summary: 'Tell somebody that they are erased now',
    description:
      'A mail in their language: that their data is erased, what a statute has kept until when, and their right to complain about that. Send it first, and erase them once the message has its end: afterwards there is nobody to write to, and an erasure ends what waits. Repeating it sends nothing more.',
    answers: { 202: { description: 'The message, and what an erasure would keep.', schema: ErasureNoticeAnswer } },
    errors: ['unknown_contact', 'conflict'],
  })
  async announce(@Param({ schema: ContactPath }) { externalId }: ContactPath, @CallerBrand() brandId: BrandId) {
    return toErasureNotice(await this.mails.farewell(brandId, externalId));
  }

  @Post('contacts/:externalId/erasure-order')
  @HttpCode(202)
  @RequireScope('contacts:write')
  @Describe({
    id: 'orderErasure',
    group: 'Contacts',
    summary: 'Tell somebody that they are erased, and erase them then',
    description:
      'The mail of `erasure-notice`, and the erasure as soon as that mail has its end, or after `withinHours` at the latest, whatever keeps it. Everything that can be left is left at once; what a contract needs may still reach them until then. It can be called back (`erasure-withdrawal`) until that mail is on its way; repeating it changes nothing.',
    answers: { 202: { description: 'The message, and by when they are erased.', schema: ErasureOrderAnswer } },
    errors: ['unknown_contact', 'conflict'],
  })
  async order(
    @Param({ schema: ContactPath }) { externalId }: ContactPath,
    @Body({ schema: ErasureOrderRequest }) body: ErasureOrderRequest,
    @Caller() caller: Principal,
  ) {
    const request = { basis: body.basis, reason: null, note: body.note ?? null };
    return toErasureOrder(
      await this.mails.eraseWhenTold(brandOf(caller), externalId, request, waitOf(body), caller.keyId),
    );
  }

  @Post('contacts/:externalId/erasure-withdrawal')
  @HttpCode(200)
  @RequireScope('contacts:write')
  @Describe({
    id: 'withdrawErasure',
    group: 'Contacts',
    summary: 'Take back a request to be erased, or the order of it',
    description:
      'For somebody who changed their mind, or somebody who was mistaken for them, until the erasure is carried out. The mail of an order is called off; once that is on its way, it is too late. What they left with it stays left, and they may ask again.',
    answers: { 200: { description: 'Nobody is erased.', schema: ErasureWithdrawalAnswer } },
    errors: ['unknown_contact', 'conflict'],
  })
  async withdraw(@Param({ schema: ContactPath }) { externalId }: ContactPath, @Caller() caller: Principal) {
    return toErasureWithdrawal(await this.withdrawal.withdraw(brandOf(caller), externalId, caller.keyId));
  }

  @Get('erasure-requests')
  @RequireScope('contacts:read')
  @Describe({
    id: 'listErasureRequests',
    group: 'Contacts',
    summary: 'People who asked on their page to be erased',
    description:
      'The longest ago first. They have left everything that can be left; whether evidence must be kept, and whether it was they who asked, is for you to look at. Erase them, and they are off the list.',
    answers: { 200: { description: 'Who is not erased yet.', schema: ErasureRequestsAnswer } },
  })
  async requests(@Query({ schema: PageQuery }) query: PageQuery, @CallerBrand() brandId: BrandId) {
    const page = toPageRequest(query, (position) => Uuid.safeParse(position).success);
    return toPageAnswer(await this.erasure.requests(brandId, page), toErasureAsked);
  }
}
