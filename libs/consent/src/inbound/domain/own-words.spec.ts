import { describe, expect, it } from '@jest/globals';
import { ownWords } from './own-words.js';

const QUOTED = 'Abmelden: https://a.example/u/x';

describe('what a writer wrote themselves', () => {
  it.each([
    ['Outlook, German', 'Von: Nordlicht <post@a.example>\nGesendet: Montag\nAn: ada@people.example\nBetreff: Tee'],
    [
      'Outlook, with lines of stars and gaps',
      '*From:* A <a@a.example>\n\n*Sent:* Monday\n\n*To:* Ada\n\n*Subject:* Tea',
    ],
    ['Outlook, French', 'De : A <a@a.example>\nEnvoyé : lundi\nÀ : Ada\nObjet : Thé'],
    ['Outlook, Polish', 'Od: A\nWysłano: poniedziałek\nDo: Ada\nTemat: Herbata'],
    ['Outlook, Hebrew', 'מאת: A\nנשלח: יום שני\nאל: Ada\nנושא: תה'],
    ['Outlook’s line', '________________________________\nFrom: A'],
    ['a ruled line', '-------- Originalnachricht --------\nBetreff: Tee'],
    ['Gmail, forwarded', '---------- Forwarded message ---------\nFrom: A'],
    ['Apple Mail', 'Am 23.11.2026 um 10:00 schrieb Nordlicht <post@a.example>:'],
    ['Gmail, broken over lines', 'On Mon, 23 Nov 2026 at 10:00, Nordlicht <\npost@a.example> wrote:'],
    [
      'Gmail, German, in three lines',
      'Am Mo., 23. Nov. 2026 um 10:00 Uhr schrieb Nordlicht mit einem Namen <\npost@a.example\n>:',
    ],
    ['Gmail, Italian', 'Il giorno lun 23 nov 2026 alle ore 10:00 A <a@a.example> ha scritto:'],
    ['Gmail, Turkish', 'A <a@a.example>, 23 Kas 2026 Pzt, 10:00 tarihinde şunu yazdı:'],
    ['Apple Mail, forwarded', 'Begin forwarded message:'],
    ['a signature', '-- '],
  ])('ends where the quote of %s begins', (_name, introduction) => {
    expect(ownWords(`Danke!\n\n${introduction}\n\n${QUOTED}`).trim()).toBe('Danke!');
  });

  it.each([
    ['a form', 'Name: Ada\nE-Mail: ada@people.example\nAnliegen: bitte abmelden'],
    ['one line that says from whom', 'From: Ada\nI want to leave.\nThanks'],
    ['a dash', 'Hello - please unsubscribe me - thanks'],
    ['dates', 'I got your mail of 23 November 2026 and want no more.\nAda'],
  ])('goes on behind %s', (_name, text) => {
    expect(ownWords(text)).toBe(text);
  });

  it('is without quoted lines, between which people answer', () => {
    expect(ownWords('> Do you like it?\nNo, unsubscribe me\n> Tea\n| Tea')).toBe('No, unsubscribe me');
  });
});
