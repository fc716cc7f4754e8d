import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { InboundMail } from '#lib/consent';
import type { MessageId } from '#lib/kernel';
import { messageNamedIn, readMailReport } from './mail-report.js';
import type { Returned } from './returned.js';
import { writtenInHtml } from './written-in-html.js';

/** `isDirect`: by its In-Reply-To itself, and not in a thread in which somebody passed it on. */
export interface Answered {
  readonly message: MessageId;
  readonly key: string;
  readonly isDirect: boolean;
}

/** What a mail is: what a server reports, or else what somebody wrote. */
export interface Arrival {
  /** The same whenever the mail comes again; null for one that has no id of its own, of which nobody can tell. */
  readonly name: string | null;
  /** Null for what is no report; empty for one that says nothing we can use. */
  readonly report: readonly Returned[] | null;
  readonly mail: InboundMail;
  /** The message of ours that it answers, and a name of the answer that is the same whenever it comes again. */
  readonly answers: Answered | null;
}

/** @throws Error for what no parser takes, such as parts in parts without an end */
export async function readArrival(raw: Uint8Array): Promise<Arrival> {
  const report = await readMailReport(raw);
  const {
    headers,
    from,
    date,
    subject = '',
    text,
    html,
    inReplyTo,
    references,
    messageId,
  } = await PostalMime.parse(raw);
  // Some programs send HTML alone.
  const written = text === undefined || text.trim() === '' ? writtenInHtml(html ?? '') : text;
  const sender = from?.address === undefined || from.address === '' ? null : from.address;
  const mail = { headers: headers.map(({ key, value }) => ({ key, value })), from: sender, subject, text: written };
  const message = messageNamedIn([inReplyTo, references]);
  const key = createHash('sha256')
    .update(messageId ?? raw)
    .digest('hex');
  // Anybody can write any id: what says something else under it is another.
  const said = JSON.stringify([messageId, sender, date, subject, written]);
  return {
    name: messageId === undefined || messageId === '' ? null : createHash('sha256').update(said).digest('hex'),
    report,
    mail,
    answers: message === null ? null : { message, key, isDirect: messageNamedIn([inReplyTo]) === message },
  };
}
