/** What is said in one language. Values stand in double braces; `askedAt`, `dueAt` and `until` are days. */
export interface ErasureWords {
  readonly received: {
    readonly subject: string;
    readonly asked: string;
    readonly answer: string;
    readonly notYou: string;
  };
  readonly refused: {
    readonly subject: string;
    readonly reason: string;
    readonly stays: string;
  };
  readonly done: {
    readonly subject: string;
    readonly done: string;
    readonly kept: string;
    readonly last: string;
  };
  /** Whom somebody can turn to who is refused something (GDPR Art. 12(4)). */
  readonly appeal: string;
}

/** Strictly neutral: what was asked, what is done, by when, why not, and whom to turn to. */
export const ERASURE_WORDS = {
  en: {
    received: {
      subject: 'Your request for erasure',
      asked:
        'On {{askedAt}} somebody asked {{brand.name}} to erase the data about you, by a link that was sent to this address. Messages have stopped.',
      answer: 'We look at it and answer by {{dueAt}} at the latest.',
      notYou: 'If it was not you, please write to us at the address below.',
    },
    refused: {
      subject: 'Your data was not erased',
      reason:
        'On {{askedAt}} {{brand.name}} was asked to erase the data about you. We have not done so, for this reason:',
      stays: 'What you stopped with it stays stopped. You can ask again.',
    },
    done: {
      subject: 'Your data is erased',
      done: '{{brand.name}} now erases the data about you.',
      kept: 'The law ({{law}}) has us keep the proof of what you agreed to until {{until}}, sealed and for nothing else.',
      last: 'This is the last message: we cannot write to you afterwards.',
    },
    appeal: 'You can complain to a data protection authority, or go to court.',
  },
  de: {
    received: {
      subject: 'Ihr Verlangen nach Löschung',
      asked:
        'Am {{askedAt}} wurde von {{brand.name}} verlangt, die Daten über Sie zu löschen, über einen Link, der an diese Adresse ging. Nachrichten sind beendet.',
      answer: 'Wir sehen es an und antworten spätestens am {{dueAt}}.',
      notYou: 'Wenn Sie das nicht waren, schreiben Sie uns bitte an die Anschrift unten.',
    },
    refused: {
      subject: 'Ihre Daten wurden nicht gelöscht',
      reason:
        'Am {{askedAt}} wurde von {{brand.name}} verlangt, die Daten über Sie zu löschen. Wir haben das nicht getan, aus diesem Grund:',
      stays: 'Was Sie dabei beendet haben, bleibt beendet. Sie können die Löschung erneut verlangen.',
    },
    done: {
      subject: 'Ihre Daten werden gelöscht',
      done: '{{brand.name}} löscht jetzt die Daten über Sie.',
      kept: 'Das Gesetz ({{law}}) verlangt, dass wir den Nachweis Ihrer Einwilligung bis zum {{until}} aufbewahren, versiegelt und zu nichts anderem.',
      last: 'Dies ist die letzte Nachricht: Danach können wir Ihnen nicht mehr schreiben.',
    },
    appeal: 'Sie können sich bei einer Datenschutzbehörde beschweren oder vor Gericht gehen.',
  },
  fr: {
    received: {
      subject: 'Votre demande d’effacement',
      asked:
        'Le {{askedAt}}, il a été demandé à {{brand.name}} d’effacer les données vous concernant, par un lien envoyé à cette adresse. Les messages ont cessé.',
      answer: 'Nous l’examinons et répondons au plus tard le {{dueAt}}.',
      notYou: 'Si ce n’était pas vous, veuillez nous écrire à l’adresse ci-dessous.',
    },
    refused: {
      subject: 'Vos données n’ont pas été effacées',
      reason:
        'Le {{askedAt}}, il a été demandé à {{brand.name}} d’effacer les données vous concernant. Nous n’y avons pas donné suite, pour cette raison :',
      stays: 'Ce que vous avez arrêté à cette occasion reste arrêté. Vous pouvez renouveler votre demande.',
    },
    done: {
      subject: 'Vos données sont effacées',
      done: '{{brand.name}} efface maintenant les données vous concernant.',
      kept: 'La loi ({{law}}) nous impose de conserver la preuve de vos consentements jusqu’au {{until}}, scellée et à aucune autre fin.',
      last: 'Ce message est le dernier : nous ne pourrons plus vous écrire ensuite.',
    },
    appeal:
      'Vous pouvez introduire une réclamation auprès d’une autorité de protection des données ou saisir un tribunal.',
  },
  es: {
    received: {
      subject: 'Su petición de supresión',
      asked:
        'El {{askedAt}} se pidió a {{brand.name}} que suprimiera los datos sobre usted, mediante un enlace enviado a esta dirección. Los mensajes han cesado.',
      answer: 'Lo examinamos y respondemos a más tardar el {{dueAt}}.',
      notYou: 'Si no ha sido usted, escríbanos a la dirección que figura abajo.',
    },
    refused: {
      subject: 'Sus datos no se han suprimido',
      reason:
        'El {{askedAt}} se pidió a {{brand.name}} que suprimiera los datos sobre usted. No lo hemos hecho por este motivo:',
      stays: 'Lo que detuvo con ello sigue detenido. Puede pedirlo de nuevo.',
    },
    done: {
      subject: 'Sus datos se suprimen',
      done: '{{brand.name}} suprime ahora los datos sobre usted.',
      kept: 'La ley ({{law}}) nos obliga a conservar la prueba de lo que aceptó hasta el {{until}}, sellada y para nada más.',
      last: 'Este es el último mensaje: después no podremos escribirle.',
    },
    appeal: 'Puede reclamar ante una autoridad de protección de datos o acudir a los tribunales.',
  },
  it: {
    received: {
      subject: 'La Sua richiesta di cancellazione',
      asked:
        'Il {{askedAt}} è stato chiesto a {{brand.name}} di cancellare i dati che La riguardano, con un link inviato a questo indirizzo. I messaggi sono cessati.',
      answer: 'La esaminiamo e rispondiamo entro il {{dueAt}}.',
      notYou: 'Se non è stato Lei, ci scriva all’indirizzo qui sotto.',
    },
    refused: {
      subject: 'I Suoi dati non sono stati cancellati',
      reason:
        'Il {{askedAt}} è stato chiesto a {{brand.name}} di cancellare i dati che La riguardano. Non lo abbiamo fatto, per questo motivo:',
      stays: 'Ciò che ha interrotto con la richiesta resta interrotto. Può chiederlo di nuovo.',
    },
    done: {
      subject: 'I Suoi dati vengono cancellati',
      done: '{{brand.name}} cancella ora i dati che La riguardano.',
      kept: 'La legge ({{law}}) ci impone di conservare la prova dei Suoi consensi fino al {{until}}, sigillata e per nessun altro scopo.',
      last: 'Questo è l’ultimo messaggio: dopo non potremo più scriverLe.',
    },
    appeal: 'Può proporre reclamo a un’autorità di protezione dei dati o rivolgersi a un tribunale.',
  },
  nl: {
    received: {
      subject: 'Uw verzoek om verwijdering',
      asked:
        'Op {{askedAt}} is {{brand.name}} gevraagd de gegevens over u te verwijderen, via een link die naar dit adres ging. Berichten zijn gestopt.',
      answer: 'Wij bekijken het en antwoorden uiterlijk op {{dueAt}}.',
      notYou: 'Als u dat niet was, schrijf ons dan op het adres hieronder.',
    },
    refused: {
      subject: 'Uw gegevens zijn niet verwijderd',
      reason:
        'Op {{askedAt}} is {{brand.name}} gevraagd de gegevens over u te verwijderen. Wij hebben dat niet gedaan, om deze reden:',
      stays: 'Wat u daarbij hebt gestopt, blijft gestopt. U kunt het opnieuw vragen.',
    },
    done: {
      subject: 'Uw gegevens worden verwijderd',
      done: '{{brand.name}} verwijdert nu de gegevens over u.',
      kept: 'De wet ({{law}}) verplicht ons het bewijs van uw toestemming tot {{until}} te bewaren, verzegeld en voor niets anders.',
      last: 'Dit is het laatste bericht: daarna kunnen wij u niet meer schrijven.',
    },
    appeal: 'U kunt een klacht indienen bij een autoriteit voor gegevensbescherming of naar de rechter gaan.',
  },
  pl: {
    received: {
      subject: 'Żądanie usunięcia danych',
      asked:
        'Dnia {{askedAt}} zażądano od {{brand.name}} usunięcia Państwa danych, przez link wysłany na ten adres. Wiadomości ustały.',
      answer: 'Rozpatrzymy to i odpowiemy najpóźniej {{dueAt}}.',
      notYou: 'Jeśli to nie Państwo, prosimy napisać na adres podany poniżej.',
    },
    refused: {
      subject: 'Dane nie zostały usunięte',
      reason:
        'Dnia {{askedAt}} zażądano od {{brand.name}} usunięcia Państwa danych. Nie zrobiliśmy tego z następującego powodu:',
      stays: 'To, co przy tym zatrzymano, pozostaje zatrzymane. Żądanie można złożyć ponownie.',
    },
    done: {
      subject: 'Dane są usuwane',
      done: '{{brand.name}} usuwa teraz Państwa dane.',
      kept: 'Prawo ({{law}}) nakazuje nam przechowywać dowód udzielonych zgód do {{until}}, zapieczętowany i do niczego innego.',
      last: 'To ostatnia wiadomość: potem nie będziemy mogli już napisać.',
    },
    appeal: 'Można wnieść skargę do organu ochrony danych albo zwrócić się do sądu.',
  },
  pt: {
    received: {
      subject: 'O seu pedido de apagamento',
      asked:
        'A {{askedAt}} foi pedido a {{brand.name}} que apagasse os dados sobre si, por uma ligação enviada para este endereço. As mensagens pararam.',
      answer: 'Vamos analisá-lo e respondemos o mais tardar a {{dueAt}}.',
      notYou: 'Se não foi a própria pessoa, escreva-nos para o endereço abaixo.',
    },
    refused: {
      subject: 'Os seus dados não foram apagados',
      reason:
        'A {{askedAt}} foi pedido a {{brand.name}} que apagasse os dados sobre si. Não o fizemos, por este motivo:',
      stays: 'O que parou com o pedido continua parado. Pode pedi-lo de novo.',
    },
    done: {
      subject: 'Os seus dados são apagados',
      done: '{{brand.name}} apaga agora os dados sobre si.',
      kept: 'A lei ({{law}}) obriga-nos a conservar a prova do que aceitou até {{until}}, selada e para nada mais.',
      last: 'Esta é a última mensagem: depois já não lhe podemos escrever.',
    },
    appeal: 'Pode apresentar reclamação a uma autoridade de proteção de dados ou recorrer aos tribunais.',
  },
  tr: {
    received: {
      subject: 'Silme talebiniz',
      asked:
        '{{askedAt}} tarihinde, bu adrese gönderilen bir bağlantıyla, {{brand.name}} tarafından tutulan verilerinizin silinmesi istendi. İletiler durdu.',
      answer: 'Talebi inceleyip en geç {{dueAt}} tarihinde yanıtlarız.',
      notYou: 'Bunu siz istemediyseniz lütfen aşağıdaki adrese yazın.',
    },
    refused: {
      subject: 'Verileriniz silinmedi',
      reason:
        '{{askedAt}} tarihinde {{brand.name}} tarafından tutulan verilerinizin silinmesi istendi. Şu nedenle yerine getirmedik:',
      stays: 'Bu sırada durdurduklarınız durmuş olarak kalır. Yeniden isteyebilirsiniz.',
    },
    done: {
      subject: 'Verileriniz siliniyor',
      done: '{{brand.name}} hakkınızdaki verileri şimdi siliyor.',
      kept: 'Yasa ({{law}}) gereği, verdiğiniz onayların kanıtını {{until}} tarihine kadar mühürlü olarak ve yalnızca bu amaçla saklıyoruz.',
      last: 'Bu son iletidir: bundan sonra size yazamayız.',
    },
    appeal: 'Bir veri koruma makamına şikâyette bulunabilir veya mahkemeye başvurabilirsiniz.',
  },
  ar: {
    received: {
      subject: 'طلبكم محو البيانات',
      asked:
        'في {{askedAt}} طُلب من {{brand.name}} محو البيانات المتعلقة بكم، عبر رابط أُرسل إلى هذا العنوان. توقفت الرسائل.',
      answer: 'سننظر في الطلب ونجيب في موعد أقصاه {{dueAt}}.',
      notYou: 'إذا لم تكونوا أنتم من طلب ذلك، فيرجى مراسلتنا على العنوان أدناه.',
    },
    refused: {
      subject: 'لم تُمحَ بياناتكم',
      reason: 'في {{askedAt}} طُلب من {{brand.name}} محو البيانات المتعلقة بكم. لم ننفذ ذلك للسبب التالي:',
      stays: 'ما أوقفتموه مع الطلب يبقى متوقفًا. يمكنكم تقديم الطلب من جديد.',
    },
    done: {
      subject: 'تُمحى بياناتكم',
      done: 'تمحو {{brand.name}} الآن البيانات المتعلقة بكم.',
      kept: 'يلزمنا القانون ({{law}}) بحفظ إثبات موافقاتكم حتى {{until}}، مختومًا ولا لأي غرض آخر.',
      last: 'هذه آخر رسالة: لا يمكننا مراسلتكم بعدها.',
    },
    appeal: 'يمكنكم تقديم شكوى إلى هيئة حماية البيانات أو اللجوء إلى القضاء.',
  },
  he: {
    received: {
      subject: 'בקשתכם למחיקה',
      asked: 'ב־{{askedAt}} התבקשה {{brand.name}} למחוק את הנתונים עליכם, בקישור שנשלח לכתובת זו. ההודעות נפסקו.',
      answer: 'נבדוק את הבקשה ונשיב עד {{dueAt}} לכל המאוחר.',
      notYou: 'אם לא אתם ביקשתם זאת, נא לכתוב לנו לכתובת שלמטה.',
    },
    refused: {
      subject: 'הנתונים שלכם לא נמחקו',
      reason: 'ב־{{askedAt}} התבקשה {{brand.name}} למחוק את הנתונים עליכם. לא עשינו זאת, מהסיבה הבאה:',
      stays: 'מה שהופסק עם הבקשה נשאר מופסק. אפשר לבקש שוב.',
    },
    done: {
      subject: 'הנתונים שלכם נמחקים',
      done: '{{brand.name}} מוחקת כעת את הנתונים עליכם.',
      kept: 'החוק ({{law}}) מחייב אותנו לשמור את ההוכחה להסכמותיכם עד {{until}}, חתומה ולא לשום מטרה אחרת.',
      last: 'זו ההודעה האחרונה: לאחר מכן לא נוכל לכתוב לכם.',
    },
    appeal: 'אפשר להגיש תלונה לרשות להגנת המידע או לפנות לבית משפט.',
  },
} as const satisfies Readonly<Record<string, ErasureWords>>;
