import PostalMime, { type Email } from 'postal-mime';
import type { MessageId } from '#lib/kernel';
import { fieldGroups, readComplaint, readDelivery } from './domain/report-fields.js';
import { messageIdOf, type Returned } from './returned.js';

/**
 * What a mail server reports of a message of ours: a delivery status notification (RFC 3464) or a feedback report
 * (RFC 5965). Null for a mail that is neither; empty for a report that says nothing we can use.
 *
 * Which message it is about stands in the mail that comes back with it, in its Message-ID, or else in the address that
 * the report came to, when that is the return path of a message.
 */
export async function readMailReport(raw: Uint8Array): Promise<Returned[] | null> {
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
  const named = fieldGroups(feedback ?? '').map((fields) => returnPathIn(fields.get('original-mail-from')));
  const id =
    messageOf(fieldGroups(original)[0]?.get('message-id')) ??
    named.find((one) => one !== null) ??
    returnPathIn(fieldGroups(original)[0]?.get('return-path')) ??
    returnPathOf(mail);
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

/** The last message of ours that fields such as `References` name: what is answered stands last in them (RFC 5322, 3.6.4). */
export function messageNamedIn(fields: readonly (string | undefined)[]): MessageId | null {
  const ids = fields.flatMap(
    (field) =>
      (field ?? '')
        .slice(0, 20_000)
        .match(/<[^<>@\s]{36}@/g)
        ?.toReversed() ?? [],
  );
  return ids.map((id) => messageOf(id)).find((id) => id !== null) ?? null;
}

function messageOf(field: string | undefined): MessageId | null {
  return messageIdOf(/^<?([0-9a-f-]{36})@/.exec(field ?? '')?.[1]);
}

/** `bounces+{message}@...` */
function returnPathIn(field: string | undefined): MessageId | null {
  return messageIdOf(/\+([0-9a-f]{8}-[0-9a-f-]{27})@/.exec(field ?? '')?.[1]);
}

/** In any field that says whom the mail came to. */
function returnPathOf({ headers }: Email): MessageId | null {
  const fields = headers.filter(({ key }) => ['to', 'delivered-to', 'x-original-to', 'envelope-to'].includes(key));
  return fields.map(({ value }) => returnPathIn(value)).find((id) => id !== null) ?? null;
}

function dateOf(text: string | null): number | null {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) ? at : null;
}
