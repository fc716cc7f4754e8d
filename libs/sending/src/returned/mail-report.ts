import PostalMime, { type Email } from 'postal-mime';
import { fieldGroups, readComplaint, readDelivery } from './domain/report-fields.js';
import { messageIdOf, type Returned } from './returned.js';

/**
 * What a mail server reports of a message of ours: a delivery status notification (RFC 3464) or a feedback report
 * (RFC 5965). Null for a mail that is neither; empty for a report that says nothing we can use.
 *
 * Which message it is about stands in the mail that comes back with it, in its Message-ID, or else in the address that
 * the report came to, when that is the return path of a message.
 */
export async function readMailReport(raw: Buffer): Promise<Returned[] | null> {
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, attachmentEncoding: 'utf8' });
  const part = (...types: string[]): string | null => {
    const found = mail.attachments.find(({ mimeType }) => types.includes(mimeType.toLowerCase()));
    return typeof found?.content === 'string' ? found.content : null;
  };
  const [status, feedback] = [
    part('message/delivery-status', 'message/global-delivery-status'),
    part('message/feedback-report'),
  ];
  if (status === null && feedback === null) return null;

  const original = part('message/rfc822', 'message/global', 'text/rfc822-headers', 'message/global-headers') ?? '';
  const id = messageOf(fieldGroups(original)[0]?.get('message-id')) ?? returnPathOf(mail);
  if (id === null) return [];
  const message = { id };
  if (feedback !== null) {
    const complaint = readComplaint(fieldGroups(feedback));
    if (complaint === null) return [];
    return [{ kind: 'event', id: `arf ${id}`, type: 'complained', message, at: dateOf(complaint.at), bounce: null }];
  }
  const delivery = readDelivery(fieldGroups(status ?? ''));
  if (delivery === null) return [];
  const bounce = delivery.bounce === null ? null : { kind: delivery.bounce, status: delivery.status };
  const eventId = `dsn ${id} ${delivery.kind} ${delivery.status ?? ''}`.trimEnd();
  return [{ kind: 'event', id: eventId, type: delivery.kind, message, at: dateOf(delivery.at), bounce }];
}

function messageOf(field: string | undefined) {
  return messageIdOf(/^<?([0-9a-f-]{36})@/.exec(field ?? '')?.[1]);
}

/** `bounces+{message}@...`, in any field that says whom the mail came to. */
function returnPathOf({ headers }: Email) {
  const fields = headers.filter(({ key }) => ['to', 'delivered-to', 'x-original-to', 'envelope-to'].includes(key));
  const found = fields.map(({ value }) => /\+([0-9a-f]{8}-[0-9a-f-]{27})@/.exec(value)?.[1]).find(Boolean);
  return messageIdOf(found);
}

function dateOf(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}
