/**
 * Whole sentences by which people leave, ask to stay, or use the word of leaving for something else. Each is matched
 * against normalised text; `phrases.spec.ts` has what was said by them.
 */
/**
 * Whole sentences that a reasonable person reads as leaving (47 CFR 64.1200 (a) (10): any wording that clearly
 * expresses a desire not to receive further messages). Each is matched against normalised text.
 */
export const SENTENCES: readonly { readonly language: string; readonly pattern: RegExp }[] = [
  {
    language: 'en',
    pattern: /\b(stop|quit|cease) (texting|messaging|sending|contacting|calling|emailing|spamming|bothering)\b/,
  },
  { language: 'en', pattern: /\bno more (texts?|messages?|sms|emails?|mails?|calls?|of (this|these))\b/ },
  {
    language: 'en',
    pattern:
      /\b(do not|dont|never|stop) (ever )?(text|message|contact|call|sms|email|write|send) (to )?(me|this number|us)\b/,
  },
  {
    language: 'en',
    pattern: /\bleave me alone\b|\bopt(ing)? out\b|\b(wrong|lose (my|this)) number\b|\bi (want out|withdraw|revoke)\b/,
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
    pattern:
      /\b(nicht|nie) mehr (an)?(schreiben|kontaktieren|anrufen|senden|schicken)\b|\bmelde mich ab\b(?! (montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen|dem|den|der|nachste\w*|kommende\w*|januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember|\d))/,
  },
  { language: 'de', pattern: /\bmich (bitte )?(abmelden|austragen|loschen|entfernen)\b|\blasst? mich in ruhe\b/ },
  {
    language: 'fr',
    pattern:
      /\b(ne|n) (\w+ ){0,3}plus (recevoir|me contacter|m ecrire|m envoyer)\b|(^|\b(ne|n) (\w+ ){1,2}|svp |bonjour )plus de (messages?|sms|pubs?)\b/,
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
  {
    language: 'en',
    pattern:
      /\b(remove|delete|unsubscribe) me\b|\b(take|get) me (off|out of)\b|\bopt me out\b|\bget off (this|your|the) list\b/,
  },
  {
    language: 'en',
    pattern: /\bunsubscribe\b|\b(revoke|withdraw) (my |all |the )?(consent|permission)\b/,
  },
  {
    language: 'en',
    pattern:
      /\b(dont|do not|no longer|never) (want|wish|need|like|care) (to (receive|be contacted|be texted|be on (this|your|the) list|hear from)|(to get )?(any |your |more |these |those |this |the |such )*(texts?|messages?|sms|emails?|mails?|calls?|spam|ads?|promos?|promotions?|marketing|notifications?|newsletters?))\b/,
  },
  { language: 'en', pattern: /^(i )?(dont|do not) want (this|these|those)( any ?more)?$/ },
  {
    language: 'en',
    pattern:
      /\bcancel (my |the |this |these |your )?(subscriptions?|newsletters?|texts?|messages?|alerts?|sms|notifications?)\b/,
  },
  {
    language: 'en',
    pattern: /\b(delete|remove|erase) my (number|phone|contact|details|data)\b|^(just )?(fuck|piss) off\b|^go away$/,
  },
  {
    language: 'de',
    pattern:
      /\b(newsletter|sms|abo|abonnement|nachrichten|mails?) (bitte |jetzt |sofort )?(abbestellen|abmelden|kundigen|kuendigen|stoppen|austragen)\b|\b(mich|uns) (\w+ )?(abmelden|austragen)\b/,
  },
  {
    language: 'de',
    pattern: /(^|\b(bitte|jetzt|endlich) )hore?n?t? (sie )?((bitte|endlich|doch|mal|jetzt) )*auf( damit)?( bitte)?$/,
  },
  {
    language: 'de',
    pattern:
      /\b(streicht?|streichen|loscht?|loschen|loesch\w*|entfernt?|entfernen) (sie )?(bitte )?(mich|uns|meine (nummer|daten|adresse|mail))\b|\b(nehmt|nimm|nehmen|tragt?|tragen) (sie )?(bitte )?(mich|uns) (\w+ ){0,3}(aus|raus|heraus|von)\b|\baus (dem|ihrem|eurem) verteiler\b/,
  },
  {
    language: 'de',
    pattern:
      /^(lasst?|lassen sie) (das|es|mich)( bitte| sein)*$|^(bitte )?(loschen|nicht mehr)( bitte)?$|^ich (will|mochte|mag) nicht mehr$/,
  },
  {
    language: 'de',
    pattern:
      /\bwiderruf\w* (hiermit )?(meine|die) (einwilligung|zustimmung)\b|\b(einwilligung|zustimmung) (hiermit )?(widerruf|zuruckzieh)\w*|\blassen sie mich in ruhe\b|^falsche nummer$/,
  },
  {
    language: 'de',
    pattern:
      /\b((nichts|nix|nicht) mehr|nie wieder) (\w+ )?(schicken|senden|zusenden|kontaktiert|angeschrieben|belastigt)\b|\b(schick|schickt|schicken sie|sendet|senden sie) mir (bitte )?nichts\b|\bich (will|mochte|brauche) keine (\w+ )?(sms|nachrichten|werbung|mails?|newsletter|anrufe)\b/,
  },
  {
    language: 'fr',
    pattern:
      /\b(supprime[zr]?|retire[zr]?|enleve[zr]?|efface[zr]?) (moi|mon (numero|adresse|contact))\b|\bne (veux|souhaite|desire) (pas|plus) (recevoir|etre (contacte|derange|sollicite)e?|(de )?(vos |ces )?(messages?|sms|mails?|pubs?|publicites?|notifications?))\b|\b(retire|revoque) mon consentement\b/,
  },
  {
    language: 'fr',
    pattern:
      /^(arretez (ca|tout)|ca suffit|plus rien)$|\b(annuler|resilier|arreter) (mon |l )(abonnement|inscription)\b|^(mauvais numero|erreur de numero)$/,
  },
  {
    language: 'es',
    pattern:
      /\bcancel(ar|en|a|e|o) (mi |la |esta )?(suscripcion|subscripcion)\b|\b(quit|borr|elimin|saqu)(en|e|ar|a)(me|n)?(me| me)? ?(de (la|su|esta|tu) lista)\b|\b(quitenme|borrenme|eliminenme|saquenme|quitame|borrame|eliminame|sacame)\b/,
  },
  {
    language: 'es',
    pattern:
      /\bno mas (mensajes|sms|correos|publicidad|llamadas)\b|\bno quiero ((sus|tus|estos|los) )?(mensajes|sms|correos|publicidad|promociones)\b|\bdejen? de \w+(me|nos)\b|\bdejen?me en paz\b|\b(retiro|revoco) mi consentimiento\b|\bdesuscrib\w+|\bno (me|nos) (mand(en|es?)|envi(en|es?)|escriban?|llam(en|es?)|contact(en|es?))( mensajes)?$|^numero equivocado$/,
  },
  {
    language: 'pt',
    pattern:
      /\bcancel(ar|em|e|a) (a |minha |essa |esta )?(inscricao|assinatura|subscricao)\b|\b(descadastr|desinscrev)\w+|\b(remov|tir|apagu?|exclu)\w+ meu (numero|contato)\b|\bme tir\w+ d\w+ lista\b|^quero sair( disso| daqui)?$|\bsair da lista\b|^numero errado$/,
  },
  {
    language: 'pt',
    pattern:
      /\bnao me (mandem?|enviem?|escrevam?|liguem?|contac?tem?)\b|\bpar(em|e|a) de (me )?(mandar|enviar|escrever|ligar|encher)\b|\b(retiro|revogo) (o )?meu consentimento\b|\bdeixem? em paz\b/,
  },
  {
    language: 'it',
    pattern:
      /\b(annulla(re|te)?|cancella(re|te)?|disdi(re|ci|te)?) (la |l )?(mia )?(iscrizione|abbonamento)\b|\b(voglio|vorrei) (disiscriver|cancellar)mi\b|\b(toglie|rimuove|cancella)(temi|te il mio numero)\b|\b(togli|rimuovi|cancella)mi da\w+ (lista|newsletter)\b/,
  },
  {
    language: 'it',
    pattern:
      /\bbasta (sms|messaggi|pubblicita|mail|email)\b|\blasciatemi in pace\b|\b(revoco|ritiro) il (mio )?consenso\b|^non (mi )?(contatta|scrive|manda|invia|chiama)te(mi)?\b|\bsmett(etela|ila) di \w+|\bnon contattatemi\b|^numero sbagliato$/,
  },
  {
    language: 'nl',
    pattern:
      /\bschrijf (me|mij) (\w+ )?uit\b|\bmeld (me|mij) (\w+ )?af\b|\bhaalt? (me|mij|ons) (\w+ )?(van|uit|eraf)\b|\bverwijdert? (me|mij|mijn nummer)\b|\bho(u|ud) (er)?(mee )?op\b|\bwil(len)? geen (\w+ )?(berichten|sms\w*|mails?|reclame|telefoontjes)\b|\bgeen reclame\b|\blaat me met rust\b/,
  },
  {
    language: 'nl',
    pattern:
      /\btrek (hierbij )?mijn toestemming in\b|\btoestemming intrekken\b|\b(me|mij) (\w+ )?(afmelden|uitschrijven)\b|\b(abonnement|nieuwsbrief) (opzeggen|afmelden|stoppen)\b|^verkeerd nummer$/,
  },
  {
    language: 'pl',
    pattern:
      /\b(usun|usuncie|wypisz|wypiszcie|skresl|skreslcie) (mnie|moj numer)\b|\bprosze nie (pisac|wysylac|dzwonic|kontaktowac)\b|\bprzestan(cie)? (pisac|wysylac|dzwonic)\b|^(prosze )?przestac( prosze)?$|^(prosze )?przestan(cie)?( prosze)?$|\b(cofam|wycofuje) (moja )?zgode\b|\b(zly|bledny) numer\b/,
  },
  {
    language: 'pl',
    pattern:
      /\bnie (chce|zycze sobie) (juz )?(dostawac|wiadomosci|sms\w*|reklam|waszych)\b|\banuluj (moja )?subskrypcj\w+|\bdajcie mi spokoj\b|\brezygnuje z (newslettera|subskrypcji|wiadomosci|sms\w*|uslugi)\b/,
  },
  {
    language: 'tr',
    pattern:
      /\bbeni (\w+den |\w+dan )?(cikar|cikarin|cikartin|sil|silin)\b|^(cikar|cikarin|sil|silin) beni$|\bnumarami (\w+den |\w+dan )?(sil|silin|cikar|cikarin)\b|\b(mesaj|sms|reklam)\w* (\w+ )?istemiyorum\b|\brahatsiz etmeyin\b/,
  },
  {
    language: 'tr',
    pattern:
      /\babonelik(ten)? (cik|cikin|cikar|cikmak)\b|\b(aboneligi|aboneligimi|uyeligimi) iptal (et|edin|etmek)\b|\bonayimi geri (cek|al)\w+|^yanlis numara$/,
  },
  {
    language: 'ar',
    pattern:
      /(^| )(احذف|احذفوا|ازل|ازيلوا|امسحوا) (رقمي|اسمي)( |$)|(^| )(احذفني|احذفوني|ازيلوني) من( |$)|(^| )لا (ارغب|اود) (في |ب)?(ال)?(رسائل|رسايل|تلقي|استلام|استقبال|اعلانات)|(^| )اريد الغاء (ال)?اشتراك|(^| )لا تتصلوا( |$)|(^| )اسحب موافقتي( |$)|^رقم خاطي$/,
  },
  {
    language: 'he',
    pattern:
      /^(אני )?לא (רוצה|רוצים)( יותר| עוד)?( את (זה|ההודעות))?$|(^| )(תמחקו|מחקו|תורידו|הורידו|להסיר|תוציאו) (נא )?(אותי|את המספר שלי)( |$)|(^| )אל תשלחו( |$)|(^| )לבטל (את ה)?מנוי( |$)|^מספר טעות$|^טעות במספר$/,
  },
  {
    language: 'en',
    pattern:
      /\bremoved from (this|your|the) list\b|\btake my (number|name) off\b|\bnever gave (you )?(my )?(permission|consent)\b|\b(never|didnt|did not) (agreed?|consent(ed)?|opted in|opt in|sign(ed)? up( for (this|that|these|it|any of this))?|subscribed?)( to (this|that|these|it|any( of this)?|be (texted|contacted|called)|receive .{1,40}|get .{1,40}))?$|\b(dont|do not) send (me )?(any ?more|any (texts?|messages?|more)|anything)\b|^discontinue\b|\benough (with|of) (the|these|your) (texts?|messages?|emails?|spam)\b/,
  },
  // As people in offices write it.
  {
    language: 'de',
    pattern:
      /\bvon (weiteren?|kunftigen?|jeglichen?|allen?|ihren?|diesen?) (\w+ ){0,2}(zusendung(en)?|e ?mails?|mails?|nachrichten|newslettern?|werbung|werbemails?|mailings?|sms) (bitte ich |bitten wir |bitte )?(abzusehen|absehen|ab)$|\b(ich verzichte|wir verzichten|verzichten sie) (hiermit |dankend |bitte |gerne? |kunftig )?auf (die )?(weitere|kunftige|jegliche|alle|ihre|diese) (\w+ ){0,2}(zusendung(en)?|e ?mails?|mails?|nachrichten|newslettern?|werbung|werbemails?|mailings?|sms)$/,
  },
  { language: 'de', pattern: /\bwiderrufe ich (hiermit )?(meine|die) (einwilligung|zustimmung)\b|^schluss damit$/ },
  {
    language: 'fr',
    pattern: /\bde me (retirer|supprimer|desinscrire|desabonner)\b|\bne (veux|souhaite) (plus )?rien recevoir\b/,
  },
  { language: 'es', pattern: /\belimin(ar|a|e|en) mi (numero|telefono)\b/ },
  { language: 'pt', pattern: /\bchega de (mensagens|sms|spam)\b/ },
  { language: 'pl', pattern: /^nie pisz(cie)? (juz |wiecej )?do mnie\b/ },
  { language: 'tr', pattern: /\blisteden cik(mak|ar|arin)?\b/ },
  { language: 'ar', pattern: /(^| )الغاء (ال)?اشتراك/ },
  { language: 'he', pattern: /(^| )(מבקש|מבקשת|רוצה|רוצים) להפסיק( |$)/ },
  {
    language: 'en',
    pattern:
      /\bi want off (this|your|the)\b|^get lost$|\b(do not|dont) (message|text|contact|call|email) again\b|\bno more (alerts?|notifications?|promos?|promotions?|spam)\b/,
  },
  {
    language: 'de',
    pattern: /\bbestelle den newsletter ab\b|\baus der (liste|kartei|datenbank) (nehmen|streichen|loschen|entfernen)\b/,
  },
  { language: 'pt', pattern: /\bquero parar de receber\b/ },
  { language: 'tr', pattern: /\bmesajlari durdur\w*/ },
  { language: 'ar', pattern: /(^| )(الغ|الغوا|الغي) اشتراكي( |$)|^لا اريد (المزيد|هذا)$/ },
  // Who never agreed, and who asks for an end to it, language by language.
  {
    language: 'en',
    pattern:
      /^(please )?cease( please)?$|^knock it off$|^(i )?(do not|dont) consent$|\b(have not|havent|never) subscribed to (this|that|these|it|any of this)$|\b(didnt|did not|never) (ask|asked) for (this|these|it|any of this)$|^i said no more$/,
  },
  {
    language: 'de',
    pattern:
      /\b(habe?) (ich )?(euch |ihnen )?(dem |dazu |das |hierzu |mich |hier )*(nie|niemals) (zugestimmt|eingewilligt|angemeldet|erlaubt)$|\bkein(e|en)? (einverstandnis|einwilligung|zustimmung|erlaubnis) (gegeben|erteilt)\b|^(bitte )?unterlassen sie (das|dies|es)\b|^ich (mochte|will) (das|dies) nicht( mehr)?$|^(bitte )?(schreibt?|schreiben sie) mir (bitte )?(nicht|nie)( mehr| wieder)?$|\bhor(t|en sie)? (bitte )?auf mir zu (schreiben|schicken|senden)\b|^nie (wieder|mehr) (an)?schreiben$|^ich bin raus$/,
  },
  {
    language: 'fr',
    pattern:
      /\bjamais (accepte|consenti|autorise)( (a )?(cela|ca|ceci|ces messages|recevoir .{1,40}))?$|\bjamais (inscrite?|abonnee?)$|\bjamais donne (mon|d) ?(accord|consentement|autorisation)\b|^(veuillez |merci de |svp )?cesse[zr]( svp)?$|^fiche[zr]? moi la paix$|^merci d arreter$|\brefuse (de recevoir )?(vos|ces|les) (messages?|sms|mails?|pubs?)\b|\bsupprime[zr] mes (coordonnees|donnees)\b/,
  },
  {
    language: 'es',
    pattern:
      /\b(nunca|jamas|no) (he )?(acepte|aceptado|autorice|autorizado|consenti)( (esto|eso|estos mensajes|recibir .{1,40}))?$|\b(nunca |no )(me )?(suscribi|inscribi|registre)$|\b(no|nunca) di (mi |el )?(consentimiento|permiso|autorizacion)\b|\bno (me|nos) (contact|escrib|llam|mand|envi)\w+ (mas|nunca mas)\b|\b(paren|pare|para|deja|dejad|dejen|deje) de (enviar|escribir|mandar|molestar|contactar)(me|nos)?\b|\bsalir de (la|esta|su) lista\b/,
  },
  {
    language: 'it',
    pattern:
      /\b(non )?ho mai (accettato|autorizzato)( (questo|cio|questi messaggi|di ricevere .{1,40}))?$|\bmai (dato|prestato) il (mio )?consenso\b|\bmi sono mai (iscritt[oa]|registrat[oa])$|^fermatevi$|^(vi prego|per favore|prego) di smettere(la)?$|^non (autorizzo|acconsento)$/,
  },
  {
    language: 'nl',
    pattern:
      /\bnooit (mijn )?(toestemming|akkoord) (\w+ )?gegeven\b|\bnooit (aangemeld|ingeschreven|geabonneerd)$|^ik wil dit niet( meer)?$|\bwil (niks|niets) meer (ontvangen|krijgen|horen)\b|\bafgemeld worden\b|\bval me niet lastig\b/,
  },
  {
    language: 'pl',
    pattern:
      /\bnigdy (sie )?(na to )?(sie )?nie (zgodzil\w*|zgadzal\w*|wyrazil\w*|zapisywal\w*)( sie)?( na (to|takie wiadomosci))?$|\bnie (wyrazam|wyrazal\w*|wyrazil\w*|dawal\w*|dal\w*) (\w+ )?zgody\b|\bnie (zapisywal\w*|rejestrowal\w*|zapisal\w*) sie$|^nie (chce tego|zgadzam sie)$|^prosze o usuniecie( \w+)?( z (listy|bazy))?$|^dosc$|\bprzestac (wysylac|pisac|dzwonic|smsowac)\b|\bzostawcie mnie w spokoju\b/,
  },
  {
    language: 'pt',
    pattern:
      /\b(nunca|jamais|nao) (aceitei|autorizei|consenti|concordei)( (com )?(isso|isto|receber .{1,40}))?$|\b(nunca|nao) me (inscrevi|cadastrei|registrei)$|\b(nunca|nao) dei (o |meu |o meu )?(consentimento|autorizacao|permissao)\b|^parem? com (isso|isto)$|^nao quero$/,
  },
  {
    language: 'tr',
    pattern:
      /\b(buna|bunlara|mesaja|mesajlara|hic) (\w+ )?(izin|onay|riza) vermedim$|^(izin|onay|riza) ver(miyorum|medim)$|^(uye|abone|kayit) olmadim$|^(lutfen )?durun$|^durdurun( lutfen)?$|^yeter( artik)?$|\blisteden (sil|silin|cikarin)\b|\b(artik|bir daha) (bana )?(yazmayin|gondermeyin|atmayin|aramayin)\b|^(beni )?rahat birakin$/,
  },
  {
    language: 'ar',
    pattern:
      /(^| )لم (اوافق|اشترك|اسجل)( ابدا)?( (علي|على|في) (هذا|ذلك))?( ابدا)?$|(^| )لم اعط (اي )?(موافقتي|موافقه|موافقة|اذني)( |$)|^لا اوافق$|(^| )(توقفوا|توقف) عن (ال)?(ارسال|مراسل\S*)|(^| )(اوقف|اوقفوا) الارسال( |$)|^(ارجو|رجاء|من فضلكم) التوقف$|^ازيلوني$|^لا تزعجوني$|(^| )لا اريد (هذه|تلك|هذي) (الرسايل|الرسائل|الاعلانات)$/,
  },
  {
    language: 'he',
    pattern:
      /(^| )(לא|מעולם לא|אף פעם לא) (הסכמתי|אישרתי)( (לזה|לכך|לקבל .{1,40}))?$|(^| )לא נתתי (את )?(הסכמה|הסכמתי|אישור)( |$)|^(אני )?(לא|מעולם לא) נרשמתי$|^(אני )?לא (מסכים|מסכימה|מעוניין|מעוניינת)$|^(מספיק|תעצרו|עזבו אותי|תעזבו אותי)$|(^| )(בטלו|תבטלו) (את )?ה?מנוי( שלי)?$/,
  },
];

/** By these somebody asks to go on, or tells that nothing came: what else is in such a part of a message does not leave. */
export const STAYING: readonly RegExp[] = [
  /\b(didnt|did not) (mean|want|ask) to (unsubscribe|stop|opt out|cancel)\b/,
  /\b(dont|do not|never|cant|cannot|wont|will not|please dont|not) ((want|wanna|plan|intend|going|like) (you )?(to )?)?(ever )?(stop|unsubscribe|remove|delete|opt( me)? out|quit|cease|take me|get me|cancel)\b/,
  /\bnicht (?!mehr)(\w+ ){0,2}(abmelden|austragen|abbestellen|loschen|kundigen|streichen|entfernen|stoppen|aufhoren)\b|\bhore?n?t? (\w+ )?nicht auf\b/,
  /\bhabe?n? (\w+ ){0,3}keine (\w+ ){0,3}(bekommen|erhalten|gekriegt)\b/,
  /\bn(e|) (me |m |nous )?(desabonn|desinscri|supprim|retir|enlev|arret)\w+ (moi )?pas\b|\bne \w+ pas (me |m )?(desabonn|desinscri)/,
  /\bno (me |nos )?(quiero |deseo )?(den|darme|dar|cancel\w+|desuscrib\w+|quit\w+|elimin\w+|borr\w+|saqu\w+)\b/,
  /\bnao (me )?(quero |desejo )?(cancel\w+|remov\w+|descadastr\w+|sair|tir\w+)\b/,
  /\bnon (mi )?(voglio |desidero )?(disiscriv\w+|cancell\w+|rimuov\w+|togli\w+|annull\w+)\b/,
  /\bniet (\w+ )?(afmelden|uitschrijven|opzeggen|verwijderen|stoppen)\b|\b(krijg|ontvang|kreeg|heb|hebben) (\w+ ){0,2}geen\b/,
  /\bnie (usuw\w+|wypisuj\w*|rezygn\w+|anuluj\w*|skresl\w+)\b/,
  // What comes on paper may end, and the rest goes on.
  /\bstop (sending|mailing)( \w+){0,4} by (post|snail mail|letter)\b/,
  /\b(lieferung|bestellung|preis|termin|kauf|vertrag|reparatur) (nie|niemals) zugestimmt\b/,
  /\bno (dejen?|dejes|paren?|pares) de\b/,
  /\bnao (parem?|deixem?) de\b/,
  /\bnon (smett\w+|fermat\w+)\b/,
  /\b(schrijf|verwijder|haal|meld) (me|mij) niet\b|\bhou niet op\b/,
  /\bnie przesta\w+\b/,
  /\bn(e|) (vous |t )?(arret|cess)\w+ (surtout )?(pas|jamais)\b/,
  /(^| )لا (تلغ|توقف|تتوقف|تحذف|اريد الغاء)/,
  /(^| )לא (רוצה|מבקש|מבקשת) (להפסיק|לבטל|להסיר)( |$)|(^| )אל (תסירו|תמחקו|תפסיקו|תורידו)( |$)/,
];

/** Somebody tries to leave and cannot: what sounds like asking to stay is the opposite. */
export const STUCK =
  /\b(cant|cannot|can not|unable to|couldnt|could not|impossible to|tried to|trying to|attempted to) (seem to |find out how to |figure out how to )?(unsubscribe|opt out)\b(?! from (?!(your|this|these|the|all|you)\b))|\bkann (ich )?(mich|den newsletter|ihn) (\w+ )?nicht (\w+ )?(abmelden|abbestellen|austragen)\b|\b(abmeld|abbestell)\w* (\w+ ){0,3}(funktioniert|geht|klappt|ging) (\w+ )?nicht\b|\b(impossible de|n arrive pas a) (me )?(desinscrire|desabonner)\b|\bno (puedo|consigo|logro) (darme de baja|desuscribirme|cancelar la suscripcion)\b|\bnon (riesco a|posso) (cancellarmi|disiscrivermi)\b|\bkan (ik )?me niet (uitschrijven|afmelden)\b|\bnao consigo (cancelar|descadastrar|sair)\b|\bnie moge sie wypisac\b/;

/** STOP as a word of its own: leaving, unless it is about something else that stops or does not (`NO_STOP`). */
export const STOP = /(^| )stopp?( |$)/;

export const NO_STOP: readonly RegExp[] = [
  /\b(dont|do not|never|cant|cannot|can not|wont|will not|not|couldnt|didnt|doesnt|without|non) ((ever|even|just) )?((want|wanna|plan|intend|have|need|going|like) (you )?(to )?)?(ever )?stopp?\b/,
  // A place: the bus stop, the last stop, one stop.
  /\b(a|an|the|un|uno|le|il|el|ein|der|dem|bus|tram|train|rest|pit|truck|full|next|last|first|one|each|every|final|nearest|my|our|your|nachste[rn]?|naechste[rn]?|letzte[rn]?|prochain|dernier|proximo|prossimo|volgende|laatste) stopp?\b/,
  /\bstopp? (by|signs?|over|off|lights?|watch|loss|at|in|bei|am|an der|niet|nicht|pas|au magasin|al negozio|przy|bij)\b|\bstopp? \d{1,2}\b/,
  // Somebody stops something of their own, or is not to.
  /\bstopp? (worrying|crying|smoking|thinking|laughing|the (alarm|car|music|game|presses))\b|\bno need to stop\b/,
  /\bstopp? (die|das|den|meine) (\w+ )?nicht\b|\bik stop (even|ermee om|bij)\b/,
  // Something else that is to stop: an order on its way.
  /\bstopp? (the|my|this|that|our|die|meine|den|la|ma|het|mijn) (\w+ )?(order|delivery|shipment|parcel|package|payment|repair|booking|lieferung|bestellung|commande|livraison|bestelling|levering)\b/,
  /\b(i|we|he|she|they) ha(d|ve|s) to stopp?\b|\bstopp? (means?|me if|or)\b/,
  /\b(do|does|did) (you|it|we|they|he|she|the \w+|this \w+) (\w+ )?stopp?\b/,
];
