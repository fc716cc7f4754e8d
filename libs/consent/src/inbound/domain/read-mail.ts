import { readKeyword } from '../../keywords/domain/read-keyword.js';

/** A mail to the mailbox for leaving, as a parser gives it. */
export interface InboundMail {
  /** Names in lower case, in the order of the mail; a name can occur twice. */
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  /** Address in From; null when there is none or several. */
  readonly from: string | null;
  readonly subject: string;
  readonly text: string;
}

/** What a mail asks for. */
export type MailReading =
  /** Texts that may be an opt-out token; whether one is, its code says. */
  | { readonly kind: 'tokens'; readonly tokens: readonly string[] }
  /** Somebody wrote in their own words that they want to leave. */
  | { readonly kind: 'leave'; readonly from: string; readonly words: string }
  | { readonly kind: 'ignored'; readonly why: IgnoredMail }
  /** Written by a person, and not understood. */
  | { readonly kind: 'unclear' };

export type IgnoredMail = 'auto_reply' | 'bounce' | 'list_mail' | 'loop' | 'forged';

/** The length of an opt-out token (66 bytes in base64url); in a mail it stands by itself. In a link it is one of ours that is quoted. */
const TOKEN = /(?<![A-Za-z0-9_/=-])[A-Za-z0-9_-]{88}(?![A-Za-z0-9_-])/g;
const MAX_TOKENS = 5;
/** A mail that was passed on this often goes round in circles (RFC 5321 6.3 has 100 as the end of patience). */
const MAX_HOPS = 30;
const ROBOTS = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+@]|$)/i;

/**
 * Reads a mail to the mailbox that List-Unsubscribe names (RFC 2369). Robots do nothing: an absence note, a bounce or
 * another list's mail that got here must not make anybody leave; the program that a mail service lets write the
 * unsubscribe mail says `auto-generated` (RFC 3834) and is heard when it brings a token. The mailbox never answers, so
 * there is nothing to loop with.
 */
export function readMail(mail: InboundMail): MailReading {
  const { headers, from, subject, text } = mail;
  const values = (name: string): string[] =>
    headers.filter(({ key }) => key === name).map(({ value }) => value.trim().toLowerCase());
  const [automatic = 'no'] = values('auto-submitted');
  if (values('received').length > MAX_HOPS) return ignored('loop');
  if (values('content-type').some((type) => /^multipart\/report/.test(type))) return ignored('bounce');
  if (values('return-path').includes('<>') || (from !== null && /^mailer-daemon@/i.test(from)))
    return ignored('bounce');
  if (/^auto-(replied|notified)/.test(automatic)) return ignored('auto_reply');
  if (
    values('x-autoreply').length > 0 ||
    values('x-autorespond').length > 0 ||
    values('x-auto-response-suppress').includes('autoreply')
  )
    return ignored('auto_reply');
  if (/^(auto_reply|junk)$/.test(values('precedence')[0] ?? '')) return ignored('auto_reply');

  const tokens = [...new Set([...subject.matchAll(TOKEN), ...unquoted(text).matchAll(TOKEN)].map(([token]) => token))];
  if (tokens.length > 0) return { kind: 'tokens', tokens: tokens.slice(0, MAX_TOKENS) };

  if (automatic !== 'no' || /^(bulk|list)$/.test(values('precedence')[0] ?? '')) return ignored('auto_reply');
  if (values('list-id').length > 0 || values('list-unsubscribe').length > 0) return ignored('list_mail');
  if (from === null || ROBOTS.test(from)) return ignored('auto_reply');
  // DMARC's verdict of the server that took the mail in: the sender named in From did not send it.
  if (values('authentication-results').some((results) => /\bdmarc\s*=\s*fail\b/.test(results)))
    return ignored('forged');

  const words = [subject.replace(/^((re|aw|fwd?|wg|antw|sv|tr)\s*:\s*)+/i, ''), ...saidIn(unquoted(text))];
  const said = words.map((line) => line.trim()).find((line) => line !== '' && readKeyword(line).kind === 'opt_out');
  return said === undefined ? { kind: 'unclear' } : { kind: 'leave', from, words: said.slice(0, 200) };
}

/** Lines that are read of a mail. Who wants to leave says so before. */
const MOST_LINES = 60;

/** Each line, and each paragraph as one: mail programs break sentences at some column. */
function saidIn(text: string): string[] {
  const lines = text.split('\n').slice(0, MOST_LINES);
  const paragraphs = lines.join('\n').split(/\n\s*\n/);
  return [...lines, ...paragraphs.map((one) => one.replaceAll('\n', ' '))];
}

/**
 * What the writer wrote themselves: without quoted lines, without all that follows the line that introduces them, and
 * without a signature.
 */
function unquoted(text: string): string {
  const lines = text.slice(0, 20_000).split(/\r?\n/);
  const start = lines.findIndex(
    (line, i) => line === '-- ' || introducesQuote(line, lines[i + 1] ?? '') || isHead(lines, i),
  );
  return (start === -1 ? lines : lines.slice(0, start)).filter((line) => !/^\s*>/.test(line)).join('\n');
}

/** `On Monday Ada wrote:`, which may be broken over two lines, and what stands between two mails. */
function introducesQuote(line: string, next: string): boolean {
  return (
    /^-{2,}\s*(original|ursprüngliche|forwarded|weitergeleitete)/i.test(line) ||
    [line, `${line} ${next}`].some((one) =>
      /^(on|am|le|el|op|il|em|w dniu) .{5,200}(wrote|schrieb|a écrit|escribió|escreveu|schreef|ha scritto|napisała?).{0,100}:\s*$/i.test(
        one,
      ),
    )
  );
}

/** Names of the lines by which Outlook begins what it quotes, as it has them in the languages of the keywords. */
const HEAD =
  /^\s*\*{0,2}(from|sent|to|cc|subject|date|von|gesendet|an|betreff|datum|de|envoyé|à|objet|enviado( el)?|para|asunto|assunto|data|da|inviato|a|oggetto|van|verzonden|aan|onderwerp|od|wysłano|do|temat|kimden|gönderildi|kime|konu|من|إلى|الموضوع|מאת|אל|נושא)\s*:\*{0,2}\s*\S/i;
const HEAD_LINES = 3;

function isHead(lines: readonly string[], at: number): boolean {
  const begins = lines.slice(at, at + HEAD_LINES);
  return begins.length === HEAD_LINES && begins.every((line) => HEAD.test(line));
}

function ignored(why: IgnoredMail): MailReading {
  return { kind: 'ignored', why };
}
