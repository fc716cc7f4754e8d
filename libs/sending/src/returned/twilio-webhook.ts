import { createHmac } from 'node:crypto';
import { isNoSuchNumber } from '../senders/domain/twilio-codes.js';
import { providerRef } from '../senders/http/http-outcome.js';
import { isSame } from './same-secret.js';
import { header, messageIdOf, type Returned, type WebhookReading, type WebhookRequest } from './returned.js';

const OPTED_OUT = '21610';

/**
 * What Twilio brings: the status of a message, or a message from a person.
 *
 * The signature is HMAC-SHA1 over the URL that Twilio was given, followed by every parameter's name and value in the
 * order of the names (https://www.twilio.com/docs/usage/security).
 *
 * @param url under which Twilio reaches us, without the query
 */
export function readTwilio(
  request: WebhookRequest,
  { url, authToken }: { readonly url: string; readonly authToken: string },
): WebhookReading {
  const parameters = [...new URLSearchParams(request.body.toString())];
  const signed = [...parameters].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([name, value]) => name + value);
  const expected = createHmac('sha1', authToken)
    .update(`${url}${request.search}${signed.join('')}`)
    .digest('base64');
  if (!isSame(expected, header(request, 'x-twilio-signature'))) return { kind: 'forged' };

  const { MessageSid: sid, MessageStatus: status, ErrorCode: code = '', To: to, From: from, Body: text, OptOutType } = Object.fromEntries(parameters); // prettier-ignore
  const ref = providerRef(sid);
  if (ref === null || from === undefined || to === undefined) return { kind: 'unreadable' };
  if (OptOutType === 'STOP')
    return read({ kind: 'left', id: `twilio ${ref}`, address: from, wording: text ?? OptOutType });
  if (status === undefined || status === 'received')
    return text === undefined ? { kind: 'unreadable' } : read({ kind: 'text', id: `twilio ${ref}`, from, text });
  const ours = messageIdOf(new URLSearchParams(request.search).get('message'));
  const event = {
    kind: 'event',
    id: `twilio ${sid} ${status}`,
    message: ours === null ? { ref } : { id: ours },
    at: null,
  } as const;
  switch (status) {
    case 'delivered':
      return read({ ...event, type: 'delivered', bounce: null });
    case 'read':
      return read({ ...event, type: 'opened', bounce: null });
    case 'failed':
    case 'undelivered': {
      const bounced: Returned = {
        ...event,
        type: 'bounced',
        bounce: { kind: isNoSuchNumber(Number(code), from) ? 'hard' : 'soft', status: null },
      };
      return code === OPTED_OUT
        ? read(bounced, { kind: 'left', id: event.id, address: to, wording: `Twilio ${code}`, message: event.message })
        : read(bounced);
    }
    default:
      return read();
  }
}

function read(...returned: Returned[]): WebhookReading {
  return { kind: 'read', returned, odd: 0 };
}
