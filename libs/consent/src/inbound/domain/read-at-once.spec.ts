import { beforeAll, describe, expect, it } from '@jest/globals';
import { processorMs } from '../../../../../test/support/processor-time.js';
import { readKeyword } from '../../keywords/domain/read-keyword.js';
import { type InboundMail, readMail } from './read-mail.js';

const mail = (more: Partial<InboundMail>): InboundMail => ({ headers: [], from: 'ada@people.example', subject: '', text: '', ...more }); // prettier-ignore

/** Anybody can write to the mailbox, and who reads what they wrote answers everybody else meanwhile. */
describe('whatever somebody writes is read at once', () => {
  // The patterns of all languages are compiled with the first text.
  beforeAll(() => void readMail(mail({ subject: 'Re: x', text: 'I like it.' })));

  const long = 40_000;
  it.each<[string, Partial<InboundMail>]>([
    ['a line of hyphens that ends otherwise', { text: `${'-'.repeat(long)}x` }],
    ['hyphens, a word and hyphens, that end otherwise', { text: `--- x ${'-'.repeat(long)}x` }],
    ['a line of underscores that ends otherwise', { text: `${'_'.repeat(long)}x` }],
    ['a word behind many spaces', { text: `${' '.repeat(long)}x` }],
    ['a star between many spaces', { text: `${' '.repeat(long / 2)}*${' '.repeat(long / 2)}x` }],
    ['a line without an end that says who wrote', { text: `On 1 ${'wrote:'.repeat(long)}x` }],
    ['lines of one letter', { text: 'a\n'.repeat(long) }],
    ['lines of nothing', { text: '\n'.repeat(long) }],
    ['letters that stand for many', { text: '\ufdfa'.repeat(long) }],
    ['a subject with many spaces in it', { subject: `Re${' '.repeat(10 * long)}x` }],
    ['a subject of many marks of an answer', { subject: 'Re: '.repeat(10 * long) }],
    ['a subject of many spaces between words', { subject: `a${' '.repeat(10 * long)}b` }],
  ])('a mail of %s', (_what, more) => {
    expect(processorMs(() => readMail(mail(more)))).toBeLessThan(500);
  });

  it.each([
    ['lines of one letter', 'a\n'.repeat(20 * long)],
    ['many spaces between words', `a${' '.repeat(10 * long)}b`],
    ['letters that stand for many', '\ufdfa'.repeat(long)],
  ])('a text of %s', (_what, text) => {
    expect(processorMs(() => readKeyword(text))).toBeLessThan(500);
  });

  it('and heard all the same where it says that they leave', () => {
    const written = `Please unsubscribe me.\n${'-'.repeat(long)}x\n${' '.repeat(100)}`;
    expect(readMail(mail({ text: written }))).toMatchObject({ kind: 'leave' });
    expect(readMail(mail({ subject: `Re: ${' '.repeat(long)}unsubscribe` }))).toMatchObject({ kind: 'leave' });
    expect(readKeyword(`STOP${'\n'.repeat(long)}`)).toMatchObject({ kind: 'opt_out' });
  });
});
