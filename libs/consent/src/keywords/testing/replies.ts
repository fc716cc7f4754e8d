/**
 * What people answer to advertisements by text, judged before anything here reads it: by what a reasonable person who
 * gets the answer would say that it means.
 *
 * - `sure`: no more of these messages; one who leaves by it has left at once.
 * - `unsure`: may mean that, or a contract, a membership, an annoyance. They are asked, and keep what they have.
 * - `neither`: something else, also where words of leaving stand in it.
 */
export interface Replies {
  readonly language: string;
  readonly sure: readonly string[];
  readonly unsure: readonly string[];
  readonly neither: readonly string[];
}

export const REPLIES: readonly Replies[] = [
  {
    language: 'en',
    sure: [
      'STOP with the coupons already', 'pls take this number off whatever list its on', 'Unsubscribe me from these texts thx',
      "This isn't Dave, wrong person, quit texting", "I've asked you 3 times to stop", 'no more ads pls', "Please don't contact me anymore",
      'how do i get these texts to stop?', 'How do I stop getting your newsletter?', 'stop it with these messages', 'I am on the do not call list. Stop.',
      "You don't have my permission to message me", 'I dont want ur texts no more', 'lose this number', 'cancel these alerts for good',
      'STOP I already bought one', "I'm no longer interested, please remove me", 'Yes, please unsubscribe', 'end this', 'Enough!',
      'stop, I cancelled my coffee subscription last week', 'Cancel my subscription to these texts', 'How do I cancel my subscription to your newsletter?', 'Stop my subscription',
      'cancel my text subscription','cancel my membership emails','stop the texts and cancel my coffee subscription','Unsubscribe me from Acme','cancel my subscription for good','I want to cancel my subscription please','please cancel the stupid subscription','please cancel my account and delete my data',"cancel my subscription to this crap and don't text me again",'End my subscription to your texts','unsubscribe from rewards texts','unsub from everything','Stop sending me subscription offers','STOP my wife is the customer','please stop the coffee ads',
    ],
    unsure: [
      'How do I stop my subscription of coffee?', 'Please cancel my coffee subscription', 'How can I cancel my membership?', 'cancel my plan',
      'I want to end my subscription to the gym', 'Too many messages', 'Why do I keep getting these?', 'Who gave you my number?',
      "I don't remember signing up", 'Is there a way to get fewer texts?', 'not for me thanks', 'this is harassment', 'Nope',
      'How do I unsubscribe from the coffee box?', 'stop my subscription for the magazine', 'I want to quit the loyalty program', 'unsubscribe my son from the swimming class',
      'how do i cancel my wine club','Cancel my subscription to the Times','please end my monthly coffee subscription','I need to stop my tea subscription','Where can I cancel my gym membership?','cancel my premium plan','Please stop the subscription box subscription',
    ],
    neither: [
      'Can you stop the delivery on Friday?', 'I want to cancel order 4471', 'When does my subscription renew?', 'What does the subscription cost?',
      'end of the week works for me', "Don't stop, love these", 'Which bus stop is closest to the shop?', 'I quit smoking, do you still have the patches?',
      'cancel my table for tonight', 'Remove the onions please', 'Can you stop by at 4?', 'I unsubscribed by mistake, can I get back in?',
      'Is the coffee subscription available in Canada?', 'I never got my parcel', 'thanks, got it', 'How do I change my subscription of coffee?',
      "I don't want to cancel my subscription", 'Will my coffee stop coming in May?',
    ],
  },
  {
    language: 'de',
    sure: [
      'Bitte keine SMS mehr an diese Nummer', 'Nehmt mich bitte von der Liste', 'Ich möchte das nicht mehr bekommen', 'Lasst mich endlich in Ruhe mit eurer Werbung',
      'Wie werde ich diese Nachrichten los?', 'Hab ich nie bestellt, bitte abmelden', 'stop, hab schon gekauft', 'Wie bestelle ich den Newsletter ab?',
      'Ich will nix mehr von euch hören', 'Bitte nehmen Sie meine Nummer aus Ihrem System', 'Nix mehr schicken!', 'Schluss jetzt', 'Abo beenden', 'Newsletter-Abo kündigen',
      'Kaffee-Abo ist gekündigt, bitte auch keine Mails mehr','Bitte Abo sofort kündigen','Hiermit kündige ich mein Newsletter-Abo','SMS-Abo kündigen','Abo kündigen bitte','Stoppt eure Werbung für das Kaffee-Abo','Bitte mein Abo kündigen',
    ],
    unsure: [
      'Wie kündige ich mein Kaffee-Abo?', 'Ich möchte mein Abo der Zeitschrift kündigen', 'Wie kann ich meine Mitgliedschaft kündigen?', 'Das nervt langsam',
      'Woher habt ihr meine Nummer?', 'Zu viele Nachrichten', 'Warum bekomme ich das?', 'Brauche ich nicht', 'Kann man das auch abstellen?',
      'Bitte kündigen Sie mein Fitness-Abo', 'Kaffee-Abo stoppen', 'Wie melde ich mich vom Kurs ab?',
      'Wie kann ich mein Zeitungsabo kündigen?','Ich will meine Mitgliedschaft im Verein beenden','Tee-Abo abbestellen','Kündigung meines Kaffee-Abos',
    ],
    neither: [
      'Ich möchte meinen Vertrag verlängern', 'Wann endet mein Abo?', 'Bitte die Lieferung stoppen', 'Ich melde mich morgen ab 9 Uhr', 'Den Termin muss ich leider absagen',
      'Kann ich die Bestellung noch stornieren?', 'Ist das Kaffee-Abo auch monatlich?', 'Ende des Monats passt mir gut', 'Bitte nicht abbestellen, ich lese das gern',
      'Haltet ihr auch in Kiel?', 'Löschen Sie bitte die zweite Position', 'Ich will mein Abo nicht kündigen',
    ],
  },
  {
    language: 'fr',
    sure: [
      "Merci de ne plus m'envoyer de pub", 'Comment arrêter vos messages ?', "STOP, j'ai déjà acheté", 'Je souhaite me désinscrire de votre liste', 'Retirez mon numéro de votre fichier',
      "J'en ai marre de vos SMS, stop", 'je veux plus recevoir vos sms', 'Foutez-moi la paix', 'Comment je me désabonne ?', 'Veuillez supprimer mon adresse de votre liste de diffusion',
      'Plus aucun message svp', 'Résilier mon abonnement à la newsletter',
      'Résiliez mon abonnement SMS','Je veux résilier mon abonnement','Annuler mon abonnement à vos SMS','plus de sms sur le café svp',
    ],
    unsure: [
      'Comment résilier mon abonnement de café ?', 'Je veux arrêter mon abonnement à la salle de sport', 'Comment annuler mon adhésion ?', 'Trop de messages',
      "D'où avez-vous mon numéro ?", 'Pourquoi je reçois ça ?', "Ça ne m'intéresse pas", "C'est du harcèlement",
      'Je souhaite suspendre mon abonnement au magazine','Comment résilier mon forfait ?',
    ],
    neither: [
      'Je voudrais annuler ma commande', 'À quelle heure fin du service ?', 'Quand finit mon abonnement ?', "Ne m'enlevez pas de la liste", 'Arrêtez-vous à Lyon ?',
      "Combien coûte l'abonnement ?", "Je n'ai plus de café", 'Retirez les oignons svp',
    ],
  },
  {
    language: 'es',
    sure: [
      'Ya no quiero recibir sus mensajes', 'Dejen de mandarme promociones', '¿Cómo dejo de recibir estos mensajes?', 'Quiten mi número de su base de datos', 'no molesten más',
      'Denme de baja por favor', 'STOP ya compré', 'Ya no me escriban', '¿Cómo me doy de baja?', 'No autorizo que me escriban', 'No quiero publicidad', 'Cancelar mi suscripción a estos mensajes',
      'Cancelar suscripción a los SMS','quiero cancelar mi suscripción','Darme de baja de la lista','Baja del boletín',
    ],
    unsure: [
      '¿Cómo cancelo mi suscripción de café?', 'Quiero darme de baja del gimnasio', 'Cancelar mi membresía', 'No me interesa', '¿De dónde sacaron mi número?', 'Demasiados mensajes',
      '¿Por qué me llega esto?', 'Qué pesados',
      'Quiero cancelar mi suscripción al periódico','¿Cómo anulo mi abono del gimnasio?',
    ],
    neither: [
      'Quiero cancelar mi pedido', '¿Cuánto cuesta la suscripción?', 'No me quiten de la lista', 'El fin de semana está bien', 'Para mi hija, talla 4', '¿Baja de precio?',
      '¿Cuándo termina mi suscripción?', 'Ya no tengo ese coche', 'Salir de Madrid a las 8',
    ],
  },
  {
    language: 'it',
    sure: [
      'Non mandatemi più pubblicità', 'Come faccio a non ricevere più questi messaggi?', 'Toglietemi dalla vostra lista', 'Basta con questi SMS', 'Come mi cancello?',
      'Non voglio più essere contattato', 'STOP ho già comprato', 'Lasciatemi in pace', 'Cancellate il mio numero', 'Annulla la mia iscrizione alla newsletter',
      'Disdire abbonamento newsletter','Annulla abbonamento','Cancellami dalla newsletter',
    ],
    unsure: [
      'Come disdico il mio abbonamento al caffè?', "Vorrei disdire l'abbonamento della palestra", 'Non sono interessato', 'Dove avete preso il mio numero?', 'Troppi messaggi', 'Perché ricevo questo?',
      'Come posso annullare il mio abbonamento in palestra?','disdetta abbonamento alla rivista',
    ],
    neither: [
      "Vorrei annullare l'ordine", "Quanto costa l'abbonamento?", 'Quando scade il mio abbonamento?', 'Non cancellatemi', 'Basta una taglia M?', 'A fine mese va bene', 'Togliete le cipolle per favore',
    ],
  },
  {
    language: 'nl',
    sure: [
      'Graag geen reclame meer', 'Hoe stop ik deze berichten?', 'Haal mij van de lijst af', "Ik wil geen sms'jes meer", 'Hoe schrijf ik me uit?', 'Verwijder mijn nummer aub',
      'STOP heb al gekocht', 'Niet meer appen aub', 'Laat me met rust', 'Abonnement op de nieuwsbrief opzeggen',
      'Abonnement stopzetten','SMS-abonnement opzeggen','Stop abonnement op nieuwsbrief',
    ],
    unsure: [
      'Hoe zeg ik mijn koffieabonnement op?', 'Ik wil mijn abonnement op de sportschool opzeggen', 'Geen interesse', 'Hoe komen jullie aan mijn nummer?', 'Te veel berichten', 'Waarom krijg ik dit?',
      'Hoe kan ik mijn sportabonnement opzeggen?','Ik wil mijn lidmaatschap beëindigen',
    ],
    neither: [
      'Ik wil mijn bestelling annuleren', 'Wat kost het abonnement?', 'Stopt de bus bij jullie?', 'Schrijf me niet uit hoor', 'Eind van de maand is goed', 'Zet het licht uit', 'Wanneer loopt mijn abonnement af?',
    ],
  },
  {
    language: 'pl',
    sure: [
      'Proszę nie wysyłać mi więcej SMS-ów', 'Jak wypisać się z listy?', 'Proszę usunąć mój numer z bazy', 'Nie życzę sobie reklam', 'Przestańcie do mnie pisać', 'STOP już kupiłem',
      'Nie chcę więcej wiadomości', 'Dajcie mi spokój', 'Jak zrezygnować z tych wiadomości?', 'Rezygnuję z newslettera',
      'Anuluj subskrypcję natychmiast','Rezygnuję z subskrypcji SMS','Anuluj subskrypcję newslettera',
    ],
    unsure: [
      'Jak zrezygnować z subskrypcji kawy?', 'Chcę wypowiedzieć abonament na kawę', 'Nie jestem zainteresowana', 'Skąd macie mój numer?', 'Za dużo wiadomości', 'Dlaczego to dostaję?',
      'Jak anulować prenumeratę gazety?','Chcę zrezygnować z karnetu',
    ],
    neither: [
      'Chcę anulować zamówienie', 'Ile kosztuje subskrypcja?', 'Nie wypisujcie mnie proszę', 'Koniec tygodnia mi pasuje', 'Kiedy kończy się mój abonament?', 'Proszę bez cebuli',
    ],
  },
  {
    language: 'pt',
    sure: [
      'Não me mandem mais mensagens', 'Como faço para parar de receber isso?', 'Tirem meu número da lista', 'Não quero mais propaganda', 'Me tira dessa lista', 'Pare de me mandar SMS',
      'STOP já comprei', 'Quero me descadastrar', 'Deixa-me em paz', 'Cancelar a assinatura da newsletter',
      'Cancelar minha assinatura de SMS','Cancelar assinatura','quero cancelar a inscrição na lista',
    ],
    unsure: [
      'Como cancelo minha assinatura de café?', 'Quero cancelar a assinatura da academia', 'Não tenho interesse', 'Onde conseguiram meu número?', 'Mensagens demais', 'Por que recebo isso?',
      'Como anulo a assinatura da revista?','Quero suspender meu plano',
    ],
    neither: [
      'Quero cancelar meu pedido', 'Quanto custa a assinatura?', 'Não me tirem da lista', 'Chega na sexta?', 'Vou sair às 8', 'O ônibus vai parar aqui?', 'Quando vence minha assinatura?',
    ],
  },
  {
    language: 'tr',
    sure: [
      'Bana bir daha mesaj atmayın', 'Bu mesajları nasıl durdururum?', 'Numaramı listenizden silin', 'Reklam istemiyorum', 'Abonelikten nasıl çıkarım?', 'STOP zaten aldım', 'Artık mesaj göndermeyin', 'Rahatsız etmeyin beni',
      'Bülten aboneliğimi iptal edin',
      'Aboneliğimi iptal edin','SMS aboneliğini iptal et','Bülten aboneliğinden çıkmak istiyorum',
    ],
    unsure: [
      'Kahve aboneliğimi nasıl iptal ederim?', 'Spor salonu üyeliğimi iptal etmek istiyorum', 'İlgilenmiyorum', 'Numaramı nereden buldunuz?', 'Çok fazla mesaj', 'Bunu neden alıyorum?',
      'Dergi aboneliğimi iptal etmek istiyorum','Kulüp üyeliğimden çıkmak istiyorum',
    ],
    neither: [
      'Siparişimi iptal etmek istiyorum', 'Abonelik ne kadar?', 'Beni listeden silmeyin', 'Otobüs burada duruyor mu?', 'Aboneliğim ne zaman bitiyor?', 'Soğansız olsun',
    ],
  },
  {
    language: 'ar',
    sure: [
      'لا ترسلوا لي رسائل بعد الآن', 'كيف أوقف هذه الرسائل؟', 'احذفوا رقمي من قائمتكم', 'لا أريد إعلانات', 'كيف ألغي الاشتراك في الرسائل؟', 'STOP اشتريت بالفعل', 'توقفوا عن مراسلتي', 'لا تتواصلوا معي مرة أخرى',
      'الغاء الاشتراك من فضلك','ألغوا اشتراكي في الرسائل','الغاء اشتراكي الان',
    ],
    unsure: [
      'كيف ألغي اشتراك القهوة؟', 'أريد إلغاء اشتراكي في النادي', 'لست مهتما', 'من أين حصلتم على رقمي؟', 'رسائل كثيرة جدا', 'لماذا تصلني هذه الرسائل؟',
      'أريد إلغاء اشتراك المجلة','كيف ألغي عضويتي؟',
    ],
    neither: [
      'أريد إلغاء طلبي', 'كم سعر الاشتراك؟', 'لا تحذفوني من القائمة', 'متى ينتهي اشتراكي؟', 'هل تتوقف الحافلة هنا؟', 'بدون بصل من فضلك',
    ],
  },
  {
    language: 'he',
    sure: [
      'אל תשלחו לי יותר הודעות', 'איך מפסיקים את ההודעות האלה?', 'תורידו אותי מהרשימה', 'לא רוצה פרסומות', 'הסירו את המספר שלי', 'STOP כבר קניתי', 'די עם הספאם', 'איך מסירים אותי מהרשימה?', 'לבטל את המנוי לניוזלטר',
      'לבטל את המנוי בבקשה','ביטול מנוי להודעות',
    ],
    unsure: [
      'איך מבטלים את מנוי הקפה שלי?', 'אני רוצה לבטל את המנוי לחדר כושר', 'לא תודה', 'מאיפה יש לכם את המספר שלי?', 'יותר מדי הודעות', 'למה אני מקבל את זה?',
      'איך אפשר לבטל את המנוי לעיתון?','רוצה לבטל מנוי לקפה',
    ],
    neither: [
      'אני רוצה לבטל את ההזמנה', 'כמה עולה המנוי?', 'אל תסירו אותי', 'מתי נגמר המנוי שלי?', 'האוטובוס עוצר כאן?', 'בלי בצל בבקשה',
    ],
  },
]; // prettier-ignore
