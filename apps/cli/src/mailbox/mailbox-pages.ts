import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { Email } from 'postal-mime';
import type { MailSummary } from './mail-store.js';

const MAX_SHOWN = 200_000;
/** Headers that are worth a line of their own; the rest is one click away. */
const SHOWN_HEADERS = ['From', 'To', 'Date', 'Message-ID', 'List-Unsubscribe', 'List-Unsubscribe-Post'];

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const css = read('mailbox.css').trim();
const options = { strict: true, knownHelpersOnly: true, preventIndent: true };
const list = Handlebars.compile(read('mailbox-list.hbs'), options);
const mail = Handlebars.compile(read('mailbox-mail.hbs'), options);
const style = new Handlebars.SafeString(css);

/** The one style sheet, for `style-src`. */
export const STYLE_HASH = `'sha256-${createHash('sha256').update(css).digest('base64')}'`;

/** @param mails newest first */
export function listPage(mails: readonly MailSummary[]): string {
  return list({ style, title: 'Mailbox', isMissing: false, mails: mails.map(shown), count: mails.length });
}

export function notFoundPage(): string {
  return list({ style, title: 'This mail is not here', isMissing: true, mails: [], count: 0 });
}

/** @param parsed null when the mail cannot be parsed; then its source is shown alone */
export function mailPage(summary: MailSummary, parsed: Email | null, raw: Buffer): string {
  const lines = (parsed?.headerLines ?? []).map(({ line }) => {
    const colon = line.indexOf(':');
    return { name: line.slice(0, colon), value: line.slice(colon + 1).trim() };
  });
  const facts = SHOWN_HEADERS.flatMap((name) => lines.filter((line) => line.name.toLowerCase() === name.toLowerCase()));
  const source = raw.toString('utf8', 0, MAX_SHOWN);
  return mail({
    ...shown(summary),
    style,
    facts:
      parsed === null ? [] : [{ name: 'Delivered to', value: summary.to.join(', ') }, ...facts.map(decoded(parsed))],
    headers: lines,
    hasHtml: parsed?.html !== undefined,
    text: parsed?.text?.slice(0, MAX_SHOWN) ?? null,
    attachments: (parsed?.attachments ?? []).map(({ filename, mimeType }) => `${filename ?? 'unnamed'} (${mimeType})`),
    source,
    isCut: raw.length > MAX_SHOWN,
  });
}

/** The HTML of a mail for its frame; links leave the frame. */
export function framedHtml(html: string): string {
  return `<!doctype html><base target="_blank">${html}`;
}

function shown({ id, at, from, to, subject, bytes }: MailSummary): object {
  return {
    id,
    at,
    time: `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`,
    from,
    to: to.join(', '),
    subject: subject === '' ? '(no subject)' : subject,
    size: bytes < 1024 ? `${bytes} B` : `${Math.round(bytes / 1024)} kB`,
  };
}

/** A name in a header is encoded on the wire; what a person sees is the decoded one. */
function decoded(parsed: Email): (line: { name: string; value: string }) => { name: string; value: string } {
  return (line) =>
    line.name.toLowerCase() === 'from' && parsed.from?.address !== undefined
      ? { name: line.name, value: `${parsed.from.name} <${parsed.from.address}>`.trim() }
      : line;
}
