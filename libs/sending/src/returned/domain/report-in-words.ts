import { type DeliveryReport, readFailure } from './report-fields.js';

export interface WordedMail {
  readonly from: string | null;
  readonly subject: string;
  readonly text: string;
  /** Of a field by its name in lower case; the first counts. */
  readonly header: (name: string) => string | undefined;
}

export interface WordedBounce {
  readonly delivery: DeliveryReport;
  /** As much of the mail as came back, with its headers first. */
  readonly original: string;
}

/**
 * A bounce that only words tell, as some servers write to this day: qmail's (QSBMF), and those with `X-Failed-Recipients`,
 * which Exim wrote before it had reports, and gateways do. Only of robots: people quote such words as well. Of a mail that is
 * merely late qmail writes nothing; the others do, and Google with `X-Failed-Recipients`.
 */
export function readWordedBounce(mail: WordedMail): WordedBounce | null {
  const isRobot = /^mailer-daemon@/i.test(mail.from ?? '') || mail.header('return-path')?.trim() === '<>';
  if (!isRobot) return null;
  const text = mail.text.slice(0, LONGEST).replace(/\r\n?/g, '\n');
  return qmail(text) ?? failedRecipient(text, mail.header('x-failed-recipients'), mail.subject);
}

/**
 * Whether a mail is a complaint in a form of its own: Outlook.com (JMRP) and Amazon write no RFC 5965, but a line as the
 * subject, with the mail that was complained about beneath it.
 */
export function isWordedComplaint({ subject }: Pick<WordedMail, 'subject'>): boolean {
  return /^complaint about message from [\d.a-f:]+\s*$/i.test(subject);
}

/** What a server says of a failure is short, and the headers of a mail that it quotes are not endless. */
const LONGEST = 100_000;

/** Paragraphs: who writes, one for each recipient (`<address>:`), a line of hyphens, and the mail. */
function qmail(text: string): WordedBounce | null {
  const paragraphs = text.trimStart().split(/\n{2,}/);
  const [recipient = '', ...others] = paragraphs.slice(paragraphs.findIndex((one) => /^<[^\n]*>:[ \t]*\n/.test(one)));
  const end = others.findIndex((one) => one.startsWith('-'));
  if (!text.trimStart().startsWith('Hi. This is the ') || !recipient.startsWith('<') || end === -1) return null;
  const original = [behindFirstLine(others[end] ?? ''), ...others.slice(end + 1)].join('\n\n').trimStart();
  return { delivery: readFailure(inOneLine(behindFirstLine(recipient))), original };
}

/** What stands between the address and the mail that comes back. */
function failedRecipient(text: string, addresses: string | undefined, subject: string): WordedBounce | null {
  const [address = ''] = (addresses ?? '').split(',', 1);
  if (!address.includes('@')) return null;
  const [said = '', original = ''] = text.split(/\n---.*\n+/, 2);
  if (isOfDelay(subject, said)) return null;
  const at = said.toLowerCase().indexOf(address.trim().toLowerCase());
  const reason = at === -1 ? said : said.slice(at + address.trim().length);
  return { delivery: readFailure(inOneLine(reason)), original };
}

/** Whether the server goes on trying. Said of the mail that it writes about, in front of what it quotes. */
function isOfDelay(subject: string, said: string): boolean {
  return /\(delay\)\s*$/i.test(subject) || STILL_TRIED.test(inOneLine(said));
}

const STILL_TRIED =
  /has been delayed|has not yet been delivered|warning message only|will be retried|will continue to try|attempts will continue/i;

function behindFirstLine(text: string): string {
  return text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : '';
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
