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
    optOut: ['alto', 'baja', 'parar', 'para', 'pare', 'cancelar', 'no mas', 'basta', 'salir', 'detener', 'fuera'],
    help: ['ayuda'],
    start: ['empezar', 'iniciar', 'alta'],
    yes: ['si'],
  },
  {
    language: 'pt',
    optOut: ['sair', 'parar', 'pare', 'cancelar', 'remover', 'descadastrar', 'chega'],
    help: ['ajuda'],
    start: ['comecar', 'iniciar'],
    yes: ['sim'],
  },
  {
    language: 'it',
    optOut: ['basta', 'ferma', 'fermati', 'annulla', 'cancella', 'cancellami', 'disiscrivi', 'disiscrivimi'],
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
    optOut: ['rezygnuje', 'wypisz', 'wypisz mnie', 'koniec', 'anuluj', 'rezygnacja'],
    help: ['pomoc'],
    start: ['wznow', 'zapisz'],
    yes: ['tak'],
  },
  {
    language: 'tr',
    optOut: ['ret', 'iptal', 'dur', 'durdur', 'cik', 'istemiyorum', 'abonelikten cik'],
    help: ['yardim', 'bilgi'],
    start: ['basla', 'onay'],
    yes: ['evet'],
  },
  {
    language: 'ar',
    optOut: ['توقف', 'الغاء', 'ايقاف', 'الغاء الاشتراك', 'قف', 'اوقف', 'اوقفوا', 'توقفوا'],
    help: ['مساعده', 'مساعدة'],
    start: ['ابدا', 'اشتراك'],
    yes: ['نعم'],
  },
  {
    language: 'he',
    optOut: ['הסר', 'הסירו', 'הסרה', 'עצור', 'ביטול', 'הפסק', 'הפסיקו', 'תפסיקו', 'להסיר'],
    help: ['עזרה'],
    start: ['התחל', 'הצטרף'],
    yes: ['כן'],
  },
];

/** Words around a keyword that change nothing about it. */
export const FILLERS: ReadonlySet<string> = new Set(
  [
    'please pls plz now all it this these me my number texts texting text messages messaging message sms emails email mails mail thanks thank you ok just sending immediately everything',
    'bitte jetzt alle alles das die sms nachrichten mails danke sofort mich senden schicken',
    's il vous plait svp merci maintenant tout tous les messages',
    'por favor ya todo todos los mensajes gracias obrigado as mensagens',
    'per favore grazie subito tutti tutto i messaggi',
    'alstublieft alsjeblieft nu alle berichten dank',
    'prosze teraz wszystko dziekuje lutfen simdi hepsi',
    'من فضلك لو سمحت الان الرسائل رسائل شكرا',
    'בבקשה תודה נא עכשיו את ההודעות אותי',
  ]
    .join(' ')
    .split(' '),
);

/**
 * Whole sentences that a reasonable person reads as leaving (47 CFR 64.1200 (a) (10): any wording that clearly
 * expresses a desire not to receive further messages). Each is matched against normalised text.
 */
export const SENTENCES: readonly { readonly language: string; readonly pattern: RegExp }[] = [
  {
    language: 'en',
    pattern: /\b(stop|quit|cease) (texting|messaging|sending|contacting|calling|emailing|spamming|bothering)\b/,
  },
  { language: 'en', pattern: /\b(remove|delete|unsubscribe|take|opt) me\b/ },
  { language: 'en', pattern: /\bno more (texts?|messages?|sms|emails?|mails?|calls?|of (this|these))\b/ },
  {
    language: 'en',
    pattern:
      /\b(do not|dont|never|stop) (ever )?(text|message|contact|call|sms|email|write|send) (to )?(me|this number|us)\b/,
  },
  {
    language: 'en',
    pattern: /\bleave me alone\b|\bopt(ing)? out\b|\b(wrong|lose my) number\b|\bi (want out|withdraw|revoke)\b/,
  },
  {
    language: 'en',
    pattern: /\bstop (receiving|getting)\b|^(please )?no more( please)?$|\b(delete|remove) my (number|phone|contact)\b/,
  },
  {
    language: 'en',
    pattern:
      /^(stop|unsubscribe|cancel|end) (the |your |these )?(alerts?|promos?|promotions?|offers?|ads?|spam|marketing|updates|newsletters?|mesaj)$/,
  },
  // Advertisements print the keyword with the number it goes to (STOP au 36180), and people copy both.
  { language: 'en', pattern: /^(stopp?|arret|ret|iptal|הסר)( (au|an|to|a|al|ao|naar|na|le))? \d{3,8}$/ },
  { language: 'de', pattern: /\bstoppe?n? (sie )?(bitte )?(das|damit|es)\b|\bhore?n? (sie )?(damit )?(bitte )?auf\b/ },
  {
    language: 'de',
    pattern: /\bich (will|mochte|moechte) (das |die |sie )?nichts? mehr( haben| bekommen| erhalten)?$/,
  },
  { language: 'de', pattern: /\b(keine|nie wieder) (weiteren |mehr )?(sms|nachrichten|werbung|mails?|newsletter)\b/ },
  {
    language: 'de',
    pattern: /\b(nicht|nie) mehr (an)?(schreiben|kontaktieren|anrufen|senden|schicken)\b|\bmelde mich ab\b/,
  },
  { language: 'de', pattern: /\bmich (bitte )?(abmelden|austragen|löschen|entfernen)\b|\blasst? mich in ruhe\b/ },
  {
    language: 'fr',
    pattern: /\b(ne|n) (\w+ ){0,3}plus (recevoir|me contacter|m ecrire|m envoyer)\b|\bplus de (messages?|sms|pub)\b/,
  },
  {
    language: 'fr',
    pattern:
      /\bne (me |m )?(envoyez|ecrivez|contactez|derangez) plus\b|\barrete[rz] (de (m|me|nous) |(vos|ces) (messages?|sms|pubs?|publicites?|mails?))|^stop (aux?|a|les) (sms|messages?|pubs?|publicites?)$/,
  },
  { language: 'fr', pattern: /\b(desabonn|desinscri)\w+( moi)?\b|\bretirez moi\b|\blaissez moi tranquille\b/ },
  {
    language: 'es',
    pattern:
      /\bno (quiero|deseo) (mas|recibir)\b|\b(darme|dame|denme|darse) de baja\b|\bdejen? de (enviar|escribir|molestar)\w*\b/,
  },
  {
    language: 'pt',
    pattern:
      /\bnao (quero|desejo) (mais|receber)\b|\bparem? de (enviar|mandar|incomodar)\b|\bme (remova|descadastre|tire)\b/,
  },
  {
    language: 'it',
    pattern: /\bnon (voglio|desidero) (piu|ricevere)\b|\b(cancellatemi|rimuovetemi|toglietemi)\b|\bbasta messaggi\b/,
  },
  { language: 'es', pattern: /\bno (me )?(envi|mand|escrib)\w+ mas\b/ },
  { language: 'pt', pattern: /\b(sair|remova) (me )?da lista\b|\bnao (me )?(envi|mand|escrev)\w+ mais\b/ },
  {
    language: 'it',
    pattern:
      /\bnon (mi )?(scriv|mand|invi|contatt)\w+ piu\b|\bsmett(ete|etela|i|ila) di (mandar|scriver|inviar|contattar)\w*/,
  },
  { language: 'nl', pattern: /\bniet meer (sturen|berichten|appen|mailen|bellen|contacteren)\b/ },
  { language: 'pl', pattern: /\bnie (wysylac|wysylajcie|wysylaj|piszcie|pisac) (mi )?(juz )?(wiecej)\b/ },
  { language: 'tr', pattern: /\bmesaj (yollamayin|gondermeyiniz|atmayiniz)\b|\bartik istemiyorum\b/ },
  // Word borders of regular expressions are those of Latin letters.
  {
    language: 'ar',
    pattern:
      /(^| )لا (ترسل|تراسل|تبعث)\S*( (لي|لنا|شيئا|رسايل))*$|(^| )لا اريد (اي |المزيد من )?(ال)?(رسائل|رسايل|اعلانات)( |$)/,
  },
  { language: 'he', pattern: /(^| )לא (רוצה|מעוניין|מעוניינת) (יותר |עוד )?(הודעות|לקבל|פרסומות)( |$)/ },
  {
    language: 'he',
    pattern: /(^| )(הסירו|הסר|תסירו|תורידו|להסיר) (נא )?אותי( |$)|(^| )(תפסיקו|הפסיקו|די) (לשלוח|עם)( |$)/,
  },
  {
    language: 'nl',
    pattern:
      /\bgeen (berichten|sms|mails?|reclame) meer\b|\bmeld me af\b|\bschrijf me uit\b|\bstop met (sturen|sms)\w*\b/,
  },
  {
    language: 'pl',
    pattern: /\bnie (chce|zycze sobie) (wiecej|otrzymywac|tych)\b|\bprosze (mnie )?(wypisac|usunac)\b/,
  },
  { language: 'tr', pattern: /\b(mesaj|sms) (istemiyorum|atmayin|gondermeyin)\b|\bbeni (cikarin|silin)\b/ },
];

/** Words one slip away from a keyword that mean something else. */
export const NOT_SLIPS: ReadonlySet<string> = new Set(
  'shop step stomp strop top stoop slop atop stow sop spot stops? send and bend lend mend ends ended quiet quite quilt quick suit quits candle cancer evoke invoke tend pend fend enter alta bala baka bata paja maja parra pasar pagar sacar remote removed alt salt also quote unit'
    .replace('stops? ', '')
    .split(' '),
);
