import { expect, it } from '@jest/globals';
import { KEYWORDS } from './keyword-sets.js';
import { namesOptOut } from './names-opt-out.js';

it.each([
  'Reply STOP to opt out',
  'Sale! STOP to 12345',
  'Sale! STOP to end',
  'SALE! REPLY STOP TO OPT OUT',
  'SALE! STOP TO OPT OUT',
  'SALE! STOP 36180',
  'Soldes. STOP au 36180',
  'Reply UNSUBSCRIBE to leave',
  'Reply END to leave',
  '20% off. Text "quit" to leave',
  'Sale. To leave: END',
  'Sale. Reply stop to opt out.',
  'Antworten Sie mit »STOPP«',
  'Antworten Sie mit „Stopp“',
  'Antwort ABMELDEN',
  'Abmelden mit STOPP',
  'Abmelden=STOPP',
  'Ende mit "Stopp"',
  'Répondez « stop »',
  "Don't miss it. Reply 'Stop' to end",
  'Opt-out: OPT-OUT',
  'Arrêt: ARRÊT',
  'Ret: RET 1234',
  'Listeden cikmak icin IPTAL yazip 1234e gonderin',
  'להסרה השיבו הסר',
  'להסרה: הסר',
  'أرسل إلغاء للمغادرة',
  'Tee heute! STOP',
  'Tee heute! Stop/ARRET: STOP',
])('a text says by which word to leave: %s', (text) => expect(namesOptOut(text)).toBe(true));

it.each([
  'Sale!',
  'Stop by our store this weekend, 20% off',
  'STOP by our store this weekend',
  'STOP BY OUR STORE THIS WEEKEND',
  '20% off. We never stop improving.',
  'A non-stop, one\u2011stop sale',
  'NON-STOP SALE',
  'END of season sale',
  'END OF SEASON SALE',
  'OFERTAS PARA TI',
  'FIN DE SÉRIE',
  'Send help, and stop by',
  'https://shop.example/STOP',
  'ביטול חינם',
  'We "never" stop',
])('a text does not: %s', (text) => expect(namesOptOut(text)).toBe(false));

it.each(KEYWORDS.flatMap(({ optOut }) => optOut))('a word that is heard can be named, in quotes: %s', (word) =>
  expect(namesOptOut(`Sale! "${word}"`)).toBe(true),
);
