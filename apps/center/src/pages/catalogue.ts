/** Everything the contacts' pages say. A text missing in one language does not compile. */
export interface Texts {
  /** Direction of the script, for `dir` on the page. */
  readonly direction: 'ltr' | 'rtl';
  readonly leave: {
    readonly title: string;
    readonly question: string;
    readonly effect: string;
    readonly button: string;
    readonly untouched: string;
  };
  readonly left: {
    readonly title: string;
    readonly effect: string;
    readonly already: string;
    /** `count` is at least 1. */
    readonly inFlight: (count: number) => string;
    readonly close: string;
  };
  readonly unknownLink: { readonly title: string; readonly advice: string };
  readonly nothingHere: { readonly title: string; readonly advice: string };
  readonly trouble: { readonly title: string; readonly advice: string };
}

export const LANGUAGES = ['de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export const CATALOGUE: Record<Language, Texts> = {
  de: {
    direction: 'ltr',
    leave: {
      title: 'Abbestellen',
      question: 'Möchten Sie diese Nachrichten abbestellen?',
      effect: 'Mit dem Knopf beenden Sie die Nachrichten zu diesem Thema an diese Adresse. Anderes bleibt, wie es ist.',
      button: 'Abbestellen',
      untouched: 'Dass Sie diese Seite geöffnet haben, hat noch nichts geändert.',
    },
    left: {
      title: 'Abbestellt',
      effect: 'Sie erhalten zu diesem Thema keine Nachrichten mehr an diese Adresse. Das gilt ab sofort.',
      already: 'Sie hatten diese Nachrichten schon abbestellt. Es bleibt dabei.',
      inFlight: (count) =>
        count === 1
          ? 'Eine Nachricht war bereits unterwegs und kann noch ankommen.'
          : `${count.toLocaleString('de')} Nachrichten waren bereits unterwegs und können noch ankommen.`,
      close: 'Sie können diese Seite schließen.',
    },
    unknownLink: {
      title: 'Dieser Link führt nirgendwohin',
      advice:
        'Vielleicht ist er unvollständig. Öffnen Sie ihn bitte noch einmal aus der Nachricht, oder kopieren Sie ihn ganz.',
    },
    nothingHere: { title: 'Hier ist nichts', advice: 'Bitte öffnen Sie den Link aus Ihrer Nachricht.' },
    trouble: {
      title: 'Das hat gerade nicht geklappt',
      advice:
        'Der Fehler liegt bei uns, und Ihr Wunsch ist noch nicht gespeichert. Bitte versuchen Sie es in ein paar Minuten noch einmal.',
    },
  },
  en: {
    direction: 'ltr',
    leave: {
      title: 'Unsubscribe',
      question: 'Do you want to stop these messages?',
      effect: 'The button ends the messages on this topic to this address. Everything else stays as it is.',
      button: 'Unsubscribe',
      untouched: 'Opening this page has not changed anything yet.',
    },
    left: {
      title: 'Unsubscribed',
      effect: 'You will get no more messages on this topic at this address, from now on.',
      already: 'You had already stopped these messages. It stays that way.',
      inFlight: (count) =>
        count === 1
          ? 'One message was already on its way and may still arrive.'
          : `${count.toLocaleString('en')} messages were already on their way and may still arrive.`,
      close: 'You can close this page.',
    },
    unknownLink: {
      title: 'This link leads nowhere',
      advice: 'It may be incomplete. Please open it from the message again, or copy the whole of it.',
    },
    nothingHere: { title: 'There is nothing here', advice: 'Please open the link from your message.' },
    trouble: {
      title: 'That did not work just now',
      advice: 'The fault is ours, and your wish is not recorded yet. Please try again in a few minutes.',
    },
  },
};
