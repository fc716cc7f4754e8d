import { markdownText } from '../../templates/domain/card-text.js';
import { chooseTag } from '../../templates/domain/template-content.js';

/** What Teams takes, in bytes of the whole message. */
export const MOST_CARD_BYTES = 28 * 1024;

/** What a card is made of. */
export interface CardContent {
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  /** A card of the template's own, in place of ours; null: none. */
  readonly data: unknown;
}

/** The way out of a card that the template does not make itself. */
const LEAVE: Readonly<Record<string, string>> = {
  en: 'Unsubscribe',
  de: 'Abmelden',
  fr: 'Se désabonner',
  es: 'Darse de baja',
  pt: 'Cancelar subscrição',
  it: 'Annulla iscrizione',
  nl: 'Afmelden',
  pl: 'Wypisz się',
  tr: 'Abonelikten çık',
  ar: 'إلغاء الاشتراك',
  he: 'הסרה מרשימת התפוצה',
};

/** The card of the template's `data`, or one of a title, the text and the way out. */
export function cardMessage(content: CardContent, unsubscribeUrl: string | null): object {
  const card = content.data ?? {
    type: 'AdaptiveCard',
    version: '1.4',
    lang: content.language,
    body: [
      ...(content.subject === ''
        ? []
        : [{ type: 'TextBlock', size: 'Medium', weight: 'Bolder', wrap: true, text: markdownText(content.subject) }]),
      { type: 'TextBlock', wrap: true, text: markdownText(content.text.trimEnd()) },
    ],
    ...(unsubscribeUrl === null
      ? {}
      : {
          actions: [
            {
              type: 'Action.OpenUrl',
              title: LEAVE[chooseTag(Object.keys(LEAVE), content.language) ?? 'en'],
              url: unsubscribeUrl,
            },
          ],
        }),
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }] };
}
