import { type Phrase, plain } from '../texts/phrase.js';

/** What the pages of a confirmation say. `brand` and `what` are put in for {brand} and {what}. */
export interface ConfirmationTexts {
  readonly ask: { readonly title: string; readonly lead: string; readonly button: string; readonly note: string };
  readonly askNot: { readonly title: string; readonly lead: string; readonly button: string };
  readonly confirmed: { readonly title: string; readonly effect: string };
  readonly denied: { readonly title: string; readonly effect: string };
}

const TEXTS: Readonly<Record<string, ConfirmationTexts>> = {
  en: {
    ask: {
      title: 'Confirm your address',
      lead: 'Do you want messages about “{what}” from {brand} at this address?',
      button: 'Confirm',
      note: 'Opening this page has not changed anything yet.',
    },
    askNot: {
      title: 'This was not you?',
      lead: 'Then nothing is sent to you about “{what}”, and we note that you did not ask for it.',
      button: 'This was not me',
    },
    confirmed: {
      title: 'Confirmed',
      effect: 'You get messages about “{what}” from {brand} from now on. Each of them has a way to stop.',
    },
    denied: { title: 'Noted', effect: 'Nothing is sent to you about “{what}”. You need not do anything else.' },
  },
  de: {
    ask: {
      title: 'Adresse bestätigen',
      lead: 'Möchten Sie an diese Adresse Nachrichten zu „{what}“ von {brand} erhalten?',
      button: 'Bestätigen',
      note: 'Dass Sie diese Seite geöffnet haben, hat noch nichts geändert.',
    },
    askNot: {
      title: 'Das waren nicht Sie?',
      lead: 'Dann erhalten Sie nichts zu „{what}“, und wir vermerken, dass Sie es nicht angefragt haben.',
      button: 'Das war ich nicht',
    },
    confirmed: {
      title: 'Bestätigt',
      effect: 'Sie erhalten ab jetzt Nachrichten zu „{what}“ von {brand}. In jeder steht, wie Sie sie beenden.',
    },
    denied: { title: 'Vermerkt', effect: 'Sie erhalten nichts zu „{what}“. Mehr brauchen Sie nicht zu tun.' },
  },
  fr: {
    ask: {
      title: 'Confirmer votre adresse',
      lead: 'Souhaitez-vous recevoir à cette adresse des messages de {brand} sur « {what} » ?',
      button: 'Confirmer',
      note: 'L’ouverture de cette page n’a encore rien changé.',
    },
    askNot: {
      title: 'Ce n’était pas vous ?',
      lead: 'Rien ne vous sera alors envoyé sur « {what} », et nous notons que vous ne l’avez pas demandé.',
      button: 'Ce n’était pas moi',
    },
    confirmed: {
      title: 'Confirmé',
      effect: 'Vous recevez désormais des messages de {brand} sur « {what} ». Chacun indique comment y mettre fin.',
    },
    denied: { title: 'Noté', effect: 'Rien ne vous sera envoyé sur « {what} ». Vous n’avez rien d’autre à faire.' },
  },
  es: {
    ask: {
      title: 'Confirmar su dirección',
      lead: '¿Desea recibir en esta dirección mensajes de {brand} sobre «{what}»?',
      button: 'Confirmar',
      note: 'Abrir esta página todavía no ha cambiado nada.',
    },
    askNot: {
      title: '¿No ha sido usted?',
      lead: 'Entonces no se le enviará nada sobre «{what}», y anotamos que no lo ha solicitado.',
      button: 'No he sido yo',
    },
    confirmed: {
      title: 'Confirmado',
      effect: 'A partir de ahora recibe mensajes de {brand} sobre «{what}». Cada uno indica cómo dejar de recibirlos.',
    },
    denied: { title: 'Anotado', effect: 'No se le enviará nada sobre «{what}». No tiene que hacer nada más.' },
  },
  it: {
    ask: {
      title: 'Confermare l’indirizzo',
      lead: 'Desidera ricevere a questo indirizzo messaggi di {brand} su «{what}»?',
      button: 'Conferma',
      note: 'L’apertura di questa pagina non ha ancora cambiato nulla.',
    },
    askNot: {
      title: 'Non è stato Lei?',
      lead: 'Allora non Le sarà inviato nulla su «{what}», e annotiamo che non l’ha richiesto.',
      button: 'Non sono stato io',
    },
    confirmed: {
      title: 'Confermato',
      effect: 'Da ora riceve messaggi di {brand} su «{what}». Ognuno indica come interromperli.',
    },
    denied: { title: 'Annotato', effect: 'Non Le sarà inviato nulla su «{what}». Non deve fare altro.' },
  },
  nl: {
    ask: {
      title: 'Uw adres bevestigen',
      lead: 'Wilt u op dit adres berichten van {brand} over “{what}” ontvangen?',
      button: 'Bevestigen',
      note: 'Door deze pagina te openen is er nog niets veranderd.',
    },
    askNot: {
      title: 'Was u dit niet?',
      lead: 'Dan ontvangt u niets over “{what}”, en noteren wij dat u er niet om hebt gevraagd.',
      button: 'Dit was ik niet',
    },
    confirmed: {
      title: 'Bevestigd',
      effect: 'U ontvangt vanaf nu berichten van {brand} over “{what}”. In elk bericht staat hoe u ze stopt.',
    },
    denied: { title: 'Genoteerd', effect: 'U ontvangt niets over “{what}”. U hoeft verder niets te doen.' },
  },
  pl: {
    ask: {
      title: 'Potwierdzenie adresu',
      lead: 'Czy chcą Państwo otrzymywać na ten adres wiadomości od {brand} na temat „{what}”?',
      button: 'Potwierdź',
      note: 'Otwarcie tej strony niczego jeszcze nie zmieniło.',
    },
    askNot: {
      title: 'To nie Państwo?',
      lead: 'W takim razie nic nie zostanie wysłane na temat „{what}”, a my odnotujemy, że nie było to Państwa życzenie.',
      button: 'To nie ja',
    },
    confirmed: {
      title: 'Potwierdzono',
      effect:
        'Od teraz otrzymują Państwo wiadomości od {brand} na temat „{what}”. W każdej jest informacja, jak je zakończyć.',
    },
    denied: { title: 'Odnotowano', effect: 'Nic nie zostanie wysłane na temat „{what}”. Nic więcej nie trzeba robić.' },
  },
  pt: {
    ask: {
      title: 'Confirmar o endereço',
      lead: 'Pretende receber neste endereço mensagens de {brand} sobre «{what}»?',
      button: 'Confirmar',
      note: 'A abertura desta página ainda não alterou nada.',
    },
    askNot: {
      title: 'Não foi o próprio?',
      lead: 'Nesse caso, nada lhe será enviado sobre «{what}», e registamos que não o pediu.',
      button: 'Não fui eu',
    },
    confirmed: {
      title: 'Confirmado',
      effect: 'A partir de agora recebe mensagens de {brand} sobre «{what}». Cada uma indica como as terminar.',
    },
    denied: { title: 'Registado', effect: 'Nada lhe será enviado sobre «{what}». Não precisa de fazer mais nada.' },
  },
  tr: {
    ask: {
      title: 'Adresinizi onaylayın',
      lead: 'Bu adrese {brand} tarafından “{what}” hakkında ileti almak istiyor musunuz?',
      button: 'Onayla',
      note: 'Bu sayfayı açmanız henüz hiçbir şeyi değiştirmedi.',
    },
    askNot: {
      title: 'Bu siz değil miydiniz?',
      lead: 'O hâlde size “{what}” hakkında hiçbir şey gönderilmez ve bunu sizin istemediğiniz kaydedilir.',
      button: 'Bu ben değildim',
    },
    confirmed: {
      title: 'Onaylandı',
      effect: 'Artık {brand} tarafından “{what}” hakkında ileti alıyorsunuz. Her birinde nasıl durdurulacağı yazar.',
    },
    denied: {
      title: 'Kaydedildi',
      effect: 'Size “{what}” hakkında hiçbir şey gönderilmez. Başka bir şey yapmanız gerekmez.',
    },
  },
  ar: {
    ask: {
      title: 'تأكيد عنوانكم',
      lead: 'هل ترغبون في تلقي رسائل من {brand} حول «{what}» على هذا العنوان؟',
      button: 'تأكيد',
      note: 'لم يغيّر فتح هذه الصفحة شيئًا بعد.',
    },
    askNot: {
      title: 'لم تكونوا أنتم؟',
      lead: 'إذن لن يُرسل إليكم شيء حول «{what}»، ونسجّل أنكم لم تطلبوه.',
      button: 'لم أكن أنا',
    },
    confirmed: {
      title: 'تم التأكيد',
      effect: 'ستتلقون من الآن رسائل من {brand} حول «{what}». وفي كل رسالة طريقة لإيقافها.',
    },
    denied: { title: 'تم التسجيل', effect: 'لن يُرسل إليكم شيء حول «{what}». لا حاجة إلى فعل أي شيء آخر.' },
  },
  he: {
    ask: {
      title: 'אישור הכתובת',
      lead: 'האם תרצו לקבל בכתובת זו הודעות מאת {brand} בנושא „{what}”?',
      button: 'אישור',
      note: 'פתיחת הדף הזה עדיין לא שינתה דבר.',
    },
    askNot: {
      title: 'זה לא הייתם אתם?',
      lead: 'אם כך לא יישלח אליכם דבר בנושא „{what}”, ונרשום שלא ביקשתם זאת.',
      button: 'זה לא הייתי אני',
    },
    confirmed: {
      title: 'אושר',
      effect: 'מעכשיו תקבלו הודעות מאת {brand} בנושא „{what}”. בכל הודעה כתוב כיצד להפסיק אותן.',
    },
    denied: { title: 'נרשם', effect: 'לא יישלח אליכם דבר בנושא „{what}”. אין צורך לעשות דבר נוסף.' },
  },
};

/** Languages in which a confirmation speaks. */
export const CONFIRMATION_LANGUAGES = Object.keys(TEXTS);

/** The texts of a language, or English. */
export function confirmationTexts(language: string): ConfirmationTexts {
  return TEXTS[language] ?? (TEXTS['en'] as ConfirmationTexts);
}

/** A text with the names put in, which are set apart from it. */
export function fill(text: string, names: Readonly<Record<'brand' | 'what', Phrase>>): Phrase {
  return text.split(/(\{brand\}|\{what\})/).flatMap((part) => {
    if (part === '{brand}') return names.brand;
    return part === '{what}' ? names.what : plain(part);
  });
}
