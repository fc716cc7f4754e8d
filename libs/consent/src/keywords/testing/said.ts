/** What people write in mails and texts, by language. For specs. */
export interface Said {
  readonly language: string;
  /** Subjects and sentences that a reasonable person reads as leaving. */
  readonly leaving: readonly string[];
  /** What has such words in it, or of newsletters and mails, and says that somebody stays or speaks of something else. */
  readonly staying: readonly string[];
}

// prettier-ignore
export const SAID: readonly Said[] = [
  {
    language: 'en',
    leaving: [
      'Unsubscribe', 'UNSUBSCRIBE ME NOW', 'Unsubscribe from newsletter', 'Remove from mailing list', 'Re: Our winter sale - please unsubscribe',
      'Removal request', 'Opt-out request', 'Unsubscription', 'Please remove my email address from your mailing list.',
      'Kindly delete my e-mail from your database.', 'I would like to be removed from this mailing list.', 'Please take my name off your list.',
      'I no longer want to receive your emails.', 'I do not wish to receive any further communications from you.', 'Stop sending me this newsletter.',
      'Stop emails', 'Please stop all marketing emails immediately.', 'No more newsletters please', 'No more emails!', 'Please cease and desist',
      'Revoking consent', 'I hereby withdraw my consent to the processing of my data for marketing.', 'I object to the use of my data for direct marketing.',
      'I am not interested in receiving your offers any more.', 'Please discontinue the newsletter', 'Cancel newsletter', 'Please cancel my newsletter subscription',
      'I want off this mailing list', 'How do I get off this list?', 'I cannot unsubscribe from your emails, the link is broken', "I've tried to unsubscribe three times",
      'Do not email me again', "Don't ever send me another email", 'Please erase all my personal data', 'I never signed up for this', 'I never subscribed to your newsletter',
      'Kindly unsubscribe this email address.', 'Please put me on your do not contact list', 'We do not want to receive these mailings', 'Stop the newsletter',
      'Please end these emails', 'pls unsub me', 'unsubscribe this address please', 'Take us off your distribution list, thanks', 'please delete this address from your list',
      'I want my email removed from your list', 'Quit sending me spam', 'No longer interested in your newsletter',
      'Hello, I am writing to let you know that I do not want to receive your newsletter any longer.',
    ],
    staying: [
      'Why was I unsubscribed?', 'I unsubscribed by mistake, please add me back', 'Sorry, that stop was an accident', 'Please resend, I deleted my mail',
      'Please remove the blue one from my order', 'Can you stop the delivery until Monday?', 'I no longer get your emails, what happened?', 'I got no email from you',
      'I have not received the newsletter this month', 'Please keep me on the list', "Please don't remove me from the list", 'I would never unsubscribe from your newsletter',
      'I would like to receive your newsletter', 'How can I subscribe to your mailing list?', 'I want to cancel my order 1234', 'Please cancel my appointment on Friday',
      'I never received my parcel', 'At the end of the newsletter there is a voucher, is it valid?', 'Great newsletter, thank you!', 'The link in your email does not work',
      'Please delete the old order and send the new one', 'If you are not the intended recipient, please delete this email.', 'My new email address is ada@new.example',
      'Stop by our office any time', 'When does the sale end?', 'Do I have to cancel anything?', 'Please send me more emails', 'I forwarded your email to a friend', 'Can I change my email address?',
      'Could you remove the fee from my invoice?', 'Do not ship before Monday', "I don't want the red one, please send the blue one", 'no text on the label please', 'Not yet, thanks. More information please.',
      'The stop button on the website is broken', 'Will you contact me about the repair?', 'I would like to withdraw my application for the job', 'I object to the invoice', 'Please call me back', 'Who sends your parcels?',
    ],
  },
  {
    language: 'de',
    leaving: [
      'Abmeldung vom Newsletter', 'Abmelden vom Newsletter', 'Bitte um Abmeldung', 'Newsletter-Abmeldung', 'Newsletter Abbestellung', 'Kündigung Newsletter', 'Kündigung des Newsletters',
      'Kein Newsletter mehr', 'Bitte keinen Newsletter mehr', 'Keine weiteren Mails', 'Keine Werbung mehr!', 'Widerruf meiner Einwilligung', 'Widerruf Einwilligung', 'Widerspruch',
      'Werbewiderspruch', 'Widerspruch gegen Direktwerbung', 'Löschung meiner Daten', 'Ich bitte um Löschung meiner Daten', 'AW: Neues | bitte abmelden',
      'Ich widerspreche der Nutzung meiner Daten für Werbung', 'Hiermit widerspreche ich der Verwendung meiner Daten zu Werbezwecken.',
      'Ich möchte keinen Newsletter mehr erhalten.', 'Ich möchte Ihren Newsletter nicht mehr erhalten.', 'Ich möchte keine E-Mails mehr von Ihnen bekommen.',
      'Bitte melden Sie mich vom Newsletter ab.', 'Bitte melden Sie mich ab.', 'Bitte senden Sie mir keinen Newsletter mehr zu.', 'Hiermit bestelle ich Ihren Newsletter ab.',
      'Hiermit kündige ich den Newsletter.', 'Löschen Sie meine E-Mail-Adresse.', 'Bitte entfernen Sie meine E-Mail-Adresse aus Ihrem Verteiler.', 'Unterlassen Sie die Zusendung von Werbung.',
      'Bitte unterlassen Sie es, mir weitere E-Mails zu schicken.', 'Ich habe mich nie angemeldet!', 'Ich will aus dem Verteiler raus.', 'Bitte nehmen Sie mich von der Liste.',
      'Ich habe kein Interesse mehr an Ihrem Newsletter.', 'Ich möchte vom Newsletter abgemeldet werden.', 'Nehmt mich bitte aus eurem Mailverteiler', 'bitte senden Sie mir keine weiteren E-Mails.',
      'Ich wünsche keine Zusendung von Werbung.', 'Schickt mir bitte keine Mails mehr', 'Ich will von Ihnen nichts mehr hören', 'Tragen Sie mich bitte aus', 'Bitte mich aus dem Verteiler löschen',
      'Ich verbiete Ihnen die Nutzung meiner Daten zu Werbezwecken', 'Bitte meine Mailadresse löschen', 'Newsletter bitte abbestellen', 'Bitte Newsletter stornieren', 'Abmeldung', 'Verschonen Sie mich mit Ihrer Werbung', 'Ich moechte keine Mails mehr bekommen, bitte loeschen Sie meine Adresse', 'Kontaktieren Sie mich nicht mehr',
    ],
    staying: [
      'Ich bekomme keine SMS mehr, was ist los?', 'Warum bekomme ich keine Nachrichten mehr?', 'Ich erhalte keinen Newsletter mehr', 'Ich habe den Newsletter nicht mehr erhalten, was ist los?',
      'Ich bekomme Ihren Newsletter nicht mehr.', 'Ich möchte den Newsletter weiter erhalten.', 'Bitte melden Sie sich bei mir.', 'Danke, ich melde mich ab Montag wieder.', 'Bin ab Montag im Urlaub',
      'Ich möchte meine Bestellung kündigen', 'Bitte stornieren Sie die Bestellung', 'Ich wurde versehentlich abgemeldet, bitte wieder anmelden.', 'Wie kann ich den Newsletter abonnieren?',
      'Ihre Lieferung kam nicht an, bitte melden!', 'Bitte löschen Sie meine alte Adresse und tragen Sie die neue ein', 'Ich habe keine E-Mails bekommen', 'Kündigung meines Handyvertrags',
      'Widerspruch gegen den Mahnbescheid', 'Ich widerspreche der Rechnung', 'Widerruf der Bestellung 4711', 'Abmeldung vom Kurs am Freitag', 'Der Link in der Mail geht nicht', 'Danke für die Nachricht!',
      'Bitte nicht abmelden', 'Ich freue mich auf den nächsten Newsletter', 'Kommt die Mail noch?', 'Meine neue E-Mail-Adresse lautet ada@neu.example', 'Am Ende des Newsletters steht ein Gutschein', 'Das Angebot aus der Werbung gilt noch?', 'Gibt es keine Werbung zum Mitnehmen?',
      'Können Sie mir bitte die Rechnung per Mail senden?', 'Ich möchte den Termin abmelden', 'Bitte schicken Sie mir mehr Informationen', 'Ich bin umgezogen', 'Haben Sie keine Mail bekommen?', 'Bitte den Artikel aus dem Warenkorb löschen', 'Ich hatte keine Zeit zu lesen', 'Die Nachricht war leer', 'Die Lieferung will ich nicht mehr erhalten', 'Ist das keine Werbung?', 'Schließen Sie ab 18 Uhr?',
    ],
  },
  {
    language: 'fr',
    leaving: [
      'Désinscription', 'Désabonnement newsletter', 'Désinscription de la newsletter', 'Se désabonner', 'Merci de me désinscrire de votre newsletter.', 'Veuillez me désabonner.',
      'Veuillez supprimer mon adresse de votre liste.', 'Je souhaite me désinscrire', 'Je ne souhaite plus recevoir vos mails.', 'Merci de ne plus m’envoyer de courriels', 'Je ne veux plus de votre newsletter',
      'Retirez-moi de votre liste de diffusion', 'Supprimez mon adresse mail svp', 'Je retire mon consentement', 'Je m’oppose au traitement de mes données à des fins de prospection', 'Résiliation de la newsletter',
      'Stop à vos publicités', 'Plus de mails svp', 'Arrêtez de m’envoyer des publicités', 'Cessez de m’écrire', 'Je ne me suis jamais inscrit à cette newsletter', 'Merci de me retirer de vos fichiers',
      'Je demande la suppression de mes données personnelles', 'Veuillez cesser tout envoi de publicité', 'Merci de me rayer de vos listes', 'Ne m’envoyez plus rien', 'Je désire ne plus être contacté', 'Annuler mon abonnement à la newsletter', 'Enlevez-moi de cette liste',
    ],
    staying: [
      'Je ne reçois plus vos mails, pourquoi ?', 'Je n’ai pas reçu la newsletter', 'J’ai été désinscrit par erreur', 'Pourquoi ai-je été désabonné ?', 'Je veux annuler ma commande', 'Merci de supprimer l’article de ma commande',
      'Ne me désinscrivez pas', 'Je souhaite m’inscrire à la newsletter', 'Merci pour votre message', 'Quand arrive ma livraison ?', 'Le lien ne marche pas', 'Je ne veux pas la rouge', 'Arrêt de bus', 'Je ne peux pas venir', 'Envoyez-moi plus de messages', 'Ma nouvelle adresse est ada@nouveau.example',
    ],
  },
  {
    language: 'es',
    leaving: [
      'Baja newsletter', 'Baja del boletín', 'Solicitud de baja', 'Cancelar suscripción', 'Quiero cancelar mi suscripción.', 'Por favor, elimínenme de su lista de correo.', 'No deseo recibir más correos.', 'No quiero recibir más publicidad',
      'Quiero darme de baja de la newsletter', 'Por favor denme de baja', 'Dejen de enviarme correos', 'No me envíen más correos electrónicos', 'Borren mi correo de su base de datos', 'Solicito la baja', 'Ya no deseo recibir sus boletines',
      'Retiro mi consentimiento', 'Me opongo al tratamiento de mis datos con fines de marketing', 'No más correos', 'Eliminen mis datos', 'Desuscribirme por favor', 'Nunca me suscribí a esto', 'Quítenme de esta lista', 'No me interesa recibir sus ofertas', 'Basta de spam', 'No vuelvan a escribirme', 'Sáquenme de su lista', 'Quisiera que me dieran de baja',
    ],
    staying: [
      'No recibo sus correos, ¿qué pasa?', 'No me ha llegado el boletín', 'Me di de baja por error', 'Quiero cancelar mi pedido', 'Estoy de baja médica hasta el lunes', 'No me den de baja', 'Quiero suscribirme al boletín', 'Gracias por su mensaje', '¿Cuándo llega el pedido?', 'El enlace no funciona', 'Quiero recibir más correos', 'No puedo ir mañana', 'Cambio de dirección de correo', 'La temperatura baja mañana', 'Eliminen el artículo de mi pedido', 'No quiero el rojo',
    ],
  },
  {
    language: 'pt',
    leaving: [
      'Cancelamento da newsletter', 'Descadastro', 'Remover da lista', 'Cancelar subscrição', 'Não quero receber mais emails.', 'Não desejo receber a vossa newsletter', 'Por favor, removam o meu email da vossa lista', 'Me descadastre, por favor', 'Pare de me enviar emails', 'Parem de enviar propaganda',
      'Quero sair da lista', 'Solicito a remoção do meu email', 'Excluam meus dados', 'Retiro o meu consentimento', 'Nunca autorizei o envio de emails', 'Não me enviem mais mensagens', 'Quero ser removido da lista', 'Oponho-me ao tratamento dos meus dados para marketing', 'Gostaria de cancelar a newsletter', 'Chega de emails', 'Não tenho interesse em receber suas ofertas', 'Favor retirar meu e-mail do mailing', 'Nunca me inscrevi nesta newsletter', 'Quero deixar de receber estes emails', 'Apaguem o meu email',
    ],
    staying: [
      'Não recebi o email', 'Deixei de receber a newsletter, porquê?', 'Cancelei a newsletter por engano', 'Quero cancelar meu pedido', 'Não me removam da lista', 'Quero receber a newsletter', 'Obrigado pela mensagem', 'Quando chega a encomenda?', 'O link não funciona', 'Retirar o produto do pedido', 'Não quero o vermelho', 'Vou sair agora', 'Novo endereço: Rua A', 'Pode parar o carro ali', 'Mais informações, por favor',
    ],
  },
  {
    language: 'it',
    leaving: [
      'Disiscrizione', 'Cancellazione newsletter', 'Richiesta di cancellazione', 'Vorrei cancellarmi dalla newsletter.', 'Non desidero più ricevere le vostre email.', 'Cancellatemi dalla mailing list', 'Vi prego di rimuovere il mio indirizzo dal vostro database', 'Non voglio più ricevere pubblicità', 'Smettetela di mandarmi email', 'Non inviatemi altre email', 'Revoco il consenso al trattamento dei dati',
      'Mi oppongo al trattamento dei miei dati per marketing', 'Basta newsletter', 'Basta email', 'Disiscrivetemi', 'Togliete il mio indirizzo dalla lista', 'Eliminate i miei dati', 'Non mi sono mai iscritto a questa newsletter', 'Desidero essere rimosso dalla lista', 'Annullare iscrizione', 'Non mi interessano più le vostre offerte', 'Disdetta newsletter', 'Chiedo la cancellazione dei miei dati', 'Non scrivetemi più', 'Nessuna pubblicità grazie', 'Cessate di inviarmi messaggi',
    ],
    staying: [
      'Non ricevo più le vostre email, perché?', 'Non ho ricevuto la newsletter', 'Mi sono disiscritto per errore', 'Voglio annullare il mio ordine', 'Non cancellatemi dalla lista', 'Vorrei iscrivermi alla newsletter', 'Grazie del messaggio', 'Quando arriva il pacco?', 'Il link non funziona', 'Cancellate il prodotto dal mio ordine', 'Non voglio quello rosso', 'Basta un clic?', 'Il mio nuovo indirizzo è via Roma 1', 'La fermata è vicina', 'Vorrei ricevere più informazioni',
    ],
  },
  {
    language: 'nl',
    leaving: [
      'Afmelden nieuwsbrief', 'Promoties stoppen', 'Aanbiedingen stoppen', 'Uitschrijven nieuwsbrief', 'Graag uitschrijven.', 'Afmelding', 'Opzeggen nieuwsbrief', 'Ik wil geen nieuwsbrief meer ontvangen.', 'Ik wil me graag uitschrijven voor de nieuwsbrief.', 'Verwijder mijn e-mailadres uit uw bestand', 'Stuur mij geen mails meer', 'Geen reclame meer aub', 'Stop met het sturen van e-mails', 'Ik trek mijn toestemming in', 'Ik maak bezwaar tegen het gebruik van mijn gegevens voor direct marketing', 'Haal mij van de mailinglijst',
      'Ik wens geen e-mails meer te ontvangen', 'Wilt u mij van de lijst verwijderen?', 'Gelieve mij uit te schrijven', 'Schrijf mij uit voor de nieuwsbrief', 'Ik heb me nooit aangemeld', 'Mijn adres graag verwijderen', 'Meld mij af voor deze mails', 'Ik wil uitgeschreven worden', 'Verzoek tot verwijdering van mijn gegevens', 'Geen interesse meer in jullie nieuwsbrief', 'Stop de nieuwsbrief', 'Ik wil niet meer gemaild worden',
    ],
    staying: [
      'Ik krijg geen nieuwsbrief meer, hoe kan dat?', 'Wanneer stoppen de aanbiedingen?', 'Kan de nieuwsbrief niet stoppen met laden', 'Ik heb geen mail ontvangen', 'Ik ben per ongeluk uitgeschreven', 'Ik wil mijn bestelling annuleren', 'Schrijf mij niet uit', 'Ik wil me aanmelden voor de nieuwsbrief', 'Bedankt voor het bericht', 'Wanneer komt mijn pakket?', 'De link werkt niet', 'Graag het artikel uit mijn bestelling halen', 'Ik wil de rode niet', 'Mijn nieuwe e-mailadres is ada@nieuw.example', 'Ik kan niet komen', 'Is er een bushalte?', 'Meld u snel aan?',
    ],
  },
  {
    language: 'pl',
    leaving: [
      'Rezygnacja z newslettera', 'Rezygnacja', 'Wypisanie z newslettera', 'Proszę o wypisanie', 'proszę o wypisanie z listy', 'Proszę o usunięcie mojego adresu z bazy.', 'Proszę mnie wypisać z newslettera.', 'Nie chcę otrzymywać newslettera', 'Nie chcę więcej maili', 'Nie życzę sobie otrzymywania reklam', 'Proszę nie przysyłać mi więcej wiadomości', 'Przestańcie wysyłać mi spam', 'Cofam zgodę na przetwarzanie danych', 'Wycofuję zgodę marketingową', 'Sprzeciw wobec przetwarzania danych w celach marketingowych',
      'Proszę usunąć mój adres e-mail', 'Chcę się wypisać', 'Wypisuję się z newslettera', 'Nigdy się nie zapisywałem na ten newsletter', 'Rezygnuję z otrzymywania wiadomości', 'Skreślcie mnie z listy', 'Anuluj subskrypcję newslettera', 'Nie jestem już zainteresowany newsletterem', 'Koniec z reklamami', 'Nie wysyłajcie mi więcej ofert', 'Usuńcie moje dane',
    ],
    staying: [
      'Nie dostałem newslettera', 'Nie otrzymuję już maili, dlaczego?', 'Wypisałem się przez pomyłkę', 'Chcę anulować zamówienie', 'Nie wypisujcie mnie', 'Chcę zapisać się na newsletter', 'Dziękuję za wiadomość', 'Kiedy przyjdzie paczka?', 'Link nie działa', 'Proszę usunąć produkt z zamówienia', 'Nie chcę czerwonego', 'Mój nowy adres to ul. Długa 1', 'Nie mogę przyjść', 'Promocja do końca miesiąca?', 'Proszę o fakturę mailem',
    ],
  },
  {
    language: 'tr',
    leaving: [
      'Abonelikten çıkmak istiyorum', 'Abonelik iptali', 'Bülten iptali', 'Lütfen beni listeden çıkarın.', 'Lütfen beni e-posta listenizden silin', 'Artık e-posta almak istemiyorum', 'Bülteninizi istemiyorum', 'Bana bir daha mail göndermeyin', 'Reklam göndermeyin lütfen', 'Mail listenizden çıkarın', 'Onayımı geri çekiyorum', 'Verilerimin silinmesini istiyorum', 'Üyeliğimi iptal edin', 'Bülten aboneliğimi sonlandırın', 'Bu mailleri almak istemiyorum', 'Kampanya mesajı istemiyorum', 'Lütfen artık yazmayın', 'Beni rahatsız etmeyin', 'Hiç kayıt olmadım', 'E-posta adresimi silin', 'Spam göndermeyi bırakın', 'Listeden çıkmak istiyorum', 'Artık mesaj almak istemiyorum', 'Mailleri durdurun', 'Adımı listenizden silin',
    ],
    staying: [
      'Bülten gelmiyor, neden?', 'Mail gelmedi', 'Yanlışlıkla abonelikten çıktım', 'Siparişimi iptal etmek istiyorum', 'Beni listeden çıkarmayın', 'Bültene abone olmak istiyorum', 'Mesaj için teşekkürler', 'Kargom ne zaman gelir?', 'Link çalışmıyor', 'Ürünü siparişimden çıkarın', 'Kırmızıyı istemiyorum', 'Yeni adresim: Ankara', 'Gelemiyorum', 'Otobüs durağı nerede?', 'Daha fazla bilgi lütfen',
    ],
  },
  {
    language: 'ar',
    leaving: [
      'إلغاء الاشتراك', 'أريد إلغاء الاشتراك في النشرة البريدية', 'الرجاء إلغاء اشتراكي', 'لا أريد استلام رسائلكم', 'لا أرغب في تلقي المزيد من الرسائل', 'توقفوا عن إرسال الرسائل', 'احذفوا بريدي من قائمتكم', 'أزيلوني من القائمة البريدية', 'لا ترسلوا لي رسائل بعد الآن', 'أوقفوا الإعلانات', 'أسحب موافقتي', 'أعترض على استخدام بياناتي للتسويق', 'لم أشترك في هذه النشرة', 'لست مهتما بتلقي رسائلكم', 'من فضلكم احذفوا بياناتي', 'إيقاف الرسائل', 'لم أعد أرغب في استلام النشرة', 'حذف عنواني من القائمة', 'لا تراسلوني', 'كفى من الإعلانات', 'أرجو عدم إرسال أي رسائل', 'شطب اسمي من القائمة', 'إلغاء النشرة', 'لا أريد إعلانات', 'احذفوا رقمي',
    ],
    staying: [
      'لم تصلني النشرة', 'لم تصلني رسائلكم، لماذا؟', 'ألغيت اشتراكي بالخطأ', 'أريد إلغاء الطلب', 'لا تلغوا اشتراكي', 'أريد الاشتراك في النشرة', 'شكرا على الرسالة', 'متى تصل الشحنة؟', 'الرابط لا يعمل', 'أريد إلغاء الموعد', 'لا أريد الأحمر', 'عنواني الجديد في القاهرة', 'لا أستطيع الحضور', 'أرسلوا لي المزيد من العروض', 'أين المتجر؟',
    ],
  },
  {
    language: 'he',
    leaving: [
      'הסרה מרשימת התפוצה', 'נא להסיר אותי', 'הסירו אותי מרשימת הדיוור', 'ביטול מנוי', 'אני לא רוצה לקבל מכם מיילים', 'לא מעוניין לקבל פרסומות', 'תפסיקו לשלוח לי הודעות', 'אל תשלחו לי יותר', 'מחקו את המייל שלי', 'אבקש להסיר אותי מהרשימה', 'מבקשת להסיר את כתובת המייל שלי', 'אני חוזר בי מהסכמתי', 'מעולם לא נרשמתי', 'לבטל את ההרשמה לניוזלטר', 'די לפרסומות', 'די עם הפרסומות', 'אני מתנגד לשימוש בפרטים שלי', 'לא רוצה יותר הודעות', 'להסיר מהרשימה', 'הסר', 'תמחקו את הפרטים שלי', 'איני מעוניין בקבלת דיוור', 'תורידו אותי מהרשימה', 'הפסיקו את הדיוור', 'לא מעוניינת לקבל יותר מיילים',
    ],
    staying: [
      'לא קיבלתי את המייל', 'למה לא הגיע הניוזלטר?', 'הוסרתי בטעות', 'אני רוצה לבטל הזמנה', 'אל תסירו אותי מהרשימה', 'אני רוצה להירשם לניוזלטר', 'תודה על ההודעה', 'מתי מגיע המשלוח?', 'הקישור לא עובד', 'לבטל את התור', 'לא רוצה את האדום', 'הכתובת החדשה שלי בתל אביב', 'אני לא יכול להגיע', 'תשלחו לי עוד מבצעים', 'איפה החנות?',
    ],
  },
  {
    language: 'others',
    leaving: [
      'СТОП', 'стоп', 'Отписаться', 'Прошу отписать меня от рассылки', 'Не хочу получать ваши письма', 'Удалите меня из рассылки', 'Не присылайте мне больше писем', 'Avsluta prenumerationen', 'Avregistrera mig', 'Jag vill inte ha fler mejl', 'Frameld mig nyhedsbrevet', 'Jeg vil ikke modtage flere mails', 'Meld meg av nyhetsbrevet', 'En halua enää viestejä', 'Odhlásit', 'Odhlaste mě z odběru newsletteru', 'Nechci dostávat další e-maily', 'Leiratkozás', 'Kérem, töröljenek a listáról', 'Dezabonare', 'Odjava', '退订', '取消订阅', '配信停止', '수신거부', 'Διαγραφή από τη λίστα',
    ],
    staying: ['Где автобусная остановка?', 'Я не получил письмо', 'Удалите товар из заказа', 'Jag har inte fått mejlet', 'Jeg har ikke modtaget min ordre', 'Nedostal jsem e-mail', 'Nem kaptam meg a levelet', 'Спасибо за письмо', 'Tack för mejlet', 'Díky'],
  },
];
