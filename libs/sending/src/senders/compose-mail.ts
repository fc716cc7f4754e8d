import MailComposer from 'nodemailer/lib/mail-composer';
import { createHash } from 'node:crypto';
import type { EpochMs } from '#lib/kernel';
import type { HandOver, MessageStream } from './channel-sender.js';
import { signMail, type DkimSigner } from './dkim.js';
import { headerText } from './domain/header-text.js';

/** Two addresses that were checked to be one mailbox each. */
export interface MailRoute {
  readonly from: string;
  readonly to: string;
  /** Domain of the sender, right of the @ in the Message-ID. */
  readonly domain: string;
  /** By which name mailbox providers know this sender in the Feedback-ID; null: one made of the domain. */
  readonly feedbackSender: string | null;
}

/**
 * The bytes of one mail as they go over the wire, every line ended by CRLF and all of it ASCII.
 *
 * The Message-ID is the message's own id at the sending domain, the same for every try, so that a copy
 * is recognised as one and an uncertain end can be settled by looking for it. The one-click fields
 * (RFC 8058) and those of a list (RFC 2369, RFC 2919) stand on a mail that has an unsubscribe URL and on no other. A
 * transactional mail answers something that somebody did, and no program shall answer it again: Auto-Submitted
 * (RFC 3834 5). A commercial one is written for its readers, and what answers it comes back as a reply.
 * @throws Error when the unsubscribe URL or the one for help is no http(s) URL, or the content cannot be composed.
 */
export async function composeMail(
  handOver: HandOver,
  route: MailRoute,
  dkim: DkimSigner | null,
  now: EpochMs,
): Promise<Buffer> {
  const { messageId, from, content, unsubscribeUrl, unsubscribeMailto, helpUrl, stream } = handOver;
  const composer = new MailComposer({
    from: { name: headerText(from.name), address: route.from },
    to: { name: '', address: route.to },
    subject: headerText(content.subject),
    date: new Date(now),
    messageId: `<${messageId}@${route.domain}>`,
    headers: {
      ...languageField(content.language),
      ...(unsubscribeUrl === null ? {} : oneClickFields(unsubscribeUrl, unsubscribeMailto)),
      ...(unsubscribeUrl === null ? {} : listFields(stream, helpUrl, route.domain)),
      ...(stream.class === 'transactional' ? { 'Auto-Submitted': 'auto-generated' } : {}),
      'Feedback-ID': prepared(feedbackId(stream, route)),
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
function oneClickFields(url: string, mailto: string | null): Record<string, Prepared> {
  const uri = bracketed(url);
  return {
    'List-Unsubscribe': prepared(mailto === null ? uri : `<${mailtoUri(mailto)}>, ${uri}`),
    'List-Unsubscribe-Post': prepared('List-Unsubscribe=One-Click'),
  };
}

/** RFC 2919: a name for the list that stays, below the sending domain; RFC 2369: where its reader finds help. */
function listFields({ brand, list }: MessageStream, helpUrl: string | null, domain: string): Record<string, Prepared> {
  return {
    'List-Id': prepared(`<${list}.${brand}.${domain}>`),
    ...(helpUrl === null ? {} : { 'List-Help': prepared(bracketed(helpUrl)) }),
  };
}

/**
 * Campaign, brand, kind and sender, as Gmail groups complaints by them. The sender must be the same in every mail and
 * have 5 to 15 characters. What belongs to no campaign goes by its list.
 */
function feedbackId(
  { brand, campaign, class: messageClass, list }: MessageStream,
  { domain, feedbackSender }: MailRoute,
): string {
  const sender = feedbackSender ?? createHash('sha256').update(domain).digest('hex').slice(0, 12);
  return `${campaign ?? list}:${brand}:${messageClass}:${sender}`;
}

/** A value that is written as it is: ASCII, on one line. */
type Prepared = { readonly prepared: true; readonly value: string };

function prepared(value: string): Prepared {
  if (!/^[\x20-\x7e]+$/.test(value)) throw new Error('a header field must be one line of ASCII');
  return { prepared: true, value };
}

function bracketed(url: string): string {
  const { protocol, href } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('a link in a header must be http or https');
  return `<${href.replace(/[<>,]/g, encodeURIComponent)}>`;
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
