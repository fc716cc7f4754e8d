import { describe, expect, it } from '@jest/globals';
import { SAID } from '../testing/said.js';
import { compileGrammar, toClause } from './grammar.js';
import { readKeyword } from './read-keyword.js';

const leaves = (text: string): boolean => readKeyword(text).kind === 'opt_out';
const isAsked = (text: string): boolean => {
  const reading = readKeyword(text);
  return reading.kind === 'other' && reading.isLikely;
};

describe.each(SAID)('what people write of leaving, in $language', ({ leaving, staying }) => {
  it('is heard, in a subject as in a sentence', () => {
    expect(leaving.filter((text) => !leaves(text))).toEqual([]);
  });

  it('is heard between courtesies, and broken over lines', () => {
    const dressed = leaving.map((text) => `Hello,\n${text}\nAda`);
    expect(dressed.filter((text) => !leaves(text))).toEqual([]);
    const broken = leaving
      .filter((text) => text.split(' ').length > 4)
      .map((text) => text.replace(/( \S+ \S+) /, '$1\r\n'));
    expect(broken.filter((text) => !leaves(text))).toEqual([]);
  });

  it('is not read into what speaks of something else', () => {
    expect(staying.filter(leaves)).toEqual([]);
  });
});

it.each([
  'Not interested', 'Nein danke', 'Kein Interesse', 'No thanks', 'This is spam!', 'Where did you get my email address?', 'Woher haben Sie meine Adresse?',
  'Ihre Mails nerven', 'Non merci', 'Je ne suis pas intéressé', 'No me interesa', 'Non mi interessa', 'Geen interesse', 'Nie jestem zainteresowany', 'İlgilenmiyorum', 'لست مهتما', 'לא תודה',
])('asks whoever likely means it: %s', (text) => {
  expect(isAsked(text)).toBe(true);
}); // prettier-ignore

it.each([
  'Danke!',
  'See you tomorrow',
  'When do you open?',
  'Bitte rufen Sie mich an',
  'Merci beaucoup',
  '¿Cuánto cuesta?',
  'شكرا',
  'תודה',
  "please don't stop",
  'Bitte nicht abmelden',
  'Where is the bus stop?',
])('asks nobody who does not: %s', (text) => {
  expect(isAsked(text)).toBe(false);
});

it('is quick, whatever is written', () => {
  const words = SAID.flatMap(({ leaving, staying }) => [...leaving, ...staying]).join(' ');
  const worst = [
    words,
    words.replace(/[.,;:!?]/g, ''),
    'please no any more any more '.repeat(80),
    'a '.repeat(1000),
    'ich '.repeat(500),
  ];
  for (const text of worst) readKeyword(text);
  const begun = performance.now();
  for (const text of worst) readKeyword(text);
  expect((performance.now() - begun) / worst.length).toBeLessThan(500);
});

describe('a pattern', () => {
  const grammar = { language: 'x', classes: { dog: 'dog*|big dog' }, likely: [], other: [], elsewhere: [] };
  it.each([
    ['stop {dog}', 'please stop dogs now', true],
    ['stop {dog}', 'please stop a dog', false],
    ['stop .. {dog}', 'stop a very big dog', true],
    ['stop .. cat', 'stop one two three four five cat', false],
    ['^ stop [the|my {dog}] $', 'stop my big dog', true],
    ['^ stop [the|my {dog}] $', 'now stop', false],
    ['(no|not (any|one)) {dog}+ $', 'not one dog dogs', true],
    ['*dog', 'a hotdog', true],
    ['stop the !{dog} *', 'stop the cat', true],
    ['stop the !{dog} *', 'stop the dogs', false],
    ['stop [the] !(the|{dog}) *', 'stop the big dog', false],
  ])('%s on %j: %s', (pattern, text, fits) => {
    const { leaving } = compileGrammar({ ...grammar, leaving: [pattern] });
    expect(leaving.test(toClause(text))).toBe(fits);
  });

  it('that names a class that is none is refused', () => {
    expect(() => compileGrammar({ ...grammar, leaving: ['{cat}'] })).toThrow('no class of words is named cat');
  });
});
