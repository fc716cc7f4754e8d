import PostalMime, { type Email } from 'postal-mime';
import type { MessageId } from '#lib/kernel';
import { type DeliveryReport, fieldGroups, type Fields, readComplaint, readDelivery } from './domain/report-fields.js';
import { isWordedComplaint, readWordedBounce } from './domain/report-in-words.js';
import { messageIdOf, type Returned } from './returned.js';

/**
 * What a mail server reports of a message of ours: a delivery status notification (RFC 3464) or a feedback report
 * (RFC 5965), or what servers write that know neither. Null for a mail that is none of them; empty for a report that says
 * nothing we can use.
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
  const back = part('message/rfc822', 'message/global', 'text/rfc822-headers', 'message/global-headers') ?? '';
  if (status === null && feedback === null) return wordedReport(mail, back);

  const named = fieldGroups(feedback ?? '').map((fields) => returnPathIn(fields.get('original-mail-from')));
  const id = messageIn(back) ?? named.find((one) => one !== null) ?? returnPathIn(headersOf(back)?.get('return-path')) ?? returnPathOf(mail); // prettier-ignore
  if (id === null) return [];
  if (feedback !== null) {
    const complaint = readComplaint(fieldGroups(feedback));
    return complaint === null ? [] : [complained(id, complaint.at)];
  }
  const delivery = readDelivery(fieldGroups(status ?? ''));
  return delivery === null ? [] : [ended(id, delivery)];
}

/** A report that is none by its parts; null where the words are none either, or of no message. */
function wordedReport(mail: Email, back: string): Returned[] | null {
  const { from, subject = '', text = '' } = mail;
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
  const ofBack = (quoted: string) => messageIn(quoted) ?? returnPathIn(headersOf(quoted)?.get('return-path'));
  const words = { from: from?.address ?? null, subject, text, header };
  if (isWordedComplaint(words)) {
    const id = ofBack(back);
    return id === null ? null : [complained(id, mail.date ?? null)];
  }
  const bounce = readWordedBounce(words);
  if (bounce === null) return null;
  const id = ofBack(bounce.original) ?? ofBack(back) ?? returnPathOf(mail);
  return id === null ? null : [ended(id, bounce.delivery)];
}

function complained(id: MessageId, at: string | null): Returned {
  return { kind: 'event', id: `arf ${id}`, type: 'complained', message: { id }, at: dateOf(at), bounce: null };
}

function ended(id: MessageId, { kind, bounce, status, at }: DeliveryReport): Returned {
  const eventId = `dsn ${id} ${kind} ${status ?? ''}`.trimEnd();
  const how = bounce === null ? null : { kind: bounce, status };
  return { kind: 'event', id: eventId, type: kind, message: { id }, at: dateOf(at), bounce: how };
}

function headersOf(mail: string): Fields | undefined {
  return fieldGroups(mail)[0];
}

function messageIn(mail: string): MessageId | null {
  return messageOf(headersOf(mail)?.get('message-id'));
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
