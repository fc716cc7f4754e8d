import { FILLERS, KEYWORDS, NOT_SLIPS } from './keyword-sets.js';
import { LEAVING_CLAUSES, NOT_LEAVING } from './leaving-clauses.js';
import { NO_STOP, SENTENCES, STAYING, STOP } from './sentences.js';

/** What an inbound text message asks for. */
export type KeywordReading =
  | { readonly kind: 'opt_out'; readonly how: 'keyword' | 'sentence' | 'slip'; readonly language: string | null }
  | { readonly kind: 'help'; readonly language: string }
  | { readonly kind: 'start'; readonly language: string }
  | { readonly kind: 'yes'; readonly language: string }
  /** `mentionsLeaving`: has a word of leaving in it, but says something else or cannot be told. A person should look. */
  | { readonly kind: 'other'; readonly mentionsLeaving: boolean };

/**
 * Reads a text message. Leaving comes before everything else: a message that asks for help and leaves, leaves. A slip
 * of one key in a keyword that stands alone counts as leaving, because ignoring an opt-out harms the person and
 * honouring a mistaken one only asks them to come back.
 */
export function readKeyword(text: string): KeywordReading {
  if (text.includes('\u{1f6d1}') || /^[^\p{L}]*стоп[^\p{L}]*$/iu.test(text))
    return { kind: 'opt_out', how: 'keyword', language: null };
  const normal = normalize(unsigned(text));
  if (normal === '') return { kind: 'other', mentionsLeaving: false };
  const core = withoutFillers(normal);

  for (const { language, optOut } of KEYWORDS) {
    if (optOut.some((word) => fits(word, normal, core))) return { kind: 'opt_out', how: 'keyword', language };
  }
  const sentence = sentenceIn(unsigned(text));
  if (sentence !== null) return sentence;
  const known = otherKeyword(normal, core);
  if (known !== null) return known;
  if (!core.includes(' ')) {
    for (const { language, optOut } of KEYWORDS) {
      if (optOut.some((word) => isSlipOf(plain(word), core))) return { kind: 'opt_out', how: 'slip', language };
    }
  }
  const words = new Set(normal.split(' '));
  const mentionsLeaving = STRONG.some((word) => words.has(word)) || UNWILLING.test(normal);
  return { kind: 'other', mentionsLeaving };
}

/** Without the line that a program adds beneath what was written, and what follows it. */
function unsigned(text: string): string {
  const lines = text.slice(0, 2000).split(/\r?\n/);
  const signature = lines.findIndex((line, i) => i > 0 && SIGNATURE.test(line));
  return signature === -1 ? text : lines.slice(0, signature).join('\n');
}

const SIGNATURE =
  /^\s*(--\s*$|sent (from|with|via) |gesendet (von|mit) |von meinem |envoy[ée] (de|depuis) |enviado (desde|do|de) |inviato (da|dal) |verzonden (vanaf|met|via) |wys[łl]ano z )/i;

/** Words that mean leaving where they stand alone, and make a person look where they do not. */
const STRONG = [
  'stop',
  'stopp',
  'unsubscribe',
  'optout',
  'abmelden',
  'arret',
  'desabonner',
  'baja',
  'sair',
  'iptal',
  'הסר',
];

/** Not wanting something, which may be the messages. */
const UNWILLING =
  /\b(not interested|no thanks?|no thank you|go away|fuck off|piss off|nein danke|kein interesse|non merci|no gracias|no grazie|nee bedankt|nie dziekuje)\b/;

/** Cyrillic letters of a STOP that looks like one. */
const LATIN: Readonly<Record<string, string>> = { ѕ: 's', т: 't', о: 'o', р: 'p' };

/** Lower case, compatibility forms folded, accents and vowel signs off, everything but letters and digits a space. */
export function normalize(text: string): string {
  return text
    .slice(0, 2000)
    .normalize('NFKD')
    .replace(/ı/g, 'i')
    .toLowerCase()
    .replace(/[ѕтор]/g, (letter) => LATIN[letter] ?? letter)
    .replace(/([\p{L}])['’`´]([\p{L}])/gu, (_, a: string, b: string) =>
      /[a-z]/.test(a) && b === 't' ? a + b : `${a} ${b}`,
    )
    .replace(/[\p{M}\u0640]/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/ł/g, 'l')
    .replace(/(?<=\p{L})0(?=\p{L})/gu, 'o')
    .replace(/[أإآ]/g, 'ا')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function plain(word: string): string {
  return normalize(word);
}

const FILLING = new Set([...FILLERS].map(plain));

function withoutFillers(normal: string): string {
  const words = normal.split(' ');
  const left = words.filter((word) => !FILLING.has(word));
  if (left.length === 0 || words.length > 6) return normal;
  // STOP STOP STOP says it once.
  return new Set(left).size === 1 ? (left[0] ?? normal) : left.join(' ');
}

function fits(word: string, normal: string, core: string): boolean {
  const wanted = plain(word);
  return normal === wanted || core === wanted || normal.replaceAll(' ', '') === wanted;
}

/** Where a person begins to say something else. */
const BETWEEN_CLAUSES = /[.,;:!?|\n…]+|\s[-–—]\s|\bbut\b/i;

/** Leaving in a sentence. What asks to go on says nothing about the rest: `I don't want to take part, remove me`. */
function sentenceIn(text: string): KeywordReading | null {
  const clauses = text
    .slice(0, 2000)
    .split(BETWEEN_CLAUSES)
    .map(normalize)
    .filter((clause) => clause !== '' && ![...STAYING, ...NOT_LEAVING].some((pattern) => pattern.test(clause)));
  const said = clauses.join(' ');
  if (said === '') return null;
  const core = withoutFillers(said);
  const sentence = SENTENCES.find(({ pattern }) => pattern.test(said) || pattern.test(core));
  if (sentence !== undefined) return { kind: 'opt_out', how: 'sentence', language: sentence.language };
  const clause = LEAVING_CLAUSES.find(({ pattern }) => clauses.some((one) => pattern.test(one)));
  if (clause !== undefined) return { kind: 'opt_out', how: 'sentence', language: clause.language };
  const saysStop = clauses.some((clause) => STOP.test(clause) && !NO_STOP.some((pattern) => pattern.test(clause)));
  const saysWord = clauses.some((clause) => STRONG.includes(withoutFillers(clause)));
  return saysStop || saysWord ? { kind: 'opt_out', how: 'sentence', language: null } : null;
}

/** To come back takes the word itself; for help it may be asked in more. */
function otherKeyword(normal: string, core: string): KeywordReading | null {
  for (const { language, help, start, yes } of KEYWORDS) {
    if (help.includes(normal) || help.includes(core)) return { kind: 'help', language };
    if (start.includes(normal)) return { kind: 'start', language };
    if (yes.includes(normal)) return { kind: 'yes', language };
  }
  return null;
}

/** Shortest keyword that a slip is looked for in: in shorter ones every slip is another word. */
const MIN_SLIP = 4;

/** Whether one slip of the hand makes `typed` of `word`: two letters swapped, one doubled, dropped or a key beside it. */
function isSlipOf(word: string, typed: string): boolean {
  // A key that is held: no word has a letter three times in a row.
  if (/(.)\1\1/.test(typed)) return typed.replace(/(.)\1+/g, '$1') === word.replace(/(.)\1+/g, '$1');
  if (word.length < MIN_SLIP || typed === word || NOT_SLIPS.has(typed) || !/^[a-z]+$/.test(word + typed)) return false;
  const difference = typed.length - word.length;
  let at = 0;
  while (at < Math.min(word.length, typed.length) && word[at] === typed[at]) at++;
  const [rest, typedRest] = [word.slice(at), typed.slice(at)];
  if (difference === 1) return typedRest.slice(1) === rest && isNearAny(typed[at], [word[at], word[at - 1]]);
  if (difference === -1) return rest.slice(1) === typedRest && (word.length > MIN_SLIP || at > 0);
  if (difference !== 0) return false;
  if (rest.slice(2) === typedRest.slice(2) && rest[0] === typedRest[1] && rest[1] === typedRest[0]) return true;
  return rest.slice(1) === typedRest.slice(1) && isNearAny(typedRest[0], [rest[0]]);
}

/** Rows of QWERTY; QWERTZ and AZERTY differ in keys that are rare in keywords. */
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const PLACE = new Map(ROWS.flatMap((row, y) => [...row].map((key, x) => [key, { x: x + y * 0.5, y }] as const)));

function isNearAny(typed: string | undefined, meant: readonly (string | undefined)[]): boolean {
  const a = PLACE.get(typed ?? '');
  return meant.some((key) => {
    if (key !== undefined && key === typed) return true;
    const b = PLACE.get(key ?? '');
    return a !== undefined && b !== undefined && Math.abs(a.y - b.y) <= 1 && Math.abs(a.x - b.x) <= 1;
  });
}
