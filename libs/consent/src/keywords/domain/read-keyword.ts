import { type CompiledGrammar, compileGrammar, toClause } from './grammar.js';
import { FILLERS, KEYWORDS, NOT_SLIPS } from './keyword-sets.js';
import { GERMANIC } from './leaving-germanic.js';
import { OTHERS } from './leaving-others.js';
import { ROMANCE } from './leaving-romance.js';
import { normalize } from './normalize.js';
import { NO_STOP, SENTENCES, STAYING, STOP, STUCK } from './sentences.js';

/** What an inbound text message asks for. */
export type KeywordReading =
  | { readonly kind: 'opt_out'; readonly how: 'keyword' | 'sentence' | 'slip'; readonly language: string | null }
  | { readonly kind: 'help'; readonly language: string }
  | { readonly kind: 'start'; readonly language: string }
  | { readonly kind: 'yes'; readonly language: string }
  /**
   * `mentionsLeaving`: has a word of leaving in it, but says something else or cannot be told. A person should look.
   * `isLikely`: it likely means leaving, so that whoever wrote it should be asked.
   */
  | { readonly kind: 'other'; readonly mentionsLeaving: boolean; readonly isLikely: boolean };

/**
 * Reads a text message. Leaving comes before everything else: a message that asks for help and leaves, leaves. A slip
 * of one key in a keyword that stands alone counts as leaving, because ignoring an opt-out harms the person and
 * honouring a mistaken one only asks them to come back.
 */
export function readKeyword(text: string): KeywordReading {
  if (STOP_SIGNS.test(text)) return { kind: 'opt_out', how: 'keyword', language: null };
  const normal = normalize(unsigned(text));
  if (normal === '') return { kind: 'other', mentionsLeaving: false, isLikely: false };
  const core = withoutFillers(normal);

  for (const { language, optOut } of KEYWORDS) {
    if (optOut.some((word) => fits(word, normal, core))) return { kind: 'opt_out', how: 'keyword', language };
  }
  const said = readSentences(text);
  if (said.kind === 'opt_out') return said;
  const known = otherKeyword(normal, core);
  if (known !== null) return known;
  if (!core.includes(' ')) {
    for (const { language, optOut } of KEYWORDS) {
      if (optOut.some((word) => isSlipOf(plain(word), core))) return { kind: 'opt_out', how: 'slip', language };
    }
  }
  return said;
}

/** Reads what is no message of its own but a part of one, in which a single word is not a keyword. */
export function readSentences(text: string): Extract<KeywordReading, { kind: 'opt_out' | 'other' }> {
  const written = unfolded(unsigned(text));
  const inOneLine = written.replace(/\s*\n\s*/g, ' ');
  const found = sentenceIn(written) ?? (inOneLine === written ? null : sentenceIn(inOneLine));
  if (found !== null) return found;
  const words = new Set(normalize(written).split(' '));
  const isLikely = isLikelyIn(written);
  return { kind: 'other', mentionsLeaving: isLikely || STRONG.some((word) => words.has(word)), isLikely };
}

const STOP_SIGNS = /[\u{1f6d1}\u26d4]/u;

/** So much of a text is looked at, however long it is: more of it is no wish to leave. */
const MOST_READ = 6_000;

/** Without the line that a program adds beneath what was written, and what follows it. */
function unsigned(text: string): string {
  const lines = text.slice(0, 2000).split(/\r?\n/);
  const signature = lines.findIndex((line, i) => i > 0 && SIGNATURE.test(line));
  return signature === -1 ? text.slice(0, MOST_READ) : lines.slice(0, signature).join('\n');
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
  if (normal === wanted || core === wanted || normal.replaceAll(' ', '') === wanted) return true;
  // Written in one, as in a hurry: STOPNOW.
  return wanted.includes(' ') && wanted.replaceAll(' ', '') === normal;
}

/** Made when the first text is read: it takes a tenth of a second, and most processes never read one. */
let compiled: readonly CompiledGrammar[] | undefined;

function grammars(): readonly CompiledGrammar[] {
  return (compiled ??= [...GERMANIC, ...ROMANCE, ...OTHERS].map(compileGrammar));
}

/** Where a person begins to say something else. */
const BETWEEN_CLAUSES = /[.,;:!?\n…|]+|\s[-–—]\s|\bbut\b/i;
const BETWEEN_SENTENCES = /[.;!?\n…|]+|\s[-–—]\s|\bbut\b/i;
/** Programs break lines between the 60th and the 80th column. */
const FULL_LINE = 55;

/** With those lines in one that were one before a program broke them. */
export function unfolded(text: string): string {
  return text
    .split(/\r?\n/)
    .reduce<string[]>((lines, line) => {
      const last = lines.at(-1);
      const isBroken = last !== undefined && last.trim() !== '' && line.trim() !== '' && goesOn(last, line);
      return isBroken ? [...lines.slice(0, -1), `${last.trimEnd()} ${line.trimStart()}`] : [...lines, line];
    }, [])
    .join('\n');
}

function goesOn(line: string, next: string): boolean {
  return !/[.!?…:]\s*$/.test(line) && (/^\s*\p{Ll}/u.test(next) || (line.split('\n').at(-1) ?? '').length >= FULL_LINE);
}

/** Leaving in a sentence. What asks to go on says nothing about the rest: `I don't want to take part, remove me`. */
function sentenceIn(text: string): Extract<KeywordReading, { kind: 'opt_out' }> | null {
  const spoken = text.slice(0, 2000).split(BETWEEN_SENTENCES);
  if (spoken.some((sentence) => STUCK.test(normalize(sentence))))
    return { kind: 'opt_out', how: 'sentence', language: null };
  const sentences = spoken.map(sentenceOf);
  for (const { said, clauses } of sentences) {
    const language = grammarOf([said, ...clauses], 'leaving');
    if (language !== null) return { kind: 'opt_out', how: 'sentence', language };
  }
  const clauses = sentences.flatMap((one) => one.clauses);
  const said = clauses.join(' ');
  if (said === '') return null;
  const core = withoutFillers(said);
  const sentence = SENTENCES.find(({ pattern }) => pattern.test(said) || pattern.test(core));
  if (sentence !== undefined) return { kind: 'opt_out', how: 'sentence', language: sentence.language };
  const saysStop = clauses.some((clause) => STOP.test(clause) && !NO_STOP.some((pattern) => pattern.test(clause)));
  const saysWord = clauses.some((clause) => STRONG.includes(withoutFillers(clause)));
  return saysStop || saysWord ? { kind: 'opt_out', how: 'sentence', language: null } : null;
}

function isLikelyIn(text: string): boolean {
  const sentences = text.slice(0, 2000).split(BETWEEN_SENTENCES).map(sentenceOf);
  return sentences.some(
    ({ said, clauses, leavesElsewhere }) => leavesElsewhere || grammarOf([said, ...clauses], 'likely') !== null,
  );
}

interface Sentence {
  readonly said: string;
  readonly clauses: readonly string[];
  /** Whether something is left that may not be what is sent. It stands in none of the others any more. */
  readonly leavesElsewhere: boolean;
}

/** What a sentence says of leaving, in whole and clause by clause; nothing of what asks to go on or speaks of something else. */
function sentenceOf(sentence: string): Sentence {
  const whole = normalize(sentence);
  const spoken = sentence
    .split(BETWEEN_CLAUSES)
    .map(normalize)
    .filter((clause) => clause !== '');
  if (speaksOfOther(whole)) return { said: '', clauses: [], leavesElsewhere: false };
  const kept = spoken.filter((clause) => !STAYING.some((pattern) => pattern.test(clause)) && !speaksOfOther(clause));
  const clauses = kept.map(withoutElsewhere);
  const said = withoutElsewhere(kept.join(' '));
  return { said, clauses, leavesElsewhere: said.includes(ELSEWHERE) || clauses.join(' ').includes(ELSEWHERE) };
}

/** Stands for what was taken out: a word of no language. */
const ELSEWHERE = '\u2026';

function withoutElsewhere(clause: string): string {
  return grammars()
    .reduce((left, { elsewhere }) => left.replace(elsewhere, `${ELSEWHERE} `), toClause(clause))
    .trim();
}

function speaksOfOther(clause: string): boolean {
  return grammarOf([clause], 'other') !== null;
}

function grammarOf(clauses: readonly string[], patterns: 'leaving' | 'likely' | 'other'): string | null {
  const padded = clauses.map(toClause);
  const grammar = grammars().find((one) => padded.some((clause) => one[patterns].test(clause)));
  return grammar?.language ?? null;
}

/** Help with its courtesies; what gives a consent stands alone. */
function otherKeyword(normal: string, core: string): KeywordReading | null {
  const asked = core.replace(/^i (need|want) /, '');
  for (const { language, help, start, yes } of KEYWORDS) {
    if (help.includes(normal) || help.includes(asked)) return { kind: 'help', language };
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
