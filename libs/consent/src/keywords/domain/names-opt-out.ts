import { KEYWORDS } from './keyword-sets.js';
import { normalize } from './normalize.js';
import { NO_STOP } from './sentences.js';

/**
 * Whether a text that is sent names a word by which its reader leaves: one that `readKeyword` carries out, marked as a
 * word and not as a verb of the sentence. Marked is what stands in quotes or in capitals. `END` and its like are words
 * of advertisements too, as is whatever stands among capitals: those count where the sentence asks for an answer, or
 * where nothing else is in their clause.
 */
export function namesOptOut(text: string): boolean {
  const said = text.normalize('NFKC').replace(/\S*:\/\/\S*/g, ' ');
  const quoted = [...said.matchAll(QUOTED)].some(([word]) => OPT_OUTS.has(normalize(word)));
  return quoted || said.split(BETWEEN_SENTENCES).some(isNamedIn);
}

const BETWEEN_SENTENCES = /[.;!?\n…]+/;
const BETWEEN_CLAUSES = /[,:=|/()[\]]|\s[-–—]\s/;
const QUOTED = /(?<=["“”„'‘’‚`*]|[«»‹›]\s?)\p{L}[\p{L}\p{M}\p{N} -]{0,30}?(?=[.!]?["“”'‘’`*]|\s?[«»‹›])/gu;
const WORD = /[\p{L}\p{M}\p{N}\p{Pd}'’_]+/gu;

const OPT_OUTS: ReadonlySet<string> = new Set(KEYWORDS.flatMap(({ optOut }) => optOut.map(normalize)));
const MOST_WORDS = 3;

/** Words that say nothing but leaving where they stand in capitals. */
const CLEAR =
  /^(stop|unsub|opt ?out|abmeld|abbestell|austrag|arret|desabonn|desinscri|descadastr|disiscriv|afmeld|uitschrij|wypisz|rezygn|iptal|ret$)/;

/** Asks for an answer, in the languages that there are words for. */
const ANSWERING =
  /^(reply|text|txt|send|answer|respond|antwort\p{L}*|senden?|sende|schreib\p{L}*|repond\p{L}*|reponse|envoy\p{L}*|textez|respond\p{L}*|envi\p{L}{1,5}|mand[ae]|rispond\p{L}*|invi[ai]\p{L}*|scriv\p{L}*|antwoord|stuur|odpis\p{L}*|odpowied\p{L}*|wyslij|yaz\p{L}*|gonder\p{L}*|ارسل\p{L}*|رد|اكتب|השב|השיבו|שלח|שלחו|כתבו)$/u;

function isNamedIn(sentence: string): boolean {
  const words = [...sentence.matchAll(WORD)].map(([word]) => word);
  const answering = words.map((word) => ANSWERING.test(normalize(word)));
  const isAnswered = answering.includes(true);
  const isSaid = /\p{Ll}/u.test(sentence) && !isAboutElse(sentence);
  const isNamed = words.some((_, from) =>
    Array.from({ length: MOST_WORDS }, (_one, i) => words.slice(from, from + i + 1)).some((some) => {
      const name = normalize(some.join(' '));
      if (!OPT_OUTS.has(name)) return false;
      const isLoud = some.every((word) => word === word.toUpperCase());
      if (!isLoud) return CLEAR.test(name) && answering.slice(Math.max(from - 2, 0), from).includes(true);
      return isAnswered || (CLEAR.test(name) && isSaid);
    }),
  );
  return isNamed || sentence.split(BETWEEN_CLAUSES).some(isLoudAlone);
}

/** Something else that stops, or does not. */
function isAboutElse(sentence: string): boolean {
  return NO_STOP.some((pattern) => pattern.test(normalize(sentence)));
}

/** Nothing but a word in capitals, with what it brings about and the number that it is sent to. */
function isLoudAlone(clause: string): boolean {
  if (clause !== clause.toUpperCase()) return false;
  const word = clause
    .trim()
    .replace(/\s(TO|2)\s(END|OPT|QUIT|CANCEL|UNSUB|LEAVE).*/, '')
    .replace(/(\s\p{L}{1,4})?\s\d{3,}\s*$/u, '');
  return OPT_OUTS.has(normalize(word));
}
