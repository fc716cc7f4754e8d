import MailComposer from 'nodemailer/lib/mail-composer';
import type { EpochMs } from '#lib/kernel';
import type { HandOver } from './channel-sender.js';
import { signMail, type DkimSigner } from './dkim.js';
import { headerText } from './domain/header-text.js';

/** Two addresses that were checked to be one mailbox each. */
export interface MailRoute {
  readonly from: string;
  readonly to: string;
  /** Domain of the sender, right of the @ in the Message-ID. */
  readonly domain: string;
}

/**
 * The bytes of one mail as they go over the wire, every line ended by CRLF and all of it ASCII.
 *
 * The Message-ID is the message's own id at the sending domain, the same for every try, so that a copy
 * is recognised as one and an uncertain end can be settled by looking for it. The one-click fields
 * (RFC 8058) stand on a mail that has an unsubscribe URL and on no other. There is no Auto-Submitted:
 * the messages are made for a person to read and answer, and RFC 3834 leaves it to us.
 * @throws Error when the unsubscribe URL is no http(s) URL, or the content cannot be composed.
 */
export async function composeMail(
  handOver: HandOver,
  route: MailRoute,
  dkim: DkimSigner | null,
  now: EpochMs,
): Promise<Buffer> {
  const { messageId, from, content, unsubscribeUrl, unsubscribeMailto } = handOver;
  const composer = new MailComposer({
    from: { name: headerText(from.name), address: route.from },
    to: { name: '', address: route.to },
    subject: headerText(content.subject),
    date: new Date(now),
    messageId: `<${messageId}@${route.domain}>`,
    headers: {
      ...languageField(content.language),
      ...(unsubscribeUrl === null ? {} : oneClickFields(unsubscribeUrl, unsubscribeMailto)),
    },
    text: withCrlf(content.text),
    ...(content.html === null ? {} : { html: withCrlf(content.html) }),
    textEncoding: 'quoted-printable',
    newline: 'windows',
    xMailer: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const mail = await composer.compile().build();
  return dkim === null ? mail : signMail(mail, dkim, Math.floor(now / 1000));
}

/**
 * RFC 2369 and RFC 8058 3.1: the URIs in angle brackets, and the one permitted value beside them. The mail comes first:
 * a client that knows one click takes the HTTPS URI wherever it stands, another the first that it knows.
 */
function oneClickFields(url: string, mailto: string | null): Record<string, { prepared: true; value: string }> {
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('an unsubscribe URL must be http or https');
  const uri = href.replace(/[<>,]/g, encodeURIComponent);
  return {
    'List-Unsubscribe': { prepared: true, value: mailto === null ? `<${uri}>` : `<${mailtoUri(mailto)}>, <${uri}>` },
    'List-Unsubscribe-Post': { prepared: true, value: 'List-Unsubscribe=One-Click' },
  };
}

function mailtoUri(mailto: string): string {
  if (!/^mailto:[^\s<>,"]+$/.test(mailto)) throw new Error('a mailto URI must be one word without brackets and commas');
  return mailto;
}

/** A bare CR or LF would be changed on its way to the server, after the signature was made. */
function withCrlf(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r\n');
}

/** RFC 3282: the language the content was rendered in. */
function languageField(language: string): Record<string, string> {
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(language) ? { 'Content-Language': language } : {};
}
