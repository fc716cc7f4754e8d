/**
 * Clauses by which people leave, most of them in mails: the noun in a subject, the verb whose end stands far behind it.
 * Each is matched against one normalised clause, so that what stands before or behind a comma is not part of it.
 */
export const LEAVING_CLAUSES: readonly { readonly language: string; readonly pattern: RegExp }[] = [
  {
    language: 'en',
    pattern:
      /\bremove( \w+){0,4} from (\w+ ){0,2}(list|mailings?|newsletters?|database)\b|\brevok(e|ing) (my )?consent\b|\bcease and desist\b/,
  },
  {
    language: 'de',
    pattern:
      /^(bitte )?(um |zur |die |meine |sofortige )*(newsletter |werbe ?)?(abmeldung|abbestellung|kundigung|austragung|widerspruch|loschantrag)( bitte)?$/,
  },
  {
    language: 'de',
    pattern:
      /\b(abmeldung|abbestellung|kundigung|austragung|abmelden|austragen)( \w+){0,2} (newsletters?|verteilers?|mailingliste|rundbriefs?|mails?|emails?|werbung)\b|\bbitte um (\w+ )?(abmeldung|loschung|austragung|entfernung|kundigung)\b/,
  },
  { language: 'de', pattern: /\bloschung meiner (\w+ )?(daten|adresse|mail\w*|nummer)\b|\bloschantrag\b/ },
  {
    language: 'de',
    pattern:
      /\bwiderruf( \w+)? (werbe)?(einwilligung|zustimmung)\b|\bwiderspr(eche|echen|uch)\b.*\b(werb\w*|daten|nutzung|verwendung|verarbeitung|zusendung|direktwerbung)\b|\bwerbewiderspruch\b/,
  },
  {
    language: 'de',
    pattern: /\bkeine?n? (\w+ ){0,2}(newsletter|rundbriefe?|mails?|emails?|werbung|werbemails?|sms|nachrichten) mehr\b/,
  },
  {
    language: 'de',
    pattern:
      /\b(will|wollen|mochte|mochten|moechte|wunsche)\b.*\bnicht (mehr|langer|weiter) (\w+ ){0,2}(erhalten|bekommen|haben|beziehen|empfangen|zugesandt|kontaktiert|angeschrieben|belastigt)\b/,
  },
  {
    language: 'de',
    pattern:
      /\bmeld(e|en|et|t)? (sie |ich )?(hiermit |bitte )*(mich|uns|meine (adresse|mail\w*|nummer)) (\w+ ){0,5}ab$/,
  },
  {
    language: 'de',
    pattern:
      /\b(bestelle|kundige|storniere) (ich )?(hiermit |jetzt )?(\w+ ){0,2}(newsletters?|rundbriefe?|abo|abonnement|mails?|werbung)( \w+)?( ab)?$/,
  },
  {
    language: 'de',
    pattern: /\b(will|wollen|mochte|mochten|moechte|bitte)\b.*\b(abgemeldet|ausgetragen|abbestellt) werden$/,
  },
  {
    language: 'de',
    pattern:
      /\b(losche?n?|loescht?|loeschen|entfernen?|streichen?) (sie )?(bitte )?(meine|unsere) (e ?)?(mail ?)?(adresse|nummer|daten|kontaktdaten|mail)( \w+){0,4}$/,
  },
  {
    language: 'de',
    pattern:
      /\bkein interesse mehr an\b|\bkein interesse an (\w+ )?(newslettern?|mails?|werbung|angeboten|nachrichten)\b/,
  },
  { language: 'de', pattern: /\b(nie|niemals) (\w+ ){0,2}(angemeldet|eingetragen|zugestimmt|eingewilligt|abonniert)$/ },
  { language: 'de', pattern: /\bunterlass\w* (sie |ihr )?(bitte )?(es|das|die|jede|jegliche|weitere)\b/ },
  {
    language: 'es',
    pattern: /^(solicito (la )?|pido (la )?)?baja( \w+){0,2} (newsletter|boletin|lista|suscripcion|correos)$/,
  },
  { language: 'it', pattern: /\bdisiscri\w+|\bcancellazione( \w+){0,2} (newsletter|mailing|iscrizione|lista)\b/ },
  {
    language: 'nl',
    pattern:
      /\b(afmelden|uitschrijven|afmelding|uitschrijving)( \w+){0,2} (nieuwsbrief|nieuwsbrieven|mailing\w*|maillijst)\b|^graag (\w+ )?(uitschrijven|afmelden)$|\bgeen (\w+ )?(nieuwsbrief|nieuwsbrieven|mailings?) meer\b/,
  },
  { language: 'pl', pattern: /\brezygnacja z\b|\bprosze o (wypisanie|usuniecie|wykreslenie|skreslenie)\b/ },
  { language: 'he', pattern: /^(אני )?לא (מעוניין|מעוניינת|מעוניינים)$/ },
];

/** Of the clause in which somebody tells that nothing reaches them, or gives a new address, nothing leaves. */
export const NOT_LEAVING: readonly RegExp[] = [
  /\b(bekomme|bekommen wir|erhalte|erhalten wir|kriege|bekam|erhielt) (\w+ ){0,3}(keine?n?|nicht mehr)\b/,
  /\b(habe|haben|hab) (\w+ ){0,4}(keine?n?|nicht mehr|nichts mehr) (\w+ ){0,3}(bekommen|erhalten|gekriegt)\b/,
  /\b(that|my|the) stop was (an accident|a mistake|by mistake)\b/,
];
