import { readKeyword, readSentences, unfolded } from '../../keywords/domain/read-keyword.js';
import { ownWords } from './own-words.js';

/** A mail to the mailbox for leaving, as a parser gives it. */
export interface InboundMail {
  /** Names in lower case, in the order of the mail; a name can occur twice. */
  readonly headers: readonly { readonly key: string; readonly value: string }[];
  /** Address in From; null when there is none or several. */
  readonly from: string | null;
  readonly subject: string;
  readonly text: string;
}

/** What a mail asks for in words. */
export type MailWords =
  /** Somebody wrote in their own words that they want to leave. `quoted`: tokens of the mail that they answer or pass on. */
  | { readonly kind: 'leave'; readonly from: string; readonly words: string; readonly quoted: readonly string[] }
  | { readonly kind: 'ignored'; readonly why: IgnoredMail }
  /** Written by a person, and not understood. `mayLeave`: it has words of leaving in it, so that a person should read it. */
  | { readonly kind: 'unclear'; readonly mayLeave: boolean };

export type MailReading =
  | MailWords
  /** Texts that may be an opt-out token; whether one is, its code says. `words`: what it says where none is. */
  | { readonly kind: 'tokens'; readonly tokens: readonly string[]; readonly words: MailWords };

export type IgnoredMail = 'auto_reply' | 'bounce' | 'list_mail' | 'loop' | 'forged';

/** The length of an opt-out token (66 bytes in base64url); in a mail for leaving it stands by itself. */
const TOKEN = /(?<![A-Za-z0-9_\-/=%+])[A-Za-z0-9_-]{88}(?![A-Za-z0-9_-])/g;
/** In a link that somebody quotes, too. */
const LINKED_TOKEN = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{88}(?![A-Za-z0-9_-])/g;
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
export function readMail(given: InboundMail): MailReading {
  const mail = { ...given, subject: shortened(given.subject) };
  const { headers, from, subject, text } = mail;
  const values = valuesOf(headers);
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

  const own = ownWords(text);
  const tokens = tokensIn([subject, own], TOKEN);
  const words = wordsOf(mail, own);
  return tokens.length > 0 ? { kind: 'tokens', tokens, words } : words;
}

/** However long somebody makes it: folded lines keep their white space (RFC 5322, 2.2.3). */
function shortened(subject: string): string {
  return subject.replace(/\s{3,}/g, ' ').slice(0, MAX_SUBJECT);
}

function tokensIn(texts: readonly string[], pattern: RegExp): readonly string[] {
  return [...new Set(texts.flatMap((text) => text.match(pattern) ?? []))].slice(0, MAX_TOKENS);
}

function wordsOf({ headers, from, subject, text }: InboundMail, own: string): MailWords {
  const values = valuesOf(headers);
  if (values('auto-submitted').some((value) => value !== 'no') || /^(bulk|list)$/.test(values('precedence')[0] ?? ''))
    return ignored('auto_reply');
  if (values('list-id').length > 0 || values('list-unsubscribe').length > 0) return ignored('list_mail');
  if (from === null || ROBOTS.test(from)) return ignored('auto_reply');
  // DMARC's verdict of the server that took the mail in: the sender named in From did not send it.
  if (values('authentication-results').some((results) => /\bdmarc\s*=\s*fail\b/.test(results)))
    return ignored('forged');

  const { said, mayLeave } = saidIn(subject, own, values('in-reply-to').length > 0);
  if (said === null) return { kind: 'unclear', mayLeave };
  return { kind: 'leave', from, words: said.slice(0, 200), quoted: tokensIn([subject, text], LINKED_TOKEN) };
}

const ANSWER = /^\s*((re|aw|fwd?|wg|antw|sv|vs|tr|ref|rif|rv|odp|ynt|enc|i|r)\s*(\[\d+\])?\s*[:：]\s*)+/i;
/** What is read of a mail: more of it is no wish to leave. */
const MAX_PARAGRAPHS = 40;
const MAX_READ = 6_000;
const MAX_SUBJECT = 1_000;
/** A greeting, or a name, is no first word of anything. */
const GREETING =
  /^\s*(hi|hello|hey|dear|hallo|guten|liebe[rs]?|sehr geehrte|moin|servus|bonjour|bonsoir|cher|ch[eè]re|madame|monsieur|hola|buen[oa]s|estimad|ol[aá]|bom dia|boa tarde|prezad|buongiorno|salve|ciao|gentil|spett|beste|geachte|goede|dzie[nń] dobry|szanown|witam|cze[sś][cć]|merhaba|say[iı]n|selam|مرحبا|السلام|שלום|היי)\p{L}{0,2}(?!\p{L})/iu;

/**
 * Reads the subject and then every paragraph, as programs break sentences over lines. A single word counts in the subject,
 * and where somebody begins; further below it may be a name.
 */
function saidIn(
  subject: string,
  own: string,
  isAnswer: boolean,
): { readonly said: string | null; readonly mayLeave: boolean } {
  const paragraphs = own
    .slice(0, MAX_READ)
    .split(/\n[^\S\n]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .slice(0, MAX_PARAGRAPHS);
  const begin = paragraphs.findIndex((paragraph) => paragraph.includes('\n') || !GREETING.test(paragraph));
  const topic = subject.replace(ANSWER, '').trim();
  // The subject of an answer is that of the mail it answers; whoever writes nothing else has changed it, or means it.
  const isOurs = isAnswer && topic !== subject.trim() && paragraphs.length > 0;
  // Some write behind it: `AW: News | please unsubscribe`.
  const added = topic.split('|').slice(1).at(-1);
  const topics = isOurs ? (added === undefined ? [] : [added]) : [topic];
  const read = [
    ...topics.map((text) => ({ text, reading: readKeyword(text) })),
    ...paragraphs.map((text, at) => ({ text, reading: at === begin ? readFirst(text) : readSentences(text) })),
  ];
  const found = read.find(({ reading }) => reading.kind === 'opt_out');
  const mayLeave = read.some(({ reading }) => reading.kind === 'other' && reading.mentionsLeaving);
  return { said: found?.text ?? null, mayLeave };
}

/** A paragraph in which somebody begins: its own first lines may be a word each. */
function readFirst(paragraph: string): ReturnType<typeof readKeyword> {
  const whole = readKeyword(paragraph);
  if (whole.kind === 'opt_out') return whole;
  const line = unfolded(paragraph)
    .split('\n')
    .find((one) => !GREETING.test(one));
  const first = line === undefined ? whole : readKeyword(line);
  return first.kind === 'opt_out' ? first : whole;
}

function valuesOf(headers: InboundMail['headers']): (name: string) => string[] {
  return (name) => headers.filter(({ key }) => key === name).map(({ value }) => value.trim().toLowerCase());
}

function ignored(why: IgnoredMail): { readonly kind: 'ignored'; readonly why: IgnoredMail } {
  return { kind: 'ignored', why };
}
