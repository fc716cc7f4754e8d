import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANY_CHARACTER } from '../../../../../test/support/any-character.js';
import { runs } from '../../../../../test/support/runs.js';
import { answerKeyword, type KeywordFacts } from './answer-keyword.js';
import { KEYWORDS } from './keyword-sets.js';
import { readKeyword } from './read-keyword.js';

function said(text: string): string {
  const reading = readKeyword(text);
  if (reading.kind === 'opt_out') return reading.how;
  return reading.kind === 'other' && reading.mentionsLeaving ? 'other, look' : reading.kind;
}

const CTIA = ['STOP', 'END', 'CANCEL', 'UNSUBSCRIBE', 'QUIT'];
const FCC = ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe'];

describe('an inbound text message', () => {
  it.each([
    ...CTIA,
    ...FCC,
    'STOPALL',
    'OPTOUT',
    'opt-out',
    'REMOVE',
    'ARRET',
    'arrêt',
    'No Más',
    'הסר',
    'إلغاء',
    'RET',
    'KÜNDIGEN',
    'Désabonner',
    'İPTAL',
    'çık',
  ])('%s leaves', (text) => {
    expect(said(text)).toBe('keyword');
  });

  it.each([
    ['Stop.', 'keyword'],
    [' STOP ALL ', 'keyword'],
    ['"STOP"', 'keyword'],
    ['stop please!!', 'keyword'],
    ['STOP 🙏', 'keyword'],
    ['🛑', 'keyword'],
    ['S T O P', 'keyword'],
    ['ＳＴＯＰ', 'keyword'],
    ['stop texting me now', 'keyword'],
    ['STOP\nSent from my phone', 'keyword'],
    ['Abmelden\r\nGesendet mit der Telekom Mail App', 'keyword'],
    ['Was there a stop?\nSent from my phone', 'other, look'],
    ['STOP STOP STOP', 'keyword'],
    ['ST0P', 'keyword'],
    ['UNSUB', 'keyword'],
    ['No more.', 'sentence'],
    ['STOP mesaj', 'sentence'],
    ['Abmeldung', 'keyword'],
    ['kuendigen', 'keyword'],
    ['أوقف الرسائل من فضلك', 'keyword'],
    ['תפסיקו בבקשה', 'keyword'],
    ['הסר אותי', 'keyword'],
    ['STOP au 36180', 'sentence'],
    ['STOP 36180', 'sentence'],
    ['Stop alerts', 'sentence'],
    ['I want to stop receiving messages', 'sentence'],
    ['delete my number', 'sentence'],
    ['Stoppen Sie das', 'sentence'],
    ['Hören Sie auf damit', 'sentence'],
    ['Ich will das nicht mehr', 'sentence'],
    ["Ne m'envoyez plus rien", 'sentence'],
    ['no me envíen más', 'sentence'],
    ['quero sair da lista', 'sentence'],
    ['non scrivetemi più', 'sentence'],
    ['niet meer sturen', 'sentence'],
    ['proszę nie wysyłać więcej', 'sentence'],
    ['artık istemiyorum', 'sentence'],
    ['لا ترسل لي', 'sentence'],
    ['لا أريد رسائل', 'sentence'],
    ['אני לא רוצה הודעות', 'sentence'],
    ['הסירו אותי מהרשימה', 'sentence'],
    ["I don't want to stop texting", 'other, look'],
    ['I do not want to stop receiving these', 'other, look'],
    ['not interested', 'other, look'],
    ['Nein danke', 'other, look'],
    ['cancel order 1234', 'other'],
    ['order 2024 stop 3', 'other, look'],
    ['Ich will nicht mehr warten', 'other'],
    ['fin de semana', 'other'],
    ['Bitte stoppen Sie die Lieferung', 'other'],
    ['Pouvez-vous arrêter de facturer ?', 'other'],
    ['my stop sign order', 'other, look'],
    ['please remove me', 'keyword'],
    ['I want you to stop texting me', 'sentence'],
    ['do not text me again', 'sentence'],
    ["Don't ever contact me", 'sentence'],
    ['no more messages', 'sentence'],
    ['leave me alone', 'sentence'],
    ['Wrong number', 'sentence'],
    ['Bitte keine weiteren SMS', 'sentence'],
    ['Bitte mich austragen', 'keyword'],
    ['Könnt ihr mich bitte austragen?', 'sentence'],
    ['Je ne veux plus recevoir vos messages', 'sentence'],
    ['No quiero más mensajes', 'sentence'],
    ['quero sair', 'sentence'],
    ['Não quero mais receber', 'sentence'],
    ['non voglio più messaggi', 'sentence'],
    ['geen berichten meer aub', 'sentence'],
    ['nie chcę więcej SMS', 'sentence'],
    ['mesaj istemiyorum', 'sentence'],
    ['stpo', 'slip'],
    ['sotp', 'slip'],
    ['stopp it', 'keyword'],
    ['stoop', 'other'],
    ['sttop', 'slip'],
    ['atop', 'other'],
    ['stpp', 'slip'],
    ['unsubscrbe', 'slip'],
    ['unsubcribe', 'slip'],
    ['cancle', 'slip'],
    ['abmeldne', 'slip'],
    ['stop please and help', 'sentence'],
    ['STOPNOW', 'keyword'],
    ['stoptoend', 'keyword'],
    ['nomas', 'keyword'],
    ['להסרה', 'keyword'],
    ['Do not txt me', 'sentence'],
    ['dnt txt me anymore', 'sentence'],
    ['no more txts pls', 'sentence'],
    ['no more msgs', 'sentence'],
    ['stop txting', 'keyword'],
    ['got your txt, thanks', 'other'],
    ['I did not get a msg', 'other'],
    ['pls dont stop txting', 'other, look'],
    ["please don't stop", 'other, look'],
    ['never remove me from this', 'other'],
    ['shop', 'other'],
    ['step', 'other'],
    ['quite', 'other'],
    ['top', 'other'],
    ['send', 'other'],
    ['Where is the bus stop?', 'other, look'],
    ['cancel my order', 'other'],
    ['The end of the month is fine', 'other'],
    ['Fine, thanks', 'other'],
    ['HELP', 'help'],
    ['info', 'help'],
    ['Hilfe!', 'help'],
    ['START', 'start'],
    ['unstop', 'start'],
    ['YES', 'yes'],
    ['Ja', 'yes'],
    ['', 'other'],
    ['👍', 'other'],
    ['Thanks, see you tomorrow', 'other'],
  ])('%j is read as %s', (text, reading) => {
    expect(said(text)).toBe(reading);
  });

  it('leaves by every keyword of every language, however it is dressed', () => {
    const words = KEYWORDS.flatMap(({ optOut }) => optOut);
    const dress = fc.constantFrom<(word: string) => string>(
      (word) => word,
      (word) => word.toUpperCase(),
      (word) => `  ${word}. `,
      (word) => `"${word}"!!`,
      (word) => `${word} 🙏`,
      (word) => word.normalize('NFD'),
      (word) => `${word}, please`,
      (word) => `bitte ${word}`,
    );
    fc.assert(
      fc.property(fc.constantFrom(...words), dress, (word, dressed) => {
        expect(readKeyword(dressed(word)).kind).toBe('opt_out');
      }),
      { numRuns: runs(600) },
    );
  });

  it('never takes a word of one intent for another: no help, start or yes is an opt-out, no opt-out anything else', () => {
    const others = KEYWORDS.flatMap(({ help, start, yes }) => [...help, ...start, ...yes]);
    for (const word of others) expect([word, readKeyword(word).kind]).not.toEqual([word, 'opt_out']);
    const optOuts = KEYWORDS.flatMap(({ optOut }) => optOut);
    expect(optOuts.filter((word) => others.includes(word))).toEqual([]);
  });

  it('can be anything at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: ANY_CHARACTER }), fc.string({ maxLength: 5000 })), (text) => {
        expect(['opt_out', 'help', 'start', 'yes', 'other']).toContain(readKeyword(text).kind);
      }),
    );
  });
});

describe('the answer to it', () => {
  const facts = (more: Partial<KeywordFacts> = {}): KeywordFacts => ({
    country: 'US',
    leftByKeyword: false,
    confirmationPending: false,
    ...more,
  });
  const answer = (text: string, more: Partial<KeywordFacts> = {}) => answerKeyword(readKeyword(text), facts(more));

  it.each<[string, Partial<KeywordFacts>, string | null, string | null]>([
    ['STOP', {}, 'withdraw_all', 'opt_out_confirmed'],
    ['STOP', { leftByKeyword: true }, 'withdraw_all', 'opt_out_confirmed'],
    ['stpo', {}, 'withdraw_all', 'opt_out_clarification'],
    ['no more messages', { country: 'DE' }, 'withdraw_all', 'opt_out_clarification'],
    ['HELP', { country: null }, null, 'help'],
    ['START', { leftByKeyword: true }, 'restore', 'started'],
    ['START', { leftByKeyword: true, country: 'DE' }, null, 'sign_up_link'],
    ['START', { leftByKeyword: true, country: null }, null, 'sign_up_link'],
    ['START', {}, null, 'sign_up_link'],
    ['YES', {}, null, null],
    ['YES', { confirmationPending: true }, 'confirm', 'started'],
    ['hello', {}, null, null],
  ])('%s with %j', (text, more, change, reply) => {
    expect(answer(text, more)).toMatchObject({ change, reply });
  });

  it('never gives a consent for anything but START where that is enough, or YES to a question', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom(...KEYWORDS.flatMap((set) => [...set.optOut, ...set.help, ...set.start, ...set.yes])),
        ),
        fc.record({
          country: fc.option(fc.constantFrom('US', 'CA', 'DE', 'FR', 'BR')),
          leftByKeyword: fc.boolean(),
          confirmationPending: fc.boolean(),
        }),
        (text, some) => {
          const { kind } = readKeyword(text);
          const { change } = answerKeyword(readKeyword(text), some);
          if (change === 'restore')
            expect([kind, some.leftByKeyword, ['US', 'CA'].includes(some.country ?? '')]).toEqual([
              'start',
              true,
              true,
            ]);
          if (change === 'confirm') expect([kind, some.confirmationPending]).toEqual(['yes', true]);
          if (kind === 'opt_out') expect(change).toBe('withdraw_all');
        },
      ),
    );
  });
});
