import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANY_CHARACTER } from '../../../../../test/support/any-character.js';
import { type InboundMail, readMail } from './read-mail.js';

const TOKEN = 'A'.repeat(87) + '_';
const mail = (
  more: Partial<Omit<InboundMail, 'headers'>> & { headers?: Record<string, string> } = {},
): InboundMail => ({
  from: 'ada@people.example',
  subject: '',
  text: '',
  ...more,
  headers: Object.entries(more.headers ?? {}).map(([key, value]) => ({ key, value })),
});
const read = (...args: Parameters<typeof mail>): string => {
  const reading = readMail(mail(...args));
  if (reading.kind === 'tokens') return `tokens ${reading.tokens.length}`;
  if (reading.kind === 'leave') return `leave ${reading.from}`;
  return reading.kind === 'ignored' ? reading.why : reading.kind;
};

describe('a mail to the mailbox for leaving', () => {
  it.each<[string, string, Parameters<typeof mail>[0]]>([
    ['a token as its subject', 'tokens 1', { subject: `unsubscribe ${TOKEN}` }],
    ['a token in an answer', 'tokens 1', { subject: `Re: unsubscribe ${TOKEN}`, text: 'please' }],
    ['a token in the text', 'tokens 1', { text: `\n${TOKEN}\n` }],
    [
      'a token that a mail service sends by itself',
      'tokens 1',
      { subject: TOKEN, headers: { 'auto-submitted': 'auto-generated' } },
    ],
    [
      'a token in an absence note',
      'auto_reply',
      { subject: `Re: ${TOKEN}`, headers: { 'auto-submitted': 'auto-replied' } },
    ],
    ['a token in an absence note of another kind', 'auto_reply', { subject: TOKEN, headers: { 'x-autoreply': 'yes' } }],
    [
      'a token in a bounce',
      'bounce',
      { subject: TOKEN, headers: { 'content-type': 'multipart/report; report-type=delivery-status' } },
    ],
    ['a token from nobody', 'bounce', { subject: TOKEN, headers: { 'return-path': '<>' } }],
    ['a token in a mail that goes in circles', 'loop', { subject: TOKEN }],
    ['a token that is too long', 'unclear', { text: `${TOKEN}A` }],
    ['a token that somebody quotes', 'unclear', { text: `> ${TOKEN}` }],
    ['words in the subject', 'leave ada@people.example', { subject: 'Unsubscribe' }],
    ['words in an answer', 'leave ada@people.example', { subject: 'AW: Re: Abmelden' }],
    [
      'words in the text',
      'leave ada@people.example',
      { subject: 'Re: News', text: 'Hello,\n\nplease remove me from your list.\n\nAda' },
    ],
    ['words that are only quoted', 'unclear', { subject: 'Re: News', text: 'I like it\n\nOn Monday Ada wrote:\nStop' }],
    [
      'words that Outlook quotes',
      'unclear',
      {
        subject: 'AW: Tee',
        text: `Danke, den probiere ich gern!\n\nVon: Nordlicht <post@a.example>\nGesendet: Montag, 23. November 2026\nAn: ada@people.example\nBetreff: Tee\n\nAbmelden\n<https://a.example/u/${TOKEN}>`,
      },
    ],
    [
      'words before what Outlook quotes',
      'leave ada@people.example',
      { subject: 'Re: Tea', text: 'Unsubscribe\n\n*From:* A\n*Sent:* Monday\n*To:* Ada\n\nTea' },
    ],
    [
      'words of a form that somebody filled in',
      'leave ada@people.example',
      { subject: 'x', text: 'Name: Ada\nE-Mail: ada@people.example\nAnliegen: bitte abmelden' },
    ],
    ['a token in a link of ours', 'unclear', { text: `Is this yours? https://a.example/u/${TOKEN}` }],
    [
      'a quotation whose introduction is broken over two lines',
      'unclear',
      { text: 'Nice\n\nOn Mon, 23 Nov 2026 at 10:00, Nordlicht <post@a.example>\nwrote:\n\nUnsubscribe' },
    ],
    [
      'a sentence that is broken over two lines',
      'leave ada@people.example',
      { text: 'Hello, I am writing to let you know that I do not want\r\nto receive your newsletter any longer.' },
    ],
    [
      'words below many lines',
      'leave ada@people.example',
      { text: `${'Guten Tag,\n\nes ist so viel.\n'.repeat(6)}Bitte melden Sie mich vom Newsletter ab.` },
    ],
    ['words in a signature', 'unclear', { text: 'Nice\n-- \nAda\nStop' }],
    ['words of a robot', 'auto_reply', { subject: 'Unsubscribe', headers: { 'auto-submitted': 'auto-generated' } }],
    ['words of another list', 'list_mail', { subject: 'Unsubscribe', headers: { 'list-id': '<other.example>' } }],
    [
      'words of our own mail that came back',
      'list_mail',
      { text: 'Unsubscribe', headers: { 'list-unsubscribe': '<https://x>' } },
    ],
    [
      'words whose sender did not send them',
      'forged',
      {
        subject: 'Unsubscribe',
        headers: { 'authentication-results': 'mx.example; dkim=none; dmarc=fail header.from=people.example' },
      },
    ],
    ['words without a sender', 'auto_reply', { subject: 'Unsubscribe', from: null }],
    ['an absence note in plain words', 'unclear', { subject: 'Out of office', text: 'I am away until Monday.' }],
    ['nothing', 'unclear', {}],
  ])('with %s is read as %s', (what, reading, given) => {
    const headers = what.includes('circles')
      ? Array.from({ length: 31 }, () => ({ key: 'received', value: 'from a by b' }))
      : Object.entries(given?.headers ?? {}).map(([key, value]) => ({ key, value }));
    const one = readMail({ ...mail(given), headers });
    expect(
      one.kind === 'tokens'
        ? `tokens ${one.tokens.length}`
        : one.kind === 'leave'
          ? `leave ${one.from}`
          : one.kind === 'ignored'
            ? one.why
            : one.kind,
    ).toBe(reading);
  });

  it.each<[string, Parameters<typeof mail>[0], string | null]>([
    [
      'an unknown token in a link',
      { subject: 'unsubscribe', text: `Please unsubscribe me.\nAda, ${TOKEN}` },
      'unsubscribe',
    ],
    ['nothing of leaving', { text: `Is it this? ${TOKEN}` }, null],
  ])('says in words what it says besides a token: %s', (_name, given, words) => {
    const one = readMail(mail(given));
    expect(one.kind === 'tokens' && (one.words.kind === 'leave' ? one.words.words : null)).toBe(words);
  });

  it('names the tokens of the mail that it passes on or answers, when its writer leaves', () => {
    const quoted = `From: A\nSent: Monday\nTo: Ada\nSubject: Tea\n\nUnsubscribe <https://a.example/u/${TOKEN}>`;
    expect(readMail(mail({ text: `Please unsubscribe me.\n\n${quoted}` }))).toMatchObject({
      kind: 'leave',
      quoted: [TOKEN],
    });
    expect(readMail(mail({ text: `I like it.\n\n${quoted}` }))).toEqual({ kind: 'unclear', mayLeave: false });
  });

  it.each<[string, string, Parameters<typeof mail>[0]]>([
    ['a single word where somebody begins', 'leave ada@people.example', { text: 'Hello,\n\ncancel\n\nAda' }],
    ['a name that is a keyword in some language', 'unclear', { text: 'Thanks for the tea.\n\nFin' }],
    [
      'our own subject, answered',
      'unclear',
      { subject: 'Re: Stop wasting money', text: 'I like it', headers: { 'in-reply-to': '<a@b>' } },
    ],
    [
      'our own subject, and words behind it',
      'leave ada@people.example',
      { subject: 'AW: Neues | bitte abmelden', text: 'Gruß', headers: { 'in-reply-to': '<a@b>' } },
    ],
    [
      'an answer with nothing but its subject',
      'leave ada@people.example',
      { subject: 'Re: unsubscribe', headers: { 'in-reply-to': '<a@b>' } },
    ],
    [
      'the small print of a company',
      'unclear',
      {
        text: 'See you on Monday.\n\nIf you are not the intended recipient, please delete this e-mail.\n\nTo unsubscribe from our newsletter click here.',
      },
    ],
  ])('with %s is read as %s, too', (_name, reading, given) => {
    expect(read(given)).toBe(reading);
  });

  it.each(['Is this spam?', 'Woher haben Sie meine Adresse?', 'unsubscribe? me? never'])(
    'is shown to a person when it may mean leaving: %s',
    (text) => {
      const one = readMail(mail({ text }));
      expect(one.kind === 'leave' || (one.kind === 'unclear' && one.mayLeave)).toBe(true);
    },
  );

  it('can hold anything, and a thousand tokens are not all tried', () => {
    const many = readMail(
      mail({ text: Array.from({ length: 1000 }, (_, i) => String(i).padStart(88, 'x')).join('\n') }),
    );
    expect(many.kind === 'tokens' && many.tokens.length).toBe(5);
    fc.assert(
      fc.property(
        fc.string({ unit: ANY_CHARACTER }),
        fc.string({ unit: ANY_CHARACTER }),
        fc.dictionary(fc.string(), fc.string()),
        (subject, text, headers) => {
          expect(['tokens', 'leave', 'ignored', 'unclear']).toContain(readMail(mail({ subject, text, headers })).kind);
        },
      ),
    );
  });

  it('never makes anybody leave when a robot wrote it without a token', () => {
    for (const value of ['auto-replied', 'auto-generated', 'auto-notified']) {
      expect(read({ subject: 'STOP', headers: { 'auto-submitted': value } })).toBe('auto_reply');
    }
  });
});
