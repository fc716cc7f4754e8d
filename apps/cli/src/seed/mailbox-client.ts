import { z } from 'zod';
import { UnexpectedAnswer } from './api-client.js';

const List = z.array(z.object({ id: z.string(), messageId: z.string().nullable(), url: z.url() }));

export interface ReceivedMail {
  /** Where a person can look at it. */
  readonly page: string;
  /** Of its List-Unsubscribe header, when List-Unsubscribe-Post beside it allows one click (RFC 8058, section 3.1). */
  readonly oneClickUrl: string | null;
}

/** Looks into the local mailbox. */
export class MailboxClient {
  constructor(private readonly base: string) {}

  /** The mail of a message, as it was received; null while it has not arrived. */
  async find(messageId: string): Promise<ReceivedMail | null> {
    const mails = List.parse(JSON.parse(await this.read('/messages.json')));
    const mail = mails.find((one) => one.messageId?.startsWith(`<${messageId}@`) === true);
    if (mail === undefined) return null;
    return { page: mail.url, oneClickUrl: oneClickUrl(await this.read(`/messages/${mail.id}/source`)) };
  }

  private async read(path: string): Promise<string> {
    const answer = await fetch(`${this.base}${path}`);
    if (!answer.ok) throw new UnexpectedAnswer(`the mailbox answered ${answer.status} for ${path}`);
    return answer.text();
  }
}

function oneClickUrl(source: string): string | null {
  const [head = ''] = source.split(/\r?\n\r?\n/);
  const unfolded = head.replace(/\r?\n[ \t]+/g, ' ');
  const isOneClick = /^List-Unsubscribe-Post:\s*List-Unsubscribe=One-Click\s*$/im.test(unfolded);
  return isOneClick ? (/^List-Unsubscribe:[^\n]*<(https?:[^>]+)>/im.exec(unfolded)?.[1] ?? null) : null;
}
