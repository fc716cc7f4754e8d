import { say, type Texts } from './languages.js';

/** Titles and questions of reports of what people did and were sent. */
export const ACTIVITY_REPORTS = {
  positions: {
    title: say('Places on the path', 'Plätze auf dem Pfad'),
    question: say(
      'Does a channel earn its part early on a path, or late?',
      'Verdient ein Kanal seinen Anteil früh auf einem Pfad oder spät?',
    ),
  },
  sources: {
    title: say('Search, advertisements, social, mail', 'Suche, Anzeigen, Social, E-Mail'),
    question: say(
      'How many came by each channel, what did that cost, and what came of it?',
      'Wie viele kamen über jeden Kanal, was kostete das, und was wurde daraus?',
    ),
  },
  segments: {
    title: say('Segments', 'Segmente'),
    question: say(
      'What was done for each segment, what did it cost, and what came back?',
      'Was wurde für jedes Segment getan, was kostete es, und was kam zurück?',
    ),
  },
  journeys: {
    title: say('Goals of journeys', 'Ziele der Journeys'),
    question: say(
      'How many who came into a journey reached its goal?',
      'Wie viele, die in eine Journey kamen, erreichten ihr Ziel?',
    ),
  },
  pages: {
    title: say('Landing pages and events', 'Landingpages und Veranstaltungen'),
    question: say(
      'Who came, who sent the form, and who was there?',
      'Wer kam, wer schickte das Formular ab, und wer war da?',
    ),
  },
  assets: {
    title: say('Whitepapers, articles, videos', 'Whitepaper, Artikel, Videos'),
    question: say(
      'Which contents are read, and what comes of it?',
      'Welche Inhalte werden gelesen, und was wird daraus?',
    ),
  },
  silence: {
    title: say('Silent and won back', 'Verstummt und zurückgewonnen'),
    question: say(
      'How many have done nothing for long, and how many came back?',
      'Wie viele tun lange nichts, und wie viele kamen zurück?',
    ),
  },
  links: {
    title: say('Links', 'Links'),
    question: say('How often is each link of the mails followed?', 'Wie oft wird jedem Link der E-Mails gefolgt?'),
  },
} as const;

const PLACES = Array.from({ length: 8 }, (_, i) => i + 1);

export const ACTIVITY_COLUMNS: Texts = {
  ...Object.fromEntries(PLACES.map((place) => [`place_${place}`, say(`Place ${place}`, `Platz ${place}`)])),
  place_later: say('Later', 'Später'),
  medium: say('Sort', 'Art'),
  traffic: say('Visits and clicks', 'Besuche und Klicks'),
  visitors: say('Visitors', 'Besucher'),
  cost_per_click: say('Cost per visit or click', 'Kosten je Besuch oder Klick'),
  lead_rate: say('Leads per person', 'Leads je Person'),
  journeys: say('Journeys', 'Journeys'),
  people: say('People', 'Personen'),
  messages: say('Messages', 'Nachrichten'),
  opportunity_rate: say('Opportunities per lead', 'Verkaufschancen je Lead'),
  won_rate: say('Won per opportunity', 'Gewonnen je Verkaufschance'),
  entrants: say('Came in', 'Hereingekommen'),
  goal_reached: say('Reached the goal', 'Ziel erreicht'),
  goal_rate: say('Goal rate', 'Zielquote'),
  page: say('Page or event', 'Seite oder Veranstaltung'),
  visits: say('Visits', 'Besuche'),
  repeat_visitors: say('Came again', 'Wiedergekommen'),
  submits: say('Forms sent', 'Formulare'),
  page_conversion: say('Conversion rate', 'Konversionsrate'),
  registrations: say('Registrations', 'Anmeldungen'),
  attended: say('Was there', 'War da'),
  attendance_rate: say('Attendance rate', 'Teilnahmequote'),
  assetSort: say('Sort', 'Art'),
  asset: say('Content', 'Inhalt'),
  assets: say('Contents', 'Inhalte'),
  clicks: say('Clicks in mails', 'Klicks in E-Mails'),
  downloads: say('Downloads', 'Downloads'),
  reached_so_far: say('Written to before', 'Zuvor angeschrieben'),
  silent: say('Silent', 'Verstummt'),
  silent_share: say('Share silent', 'Anteil verstummt'),
  came_back: say('Came back', 'Zurückgekehrt'),
  win_back_rate: say('Win-back rate', 'Rückgewinnungsquote'),
  link: say('Link', 'Link'),
};

export const ACTIVITY_PARAMETERS: Texts = {
  per: say('By', 'Nach'),
  goal: say('Goal', 'Ziel'),
  silent: say('Silent after (days)', 'Verstummt nach (Tagen)'),
  within: say('Of the segment', 'Aus dem Segment'),
  is: say('Which', 'Welches'),
  collapse: say('One mailing to an account counts once', 'Eine Aussendung an ein Konto zählt einmal'),
};

const of = (name: string, values: Texts): Texts =>
  Object.fromEntries(Object.entries(values).map(([value, words]) => [`${name}.${value}`, words]));

export const ACTIVITY_VALUES: Texts = {
  ...of('said', {
    granted: say('Given', 'Erteilt'),
    confirmed: say('Confirmed', 'Bestätigt'),
    imported: say('Imported', 'Importiert'),
    withdrawn: say('Withdrawn', 'Widerrufen'),
    revoked: say('Revoked', 'Entzogen'),
    refused: say('Refused', 'Verweigert'),
    objected: say('Objected to', 'Widersprochen'),
    expired: say('Expired', 'Abgelaufen'),
    invalidated: say('Invalidated', 'Ungültig geworden'),
  }),
  ...of('source', {
    account: say('Account', 'Konto'),
    stage: say('Stage of a lead', 'Stufe eines Leads'),
    opportunity: say('Deal', 'Geschäft'),
    order: say('Order', 'Bestellung'),
    custom: say('Event', 'Ereignis'),
    visit: say('Visit', 'Besuch'),
    asset: say('Content', 'Inhalt'),
    cost: say('Cost', 'Kosten'),
    cost_campaign: say('Campaign', 'Kampagne'),
    cost_ad_spend: say('Advertisements', 'Werbung'),
    cost_salaries: say('Salaries', 'Gehälter'),
    cost_software: say('Software', 'Software'),
    cost_other: say('Other cost', 'Sonstige Kosten'),
    cost_sales: say('Sales', 'Vertrieb'),
    tariff: say('Tariff', 'Tarif'),
    target: say('Target', 'Ziel'),
    messages: say('Messages by tariff', 'Nachrichten nach Tarif'),
    message: say('Message', 'Nachricht'),
    person: say('Person', 'Person'),
    journey: say('Campaign', 'Kampagne'),
    touches: say('Touches', 'Berührungen'),
    points_delivered: say('Messages that arrived', 'Angekommene Nachrichten'),
    points_visited: say('Visits', 'Besuche'),
    points_clicked: say('Clicks', 'Klicks'),
    points_replied: say('Replies', 'Antworten'),
  }),
  ...of('medium', {
    seo: say('Search', 'Suche'),
    ppc: say('Advertisements', 'Anzeigen'),
    social: say('Social', 'Social'),
    content: say('Content', 'Inhalte'),
    email: say('E-mail', 'E-Mail'),
    other: say('Other', 'Sonstige'),
  }),
  ...of('per', { sort: say('Sort of content', 'Art des Inhalts'), asset: say('Content', 'Inhalt') }),
  ...of('goal', {
    click: say('A click in a mail of it', 'Ein Klick in einer E-Mail davon'),
    visit: say('A visit', 'Ein Besuch'),
    registration: say('A registration', 'Eine Anmeldung'),
    event: say('An event of your own', 'Ein eigenes Ereignis'),
    lead: say('A qualified lead', 'Ein qualifizierter Lead'),
    opportunity: say('An opportunity', 'Eine Verkaufschance'),
    won: say('A won deal', 'Ein gewonnener Abschluss'),
  }),
  ...of('kind', {
    click: say('Click', 'Klick'),
    reply: say('Reply', 'Antwort'),
    visit: say('Visit', 'Besuch'),
    event: say('Event', 'Ereignis'),
    submit: say('Form sent', 'Formular'),
    registration: say('Registration', 'Anmeldung'),
    attendance: say('Was there', 'War da'),
    download: say('Download', 'Download'),
  }),
  ...of('within', {
    region: say('Region', 'Region'),
    productLine: say('Product line', 'Produktlinie'),
    owner: say('Owner', 'Verantwortlich'),
    industry: say('Industry', 'Branche'),
    revenueClass: say('Revenue class', 'Umsatzklasse'),
    tier: say('Tier', 'Stufe'),
    persona: say('Persona', 'Persona'),
    buyerRole: say('Buyer roles', 'Rollen im Einkauf'),
  }),
  ...of('collapse', { true: say('Yes', 'Ja'), false: say('No', 'Nein') }),
  ...of('what', {
    lead: say('Leads', 'Leads'),
    opportunity: say('Opportunities', 'Verkaufschancen'),
    won: say('Won deals', 'Gewonnene Abschlüsse'),
  }),
  'stage.qualified': say('Qualified', 'Qualifiziert'),
  'standsFor.forgotten_links': say('Links of erased people', 'Links gelöschter Personen'),
};

export const ACTIVITY_NOTES: Texts = {
  positions: say(
    'Conversions by Shapley, in order: the share of a name in a path is divided evenly over its places there. Places add up to what the attribution report says, and names with what is unattributed to the total.',
    'Abschlüsse nach Shapley, geordnet: der Anteil eines Namens an einem Pfad ist gleichmäßig auf seine Plätze dort verteilt. Die Plätze ergeben, was der Attributionsbericht sagt, und die Namen mit dem nicht Zugeordneten die Summe.',
  ),
  sources: say(
    'A lead belongs to the channel by which its people came last in the {days} days before it. Visitors are different people. Revenue is credited by the model; costs are those of the channel.',
    'Ein Lead gehört zu dem Kanal, über den seine Personen in den {days} Tagen davor zuletzt kamen. Besucher sind verschiedene Personen. Umsatz ist nach dem Modell zugeordnet; Kosten sind die des Kanals.',
  ),
  attribution_within: say(
    'Conversions of one segment alone; touches are all of the period. Costs are of all segments and stand in the report on segments.',
    'Abschlüsse eines Segments allein; Berührungen sind alle des Zeitraums. Kosten gelten allen Segmenten und stehen im Bericht über Segmente.',
  ),
  segments: say(
    'Leads, opportunities and won deals of the period, each whole. Attributed: at least one touch in the look-back, which by every model is the same for a whole segment. Costs that were said to be for a segment are its own; all others are divided by the messages that its people were sent, or stand in the row without a name where none were. Rates are of what happened in the same period.',
    'Leads, Verkaufschancen und gewonnene Abschlüsse des Zeitraums, jeweils ganz. Zugeordnet: mindestens eine Berührung im Rückblick; für ein ganzes Segment sagt jedes Modell dasselbe. Kosten, die für ein Segment gemeldet sind, gehören ihm; alle anderen sind nach den Nachrichten verteilt, die seine Personen bekamen, oder stehen ohne solche in der Zeile ohne Namen. Quoten gelten dem, was im selben Zeitraum geschah.',
  ),
  roles_overlap: say(
    'A deal counts in the row of each role that takes part in it, and in the total once.',
    'Ein Geschäft zählt in der Zeile jeder beteiligten Rolle und in der Summe einmal.',
  ),
  journeys: say(
    'Different people who were sent the first message of a campaign in the period, and who of them reached the goal within {days} days of it, up to the time of the data. A lead or a deal is that of the people it names, or else of everybody in its account. Behind the number stand the messages of the period. Whoever is in several journeys counts in each, and in the total once.',
    'Verschiedene Personen, die im Zeitraum die erste Nachricht einer Kampagne bekamen, und wer von ihnen binnen {days} Tagen das Ziel erreichte, bis zum Datenstand. Ein Lead oder Geschäft gehört den genannten Personen, sonst allen im Konto. Hinter der Zahl stehen die Nachrichten des Zeitraums. Wer in mehreren Journeys ist, zählt in jeder und in der Summe einmal.',
  ),
  pages: say(
    'Visits, forms, registrations and attendances are counted each; rates are of different people. Conversion: who sent the form, of who was there by a visit or a form. Attendance: who was there, of who had registered.',
    'Besuche, Formulare, Anmeldungen und Teilnahmen sind einzeln gezählt; Quoten gelten verschiedenen Personen. Konversion: wer das Formular abschickte, von denen, die mit Besuch oder Formular da waren. Teilnahme: wer da war, von den Angemeldeten.',
  ),
  assets: say(
    'Leads and won deals of the period whose people had clicked on, seen or taken along such a content in the {days} days before. Each counts once in a row, and in the total once: rows do not add up.',
    'Leads und gewonnene Abschlüsse des Zeitraums, deren Personen in den {days} Tagen davor einen solchen Inhalt angeklickt, gesehen oder mitgenommen hatten. Jeder zählt in einer Zeile einmal und in der Summe einmal: Zeilen ergeben nicht die Summe.',
  ),
  silence: say(
    'Of everybody who had been written to when a month began: without a click, reply, visit or event for {days} days or more. Opening a mail is none, because machines open. Came back: did one of these in the month. The total adds months, so somebody counts in each.',
    'Von allen, die zu Beginn eines Monats schon angeschrieben waren: seit {days} Tagen oder länger ohne Klick, Antwort, Besuch oder Ereignis. Eine Öffnung zählt nicht, weil Maschinen öffnen. Zurückgekehrt: tat eines davon im Monat. Die Summe zählt Monate zusammen, also jede Person in jedem.',
  ),
  links: say(
    'Messages accepted in the period that were sent and did not bounce, with links that are counted; each counts once for a link, and in the total once. Clicks by machines alone are counted apart and are in no rate. A link is told without what follows a question mark. Where links led goes with people who are erased: that their messages held some, and that some were followed, is still known.',
    'Im Zeitraum angenommene Nachrichten, die gesendet wurden und nicht zurückkamen, mit gezählten Links; jede zählt je Link einmal und in der Summe einmal. Klicks allein von Maschinen sind getrennt gezählt und in keiner Rate. Ein Link steht ohne das, was einem Fragezeichen folgt. Wohin Links führten, geht mit gelöschten Personen: bekannt bleibt, dass ihre Nachrichten welche enthielten und dass ihnen gefolgt wurde.',
  ),
};
