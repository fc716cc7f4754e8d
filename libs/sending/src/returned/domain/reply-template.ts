import type { TemplateFacts } from '../../templates/template.service.js';

/** What is answered to a keyword. */
export type KeywordReply = 'help' | 'left' | 'question';

/**
 * Who writes, how to reach them, and how to get no more (CTIA Messaging Principles 5.1.2 and 5.1.3); or that they get no
 * more. Who likely means leaving is told how to (`question`). Without advertising, and STOP is heard in every language.
 */
export const REPLY_WORDS = {
  en: { help: 'Answer STOP to get no more messages.', left: 'You get no more messages from us at this number.' },
  de: {
    help: 'Antworten Sie STOP, um keine Nachrichten mehr zu bekommen.',
    left: 'Sie bekommen an diese Nummer keine Nachrichten mehr von uns.',
  },
  fr: {
    help: 'Répondez STOP pour ne plus recevoir de messages.',
    left: 'Vous ne recevrez plus de messages de notre part à ce numéro.',
  },
  es: {
    help: 'Responda STOP para no recibir más mensajes.',
    left: 'No recibirá más mensajes nuestros en este número.',
  },
  it: {
    help: 'Risponda STOP per non ricevere altri messaggi.',
    left: 'Non riceverà altri messaggi da noi a questo numero.',
  },
  nl: {
    help: 'Antwoord STOP om geen berichten meer te krijgen.',
    left: 'U krijgt op dit nummer geen berichten meer van ons.',
  },
  pl: {
    help: 'Odpowiedz STOP, aby nie otrzymywać więcej wiadomości.',
    left: 'Na ten numer nie wyślemy już żadnych wiadomości.',
  },
  pt: {
    help: 'Responda STOP para não receber mais mensagens.',
    left: 'Não receberá mais mensagens nossas neste número.',
  },
  tr: {
    help: 'Artık mesaj almamak için STOP yanıtını verin.',
    left: 'Bu numaraya bizden artık mesaj gelmeyecek.',
  },
  ar: {
    help: 'أجب بكلمة STOP حتى لا تصلك رسائل أخرى.',
    left: 'لن تصلك منا رسائل أخرى على هذا الرقم.',
  },
  he: {
    help: 'השיבו STOP כדי לא לקבל עוד הודעות.',
    left: 'לא תקבלו מאיתנו עוד הודעות למספר הזה.',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<'help' | 'left', string>>>>;

/** The text in every language, for brands that write none of their own. */
export function replyTemplate(reply: KeywordReply, defaultLanguage: string): TemplateFacts {
  const contents = Object.entries(REPLY_WORDS).map(([language, words]) => {
    const from = reply === 'help' ? '{{brand.legalName}}, {{brand.postalAddress}}. ' : '';
    return [
      language,
      { subject: '', html: null, text: `{{brand.name}}: ${from}${words[reply === 'left' ? 'left' : 'help']}` },
    ] as const;
  });
  const spoken = (defaultLanguage.split('-')[0] ?? '').toLowerCase();
  return {
    channel: 'sms',
    class: 'transactional',
    defaultLanguage: spoken in REPLY_WORDS ? spoken : 'en',
    contents: Object.fromEntries(contents),
  };
}
