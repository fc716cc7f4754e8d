import { describe, expect, it } from '@jest/globals';
import { REPLIES } from '../testing/replies.js';
import { answerKeyword } from './answer-keyword.js';
import { readKeyword } from './read-keyword.js';

type Judged = 'sure' | 'unsure' | 'neither';

/** What is done about an answer: by what changes and which question is asked, not by how it was read. */
function treatedAs(text: string): Judged {
  const facts = { country: 'US', leftByKeyword: false, confirmationPending: false };
  const { change, reply } = answerKeyword(readKeyword(text), facts);
  if (change === 'withdraw_all') return 'sure';
  return reply === 'opt_out_question' ? 'unsure' : 'neither';
}

describe.each(REPLIES)('what people answer in $language', (replies) => {
  it.each<Judged>(['sure', 'unsure', 'neither'])('%s', (judged) => {
    const otherwise = replies[judged].filter((text) => treatedAs(text) !== judged);
    expect(otherwise.map((text) => `${text} -> ${treatedAs(text)}`)).toEqual([]);
  });
});

it('is judged in every language, of each kind, and no answer twice', () => {
  const all = REPLIES.flatMap(({ sure, unsure, neither }) => [...sure, ...unsure, ...neither]);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(350);
  expect(REPLIES.map(({ language }) => language)).toEqual([
    'en',
    'de',
    'fr',
    'es',
    'it',
    'nl',
    'pl',
    'pt',
    'tr',
    'ar',
    'he',
  ]);
});
