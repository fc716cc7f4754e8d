import { describe, expect, it } from '@jest/globals';
import { parse, type MessageFormatElement, TYPE } from '@formatjs/icu-messageformat-parser';
import { readdirSync, readFileSync } from 'node:fs';
import { listIn, phrasesIn, plain, apart, textOf } from './phrase.js';
import { directionOf, type Language, LANGUAGE_TAGS, LANGUAGES, sayIn, type TextKey } from './texts.js';

const en = LANGUAGES.en.texts;
const KEYS = Object.keys(en) as TextKey[];

/** Names of the values that a message takes, also inside its plurals. */
function valuesOf(elements: readonly MessageFormatElement[]): string[] {
  return elements.flatMap((element) => {
    switch (element.type) {
      case TYPE.argument:
        return [element.value];
      case TYPE.plural:
      case TYPE.select:
        return [element.value, ...Object.values(element.options).flatMap(({ value }) => valuesOf(value))];
      default:
        return [];
    }
  });
}
const values = (text: string): string[] => [...new Set(valuesOf(parse(text, { ignoreTag: true })))].sort();

describe.each(LANGUAGE_TAGS)('%s', (tag) => {
  const { texts } = LANGUAGES[tag];

  it('says everything, with the same values, in words of its own', () => {
    expect(Object.keys(texts).sort()).toEqual([...KEYS].sort());
    for (const key of KEYS) {
      expect([key, texts[key].trim()]).toEqual([key, texts[key]]);
      expect([key, texts[key] === '']).toEqual([key, false]);
      expect([key, values(texts[key])]).toEqual([key, values(en[key])]);
    }
    if (tag === 'en') return;
    const copied = KEYS.filter((key) => texts[key] === en[key] && texts[key].length > 12);
    // Names of products are the same everywhere.
    expect(copied.filter((key) => key !== 'channel.teams')).toEqual([]);
  });

  it('has every plural that its grammar knows', () => {
    const needed = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const key of KEYS) {
      for (const element of parse(texts[key], { ignoreTag: true })) {
        if (element.type !== TYPE.plural) continue;
        expect([key, needed.filter((category) => !(category in element.options))]).toEqual([key, []]);
      }
    }
  });

  it('can be said: no placeholder is left in any sentence', () => {
    const say = sayIn(tag);
    const some = Object.fromEntries([...new Set(KEYS.flatMap((key) => values(en[key])))].map((name) => [name, 3]));
    for (const key of KEYS) expect([key, say(key, some)]).toEqual([key, expect.not.stringMatching(/[{}]/)]);
  });

  it('steers nobody: no exclamation, no sorrow, no shame, no question about staying', () => {
    const guilt =
      /!|¡|sorry|sad to|miss you|are you sure|leider|schade|vermissen|wirklich|désolé|dommage|triste|peccato|lástima|helaas|jammer|niestety|szkoda|infelizmente|üzgün|maalesef|للأسف|نأسف|חבל|לצערנו/i;
    for (const key of KEYS) expect([key, texts[key]]).toEqual([key, expect.not.stringMatching(guilt)]);
  });
});

it('knows which scripts run from right to left', () => {
  const rtl = LANGUAGE_TAGS.filter((tag) => directionOf(tag) === 'rtl');
  expect(rtl).toEqual(['ar', 'he']);
});

it('keeps what comes from elsewhere apart, with its own language, through sentences in sentences', () => {
  const phrase = phrasesIn('ar');
  const thing = phrase('thing', { topic: apart('Newsletter', 'de'), channel: sayIn('ar')('channel.email') });
  const whole = phrase('leave.topic', { thing });
  expect(whole.filter((piece) => piece.apart)).toEqual([{ text: 'Newsletter', apart: true, lang: 'de' }]);
  expect(textOf(whole)).toBe('إيقاف «Newsletter» عبر البريد الإلكتروني');
  expect(textOf(listIn('de', [plain('a'), plain('b'), plain('c')]))).toBe('a, b und c');
});

it('templates ask for texts that there are', () => {
  const folder = new URL('../pages/', import.meta.url);
  const asked = readdirSync(folder)
    .filter((name) => name.endsWith('.hbs'))
    .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(/\{\{t "([^"]+)"/g)])
    .map(([, key]) => key);
  expect(asked.length).toBeGreaterThan(10);
  expect(asked.filter((key) => !KEYS.includes(key as TextKey))).toEqual([]);
});

it('templates escape everything', () => {
  const folder = new URL('../pages/', import.meta.url);
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.hbs'))) {
    expect(readFileSync(new URL(name, folder), 'utf8')).not.toMatch(/\{\{\{|\{\{&/);
  }
});

it('every language is among those that the page can be asked for', () => {
  const tags: readonly Language[] = LANGUAGE_TAGS;
  expect([...tags].sort()).toEqual(['ar', 'de', 'en', 'es', 'fr', 'he', 'it', 'nl', 'pl', 'pt', 'tr']);
});
