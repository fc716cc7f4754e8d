import { Body, Controller, HttpCode, HttpStatus, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Principal, Unheard } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { ReturnedService } from '#lib/sending';
import { MAIL } from '../http/body-parsers.js';
import { brandOf, Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import {
  MailBody,
  MailOutcomeAnswer,
  TextOutcomeAnswer,
  TextRequest,
  toMailAnswer,
  toTextAnswer,
} from './inbound.schema.js';

/** Where a mail server and the adapters of channels bring what people write back. */
@Controller('v1/inbound')
export class InboundController {
  constructor(@Inject(ReturnedService) private readonly returned: ReturnedService) {}

  @Post('mail')
  @HttpCode(HttpStatus.OK)
  @RequireScope('consents:write')
  @Describe({
    id: 'receiveMail',
    group: 'Inbound',
    summary: 'Take in a mail to the mailbox for leaving, or a report of a mail server',
    description:
      'For a mail server’s pipe. A token of ours in subject or text leaves what its mail was about; the sender’s own words leave everything at their address. Delivery status notifications (RFC 3464) and feedback reports (RFC 5965) become events of the message that they are about. A mail that answers one of ours, and does not leave, is a reply to it. Absence notes, other bounces, mails of lists, forged tokens and what no program can read do nothing, and nothing is ever answered to the sender.',
    body: {
      contentType: MAIL,
      schema: MailBody,
      description: 'The whole mail, at most 25 MB; of pictures and files in it nothing is kept.',
    },
    answers: {
      200: { description: 'What came of it; a mail that does nothing is no error.', schema: MailOutcomeAnswer },
    },
    errors: ['unsupported_media_type'],
  })
  async mail(@Req() request: FastifyRequest, @Caller() caller: Principal) {
    const { body } = request;
    if (!Buffer.isBuffer(body))
      throw new DomainError('unsupported_media_type', `Send the mail as it was received, as ${MAIL}.`);
    return toMailAnswer(await this.returned.mail(brandOf(caller), body));
  }

  @Post('texts')
  @HttpCode(HttpStatus.OK)
  @RequireScope('consents:write')
  @Describe({
    id: 'receiveText',
    group: 'Inbound',
    summary: 'Take in a message that came back on a channel',
    description:
      'Reads keywords and sentences in eleven languages. Leaving is carried out before the answer, for everybody who has the address; the answer says which one message to send back. What somebody writes within seven days of a message to them there, unless it is a way to leave, is a reply to the last one, and becomes its event with a ledger entry. A number may be written with 00, spaces or tel:, and without its plus or country: it is then that of the one contact point which can be meant, or as it is dialled where `country` or `to` is. Who wants to leave from what is no address, or may be several people, is not told that they have: that is an error.',
    answers: { 200: { description: 'How it was read, and what to answer.', schema: TextOutcomeAnswer } },
    errors: ['invalid_address'],
  })
  async text(@Body({ schema: TextRequest }) { channel, ...text }: TextRequest, @Caller() caller: Principal) {
    const outcome = await this.returned.text(brandOf(caller), channel, text);
    if (outcome.unheard !== null) throw unheard(outcome.unheard);
    return toTextAnswer(outcome);
  }
}

function unheard(why: Unheard): DomainError {
  return why === 'no_address'
    ? new DomainError(
        'invalid_address',
        'The writer wants to leave, and nothing was done: nobody can tell at which address. Send the address that they wrote from, a number in the E.164 form such as +4930123456, and answer nothing until then.',
        { violations: [{ pointer: '/from', detail: 'is no address of the channel' }] },
      )
    : new DomainError(
        'invalid_address',
        'The writer wants to leave, and nothing was done: people of several countries could have this number. Send it with its country, in the E.164 form such as +4930123456, or say in "country" by whose plan it is written, and answer nothing until then.',
        { violations: [{ pointer: '/from', detail: 'is a number of several countries' }] },
      );
}
