import { describe, expect, it } from '@jest/globals';
import { readKeyword } from './read-keyword.js';

/** What people write into the subject of a mail, or its first line, when they have had enough. */
const LEAVES = [
  ...[
    'Abmeldung vom Newsletter',
    'Abmelden vom Newsletter',
    'Bitte um Abmeldung',
    'Newsletter-Abmeldung',
    'Kündigung Newsletter',
  ],
  ...[
    'Kein Newsletter mehr',
    'Bitte keinen Newsletter mehr',
    'Widerruf meiner Einwilligung',
    'Widerspruch',
    'Werbewiderspruch',
  ],
  ...['Neues | bitte abmelden', 'Löschung meiner Daten', 'Abbestellung des Newsletters', 'DSGVO Löschantrag'],
  'Ich möchte Ihren Newsletter nicht mehr erhalten.',
  'Ich möchte keinen Newsletter mehr erhalten.',
  'Bitte senden Sie mir keinen Newsletter mehr zu.',
  'Hiermit bestelle ich Ihren Newsletter ab.',
  'Bitte melden Sie mich vom Newsletter ab.',
  'Bitte melden Sie mich ab, danke',
  'Ich möchte vom Newsletter abgemeldet werden.',
  'Löschen Sie meine E-Mail-Adresse.',
  'Unterlassen Sie die Zusendung von Werbung.',
  'Ich habe mich nie angemeldet!',
  'Hiermit widerspreche ich der Verwendung meiner Daten zu Werbezwecken',
  'Ich widerspreche der Nutzung meiner Daten für Werbung',
  ...['Please remove my email address from your mailing list.', 'Remove from mailing list', 'Revoking consent'],
  ...[
    'Stopppp',
    'СТОП',
    'Baja newsletter',
    'Afmelden nieuwsbrief',
    'Ik wil geen nieuwsbrief meer ontvangen.',
    'Disiscrizione',
  ],
  ...['Cancellazione newsletter', 'Rezygnacja z newslettera', 'proszę o wypisanie', 'לא מעוניין'],
];

const STAYS = [
  ...['Ich habe den Newsletter nicht mehr erhalten, was ist los?', 'Ich bekomme Ihren Newsletter nicht mehr.'],
  ...[
    'Ich bekomme keine SMS mehr, was ist los?',
    'Warum bekomme ich keine Nachrichten mehr?',
    'Ich erhalte keinen Newsletter mehr',
  ],
  ...[
    'Danke, ich melde mich ab Montag wieder.',
    'Bitte melden Sie sich bei mir.',
    'Ich möchte den Newsletter weiter erhalten.',
  ],
  'Bitte löschen Sie meine alte Adresse und tragen Sie die neue ein',
  ...[
    'Ich möchte meine Bestellung kündigen',
    'Please remove the blue one from my order',
    'Sorry, that stop was an accident',
  ],
  ...['Brrrr, kalt heute', 'Ich bin noch nicht angemeldet', 'Der Widerspruch in Ihrem Text ist lustig'],
];

describe('a clause', () => {
  it.each(LEAVES)('leaves: %s', (text) => expect(readKeyword(text)).toMatchObject({ kind: 'opt_out' }));
  it.each(STAYS)('does not leave: %s', (text) => expect(readKeyword(text)).not.toMatchObject({ kind: 'opt_out' }));
  it.each(['Help please', 'help me', 'Hilfe bitte'])('asks for help: %s', (text) =>
    expect(readKeyword(text)).toMatchObject({ kind: 'help' }),
  );
  it.each(['start please', 'yes thanks'])('gives nothing that it does not say by itself: %s', (text) =>
    expect(readKeyword(text)).toMatchObject({ kind: 'other' }),
  );
});
