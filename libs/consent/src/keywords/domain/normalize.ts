/** Cyrillic letters of a STOP that looks like one. */
const LATIN: Readonly<Record<string, string>> = { ѕ: 's', т: 't', о: 'o', р: 'p' };

/** What is written short in text messages, in whole. */
const SHORT: Readonly<Record<string, string>> = {
  ...{ txt: 'text', txts: 'texts', txting: 'texting', txtin: 'texting' },
  ...{ msg: 'message', msgs: 'messages', msging: 'messaging', dnt: 'dont' },
};

/**
 * Lower case, compatibility forms folded, accents and vowel signs off, everything but letters and digits a space. Cut once
 * more where it is folded: one letter may become eighteen, those that people write three at most.
 */
export function normalize(text: string): string {
  return text
    .slice(0, 2000)
    .normalize('NFKD')
    .slice(0, 6000)
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
    .replace(/(?<![^ ])(txt|msg|dnt)\p{L}*(?![^ ])/gu, (word) => SHORT[word] ?? word)
    .trim();
}
