/**
 * Words by which people leave, ask for help or come back by text message, as `normalize` leaves them.
 *
 * `opt_out` en: CTIA Messaging Principles 5.1.3 (STOP, END, CANCEL, UNSUBSCRIBE, QUIT), 47 CFR 64.1200 (a) (10) (stop,
 * quit, end, revoke, opt out, cancel, unsubscribe) and what carriers and large providers add (STOPALL, OPTOUT, REMOVE, TD).
 * Other languages: the words their carriers and regulators print (RET in Turkey, הסר in Israel, ARRET in Canada and
 * France), and the imperative that everybody would try first.
 */
export interface KeywordSet {
  readonly language: string;
  readonly optOut: readonly string[];
  readonly help: readonly string[];
  readonly start: readonly string[];
  /** Answers to a question that was asked, and nothing by themselves. */
  readonly yes: readonly string[];
}

export const KEYWORDS: readonly KeywordSet[] = [
  {
    language: 'en',
    optOut: [
      'stop',
      'stopall',
      'stop all',
      'unsubscribe',
      'end',
      'quit',
      'cancel',
      'revoke',
      'opt out',
      'optout',
      'remove',
      'td',
      'stop now',
      'stop2end',
      'stop to end',
      'unsub',
    ],
    help: ['help', 'info', 'support'],
    start: ['start', 'unstop', 'resume', 'subscribe'],
    yes: ['yes', 'y', 'yep', 'ok'],
  },
  {
    language: 'de',
    optOut: [
      'stopp',
      'abmelden',
      'abbestellen',
      'austragen',
      'kündigen',
      'ende',
      'aufhören',
      'widerruf',
      'schluss',
      'abmeldung',
      'abbestellung',
      'kuendigen',
      'aufhoeren',
    ],
    help: ['hilfe'],
    start: ['anmelden', 'weiter'],
    yes: ['ja'],
  },
  {
    language: 'fr',
    optOut: [
      'arret',
      'arreter',
      'arretez',
      'desabonner',
      'desabonnement',
      'desinscrire',
      'desinscription',
      'fin',
      'annuler',
    ],
    help: ['aide'],
    start: ['demarrer', 'reprendre', 'abonner'],
    yes: ['oui'],
  },
  {
    language: 'es',
    optOut: [
      'alto',
      'baja',
      'parar',
      'para',
      'pare',
      'cancelar',
      'no mas',
      'basta',
      'salir',
      'detener',
      'fuera',
      'dar de baja',
    ],
    help: ['ayuda'],
    start: ['empezar', 'iniciar', 'alta'],
    yes: ['si'],
  },
  {
    language: 'pt',
    optOut: ['sair', 'parar', 'pare', 'cancelar', 'remover', 'descadastrar', 'parem', 'chega'],
    help: ['ajuda'],
    start: ['comecar', 'iniciar'],
    yes: ['sim'],
  },
  {
    language: 'it',
    optOut: [
      'basta',
      'ferma',
      'fermati',
      'annulla',
      'cancella',
      'cancellami',
      'disiscrivi',
      'disiscrivimi',
      'disiscrivermi',
      'smettetela',
      'smettila',
    ],
    help: ['aiuto'],
    start: ['inizia', 'riprendi'],
    yes: ['si'],
  },
  {
    language: 'nl',
    optOut: ['stoppen', 'afmelden', 'uitschrijven', 'opzeggen', 'einde', 'uit'],
    help: ['hulp'],
    start: ['aanmelden', 'hervatten'],
    yes: ['ja'],
  },
  {
    language: 'pl',
    optOut: ['rezygnuje', 'wypisz', 'wypisz mnie', 'koniec', 'anuluj', 'rezygnacja', 'usun mnie', 'usuncie mnie'],
    help: ['pomoc'],
    start: ['wznow', 'zapisz'],
    yes: ['tak'],
  },
  {
    language: 'tr',
    optOut: [
      'ret',
      'iptal',
      'iptal et',
      'iptal edin',
      'iptal ediniz',
      'dur',
      'durdur',
      'cik',
      'istemiyorum',
      'abonelikten cik',
    ],
    help: ['yardim', 'bilgi'],
    start: ['basla', 'onay'],
    yes: ['evet'],
  },
  {
    language: 'ar',
    optOut: ['توقف', 'الغاء', 'ايقاف', 'الغاء الاشتراك', 'قف', 'اوقف', 'اوقفوا', 'توقفوا', 'كفى', 'احذفني', 'احذفوني'],
    help: ['مساعده', 'مساعدة'],
    start: ['ابدا', 'اشتراك'],
    yes: ['نعم'],
  },
  {
    language: 'he',
    optOut: ['הסר', 'הסירו', 'הסרה', 'להסרה', 'עצור', 'ביטול', 'הפסק', 'הפסיקו', 'תפסיקו', 'להסיר', 'להפסיק', 'די'],
    help: ['עזרה'],
    start: ['התחל', 'הצטרף'],
    yes: ['כן'],
  },
];

/** Words around a keyword that change nothing about it. */
export const FILLERS: ReadonlySet<string> = new Set(
  [
    'please pls plz now all it this these me my number texts texting text messages messaging message sms emails email mails mail thanks thank you ok just sending immediately everything',
    'hi hello hey dear hallo bonjour hola ola ciao merhaba',
    'bitte jetzt alle alles das die sms nachrichten mails danke sofort mich senden schicken',
    's il vous plait svp merci maintenant tout tous les messages',
    'por favor ya todo todos los mensajes gracias obrigado as mensagens',
    'per favore grazie subito tutti tutto i messaggi',
    'alstublieft alsjeblieft aub svp graag nu alle berichten dank',
    'prosze teraz wszystko dziekuje lutfen simdi hepsi',
    'من فضلك لو سمحت الان الرسائل رسائل شكرا',
    'בבקשה תודה נא עכשיו את ההודעות אותי',
  ]
    .join(' ')
    .split(' '),
);

/** Words one slip away from a keyword that mean something else. */
export const NOT_SLIPS: ReadonlySet<string> = new Set(
  'shop step stomp strop top stoop slop atop stow sop spot stops? send and bend lend mend ends ended quiet quite quilt quick suit quits candle cancer evoke invoke tend pend fend enter alta bala baka bata paja maja parra pasar pagar sacar remote removed alt salt also quote unit'
    .replace('stops? ', '')
    .split(' '),
);
