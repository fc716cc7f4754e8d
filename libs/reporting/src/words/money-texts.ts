import { say, type Texts } from './languages.js';

/** Titles and questions of reports of touches, conversions and costs. */
export const MONEY_REPORTS = {
  attribution: {
    title: say('Attribution', 'Attribution'),
    question: say(
      'Which channel or campaign earned what, by every model?',
      'Welcher Kanal oder welche Kampagne hat was verdient, nach jedem Modell?',
    ),
  },
  models: {
    title: say('Model comparison', 'Modellvergleich'),
    question: say('How far do the models lie apart?', 'Wie weit liegen die Modelle auseinander?'),
  },
  campaigns: {
    title: say('Campaigns', 'Kampagnen'),
    question: say(
      'What did each campaign bring, and what did it cost?',
      'Was brachte jede Kampagne, und was kostete sie?',
    ),
  },
  funnel: {
    title: say('Funnel', 'Trichter'),
    question: say(
      'How far do leads come, and how long does it take?',
      'Wie weit kommen Leads, und wie lange dauert es?',
    ),
  },
  acquisition: {
    title: say('Cost and return over time', 'Kosten und Ertrag im Zeitverlauf'),
    question: say(
      'What do leads, opportunities, orders and customers cost, and what came back?',
      'Was kosten Leads, Verkaufschancen, Aufträge und Kunden, und was kam zurück?',
    ),
  },
  revenue: {
    title: say('Influenced and sourced revenue', 'Beeinflusster und ausgelöster Umsatz'),
    question: say(
      'How much revenue did marketing touch or begin?',
      'Wie viel Umsatz hat Marketing berührt oder ausgelöst?',
    ),
  },
  sales: {
    title: say('Sales and targets', 'Vertrieb und Ziele'),
    question: say(
      'Where do pipeline and won deals stand against targets?',
      'Wo stehen Pipeline und gewonnene Abschlüsse gegen die Ziele?',
    ),
  },
  paths: {
    title: say('Top paths', 'Wichtigste Pfade'),
    question: say(
      'Which ways lead to conversions, and how long are they?',
      'Welche Wege führen zu Abschlüssen, und wie lang sind sie?',
    ),
  },
  variants: {
    title: say('Variants compared', 'Varianten im Vergleich'),
    question: say(
      'Which variant of a campaign brought more, down to revenue?',
      'Welche Variante einer Kampagne brachte mehr, bis zum Umsatz?',
    ),
  },
  accounts: {
    title: say('Account engagement', 'Aktivität der Konten'),
    question: say('Which accounts have most to do with us?', 'Welche Konten haben am meisten mit uns zu tun?'),
  },
  quality: {
    title: say('Data quality', 'Datenqualität'),
    question: say('What keeps the reports from being whole?', 'Was fehlt den Berichten zur Vollständigkeit?'),
  },
} as const;

export const MONEY_COLUMNS: Texts = {
  month: say('Month', 'Monat'),
  leads: say('Leads', 'Leads'),
  conversions: say('Conversions', 'Abschlüsse'),
  revenue: say('Revenue', 'Umsatz'),
  cost_per_lead: say('Cost per lead', 'Kosten je Lead'),
  opportunities: say('Opportunities', 'Verkaufschancen'),
  cost_per_opportunity: say('Cost per opportunity', 'Kosten je Verkaufschance'),
  won: say('Won', 'Gewonnen'),
  lost: say('Lost', 'Verloren'),
  cost_per_conversion: say('Cost per conversion', 'Kosten je Abschluss'),
  cost_per_order: say('Cost per order', 'Kosten je Auftrag'),
  new_customers: say('New customers', 'Neue Kunden'),
  acquisition_cost: say('Cost per new customer', 'Kosten je neuem Kunden'),
  attributed: say('Attributed revenue', 'Zugeordneter Umsatz'),
  return: say('Return', 'Ertrag'),
  region: say('Region', 'Region'),
  productLine: say('Product line', 'Produktlinie'),
  owner: say('Owner', 'Verantwortlich'),
  industry: say('Industry', 'Branche'),
  revenueClass: say('Revenue class', 'Umsatzklasse'),
  tier: say('Tier', 'Stufe'),
  pipeline: say('Pipeline', 'Pipeline'),
  pipeline_target: say('Pipeline target', 'Pipeline-Ziel'),
  pipeline_reached: say('Pipeline reached', 'Pipeline erreicht'),
  won_target: say('Won target', 'Abschlussziel'),
  won_reached: say('Won reached', 'Abschlussziel erreicht'),
  close_rate: say('Close rate', 'Abschlussquote'),
  influenced: say('Influenced', 'Beeinflusst'),
  influenced_share: say('Share influenced', 'Anteil beeinflusst'),
  sourced: say('Sourced', 'Ausgelöst'),
  sourced_share: say('Share sourced', 'Anteil ausgelöst'),
  cycle_mean: say('Sales cycle, mean', 'Verkaufszyklus, Mittel'),
  cycle_median: say('Sales cycle, median', 'Verkaufszyklus, Median'),
  cycle_p90: say('Sales cycle, 90th percentile', 'Verkaufszyklus, 90. Perzentil'),
  first_touch_to_conversion: say('First touch to conversion', 'Erste Berührung bis Abschluss'),
  stage: say('Stage', 'Stufe'),
  reached: say('Reached', 'Erreicht'),
  value: say('Value', 'Wert'),
  from_before: say('From the stage before', 'Aus der Stufe davor'),
  from_first: say('From the first stage', 'Aus der ersten Stufe'),
  days_median: say('Time taken, median', 'Dauer, Median'),
  days_mean: say('Time taken, mean', 'Dauer, Mittel'),
  touch_path: say('Path', 'Pfad'),
  path_length: say('Touches, mean', 'Berührungen, Mittel'),
  time_lag: say('First touch to conversion', 'Erste Berührung bis Abschluss'),
  account: say('Account', 'Konto'),
  contacts: say('Contacts', 'Kontakte'),
  score: say('Score', 'Punkte'),
  finding: say('Finding', 'Befund'),
  found: say('Found', 'Gefunden'),
  of_all: say('Of', 'Von'),
  share: say('Share', 'Anteil'),
  touches: say('Touches', 'Berührungen'),
  cost: say('Cost', 'Kosten'),
  roi: say('ROI', 'ROI'),
  lowest: say('Least', 'Niedrigster Wert'),
  lowest_model: say('By', 'Nach'),
  highest: say('Most', 'Höchster Wert'),
  highest_model: say('By', 'Nach'),
  spread: say('Spread', 'Spanne'),
  spread_share: say('Of the whole', 'Vom Ganzen'),
  first_touch: say('First touch', 'Erste Berührung'),
  last_touch: say('Last touch', 'Letzte Berührung'),
  last_non_direct: say('Last non-direct', 'Letzte nicht direkte'),
  linear: say('Linear', 'Linear'),
  position_based: say('Position-based', 'Positionsbasiert'),
  time_decay: say('Time decay', 'Zeitverfall'),
  w_shaped: say('W-shaped', 'W-förmig'),
  full_path: say('Full path', 'Ganzer Pfad'),
  markov_1: say('Markov, order 1', 'Markov, Ordnung 1'),
  markov_2: say('Markov, order 2', 'Markov, Ordnung 2'),
  markov_3: say('Markov, order 3', 'Markov, Ordnung 3'),
  shapley: say('Shapley', 'Shapley'),
  shapley_rate: say('Shapley by rate', 'Shapley nach Rate'),
  interval_low: say('Conversions, at least', 'Abschlüsse, mindestens'),
  interval_high: say('Conversions, at most', 'Abschlüsse, höchstens'),
  variant: say('Variant', 'Variante'),
  exposed: say('Reached', 'Erreicht'),
  ripe: say('Long enough ago', 'Lange genug her'),
  waiting: say('Not yet', 'Noch nicht'),
  win_rate: say('Share that bought', 'Anteil mit Kauf'),
  revenue_per_unit: say('Revenue for each', 'Umsatz je Erreichtem'),
  revenue_low: say('For each, at least', 'Je Erreichtem, mindestens'),
  revenue_high: say('For each, at most', 'Je Erreichtem, höchstens'),
  difference: say('Difference to the first', 'Unterschied zur ersten'),
  difference_low: say('Difference, at least', 'Unterschied, mindestens'),
  difference_high: say('Difference, at most', 'Unterschied, höchstens'),
  persona: say('Persona', 'Persona'),
  buyerRole: say('Buyer roles', 'Rollen im Einkauf'),
};

export const MONEY_PARAMETERS: Texts = {
  segment: say('Segment', 'Segment'),
  conversion: say('Conversion', 'Abschluss'),
  event: say('Event', 'Ereignis'),
  show: say('Show', 'Zeigen'),
  models: say('Models', 'Modelle'),
  lookback: say('Look-back (days)', 'Rückblick (Tage)'),
  basis: say('Touches', 'Berührungen'),
  unit: say('Path of', 'Pfad je'),
  reset: say('A touch counts once', 'Jede Berührung zählt einmal'),
  halfLife: say('Half-life (days)', 'Halbwertszeit (Tage)'),
  weights: say('Weight set', 'Gewichtung'),
  intervals: say('With intervals', 'Mit Intervallen'),
  modelVersion: say('Version of the models', 'Fassung der Modelle'),
  window: say('Days after', 'Tage danach'),
  of: say('Counted', 'Gezählt'),
  shares: say('Meant shares', 'Gedachte Anteile'),
  points: say('Points', 'Punkte je'),
  fade: say('Points halve within (days)', 'Punkte halbieren sich in (Tagen)'),
};

const of = (name: string, values: Texts): Texts =>
  Object.fromEntries(Object.entries(values).map(([value, words]) => [`${name}.${value}`, words]));

export const MONEY_VALUES: Texts = {
  ...of('conversion', {
    won: say('Won deals', 'Gewonnene Abschlüsse'),
    order: say('Orders', 'Bestellungen'),
    custom: say('Own events', 'Eigene Ereignisse'),
    opportunity: say('Opportunities', 'Verkaufschancen'),
    lead: say('Leads', 'Leads'),
  }),
  ...of('by', { campaign: say('Campaign', 'Kampagne'), channel: say('Channel', 'Kanal') }),
  ...of('show', { value: say('Value', 'Wert'), conversions: say('Conversions', 'Abschlüsse') }),
  ...of('basis', { delivered: say('Delivered', 'Zugestellt'), engaged: say('Engaged', 'Mit Reaktion') }),
  ...of('unit', { account: say('Account', 'Konto'), contact: say('Contact', 'Kontakt') }),
  ...of('stage', {
    contact: say('Contact', 'Kontakt'),
    mql: say('MQL', 'MQL'),
    sal: say('SAL', 'SAL'),
    sql: say('SQL', 'SQL'),
    opportunity: say('Opportunity', 'Verkaufschance'),
    won: say('Won', 'Gewonnen'),
  }),
  ...of('segment', {
    region: say('Region', 'Region'),
    productLine: say('Product line', 'Produktlinie'),
    owner: say('Owner', 'Verantwortlich'),
    industry: say('Industry', 'Branche'),
    revenueClass: say('Revenue class', 'Umsatzklasse'),
    tier: say('Tier', 'Stufe'),
    persona: say('Persona', 'Persona'),
    buyerRole: say('Buyer roles', 'Rollen im Einkauf'),
  }),
  ...of('finding', {
    conversions_without_touch: say('Conversions that no touch led to', 'Abschlüsse ohne Berührung'),
    conversions_without_rate: say('Conversions without an exchange rate', 'Abschlüsse ohne Wechselkurs'),
    opportunities_without_roles: say('Opportunities without contact roles', 'Verkaufschancen ohne Kontaktrollen'),
    opportunities_without_lead: say('Opportunities without a lead', 'Verkaufschancen ohne Lead'),
    campaigns_without_cost: say('Campaigns without a cost', 'Kampagnen ohne Kosten'),
    accounts_without_data: say('Accounts that nobody described', 'Konten ohne Stammdaten'),
    clicks_without_consent: say(
      'Clicks of people who do not let themselves be counted, left out of every path',
      'Klicks von Menschen, die sich nicht zählen lassen, in keinem Pfad',
    ),
    costs_without_rate: say('Costs without an exchange rate', 'Kosten ohne Wechselkurs'),
  }),
  ...of('status', { open: say('Open', 'Offen'), won: say('Won', 'Gewonnen'), lost: say('Lost', 'Verloren') }),
  ...of('of', {
    cohort: say('Leads of the period', 'Leads des Zeitraums'),
    event: say('What happened in the period', 'Was im Zeitraum geschah'),
  }),
  ...of('intervals', { true: say('Yes', 'Ja'), false: say('No', 'Nein') }),
  ...of('reset', { true: say('Yes', 'Ja'), false: say('No', 'Nein') }),
  // A model is named in cells, in filters and in what was asked.
  ...Object.fromEntries(
    ['model', 'lowest_model', 'highest_model'].flatMap((name) =>
      Object.entries(MONEY_COLUMNS).map(([model, words]) => [`${name}.${model}`, words] as const),
    ),
  ),
  ...of('standsFor', {
    unattributed: say('Unattributed', 'Nicht zugeordnet'),
    no_touch: say('No touch', 'Ohne Berührung'),
    other_paths: say('All other paths', 'Alle übrigen Pfade'),
  }),
};

export const MONEY_NOTES: Texts = {
  acquisition: say(
    'Costs of marketing; a new customer is counted with those of sales as well. Attributed is the revenue of conversions that at least one touch led to.',
    'Kosten des Marketings; beim neuen Kunden sind die des Vertriebs dabei. Zugeordnet ist der Umsatz von Abschlüssen, zu denen mindestens eine Berührung führte.',
  ),
  rates_of_events: say(
    'A rate above 100 % is no mistake: counted is what happened in the period, and those above the line came before it. For the same people from stage to stage take the funnel of leads that came in the period.',
    'Eine Rate über 100 % ist kein Fehler: Gezählt ist, was im Zeitraum geschah, und was darüber steht, kam früher. Dieselben Menschen von Stufe zu Stufe zeigt der Trichter der Leads, die im Zeitraum kamen.',
  ),
  pipeline_at_end: say(
    'The pipeline is what was open at the end of the last day of the period, or is at the time of the data where that day is not over, whenever it was opened; won and lost are of the period. Its target is that of the last day of the period, whole; targets of won deals are divided evenly over their days. The region is that of the deal, or else of its account.',
    'Die Pipeline ist, was am Ende des letzten Tages des Zeitraums offen war, oder zum Datenstand offen ist, wenn der Tag noch nicht vorbei ist, gleich wann es eröffnet wurde; gewonnen und verloren ist im Zeitraum. Ihr Ziel ist das des letzten Tages, ungeteilt; Ziele gewonnener Geschäfte sind gleichmäßig auf ihre Tage verteilt. Die Region ist die des Geschäfts, sonst die des Kontos.',
  ),
  influenced_and_sourced: say(
    'Influenced: at least one touch in the look-back. Sourced: a touch before the lead, or an originating campaign. Each conversion counts once and whole. A sales cycle begins with the first stage of the lead; the first touch is the first in the look-back.',
    'Beeinflusst: mindestens eine Berührung im Rückblick. Ausgelöst: eine Berührung vor dem Lead oder eine auslösende Kampagne. Jeder Abschluss zählt einmal und ganz. Ein Verkaufszyklus beginnt mit der ersten Stufe des Leads; die erste Berührung ist die erste im Rückblick.',
  ),
  funnel: say(
    'Of leads that came in the period. Who reached a later stage has reached those before it. Times are from the stage before, of leads of which both instants are known.',
    'Von Leads, die im Zeitraum kamen. Wer eine spätere Stufe erreicht hat, hat auch die davor erreicht. Dauern zählen ab der Stufe davor, bei Leads, von denen beide Zeitpunkte bekannt sind.',
  ),
  funnel_of_events: say(
    'What reached each stage in the period, of whatever time its lead is; deals without a lead are among it. Won is what every other report of the period says was won. A rate is of what happened in the same period, and not of the same leads.',
    'Was im Zeitraum jede Stufe erreichte, gleich aus welcher Zeit der Lead stammt; Geschäfte ohne Lead sind dabei. Gewonnen ist, was jeder andere Bericht des Zeitraums als gewonnen nennt. Eine Rate gilt dem, was im selben Zeitraum geschah, und nicht denselben Leads.',
  ),
  contacts_per_sale: say('Leads needed for one sale: {contacts}.', 'Leads je Abschluss: {contacts}.'),
  paths_shown: say('{shown} of {all} different paths.', '{shown} von {all} verschiedenen Pfaden.'),
  score: say(
    'The score adds up points for what reached people of the account and what they did in the period, whatever counts as a touch: messages that arrived, visits, clicks, replies, as the parameters say. Points fade only where days are named in which they halve. A touch is counted beside it without weights.',
    'Die Punkte zählen zusammen, was Menschen des Kontos im Zeitraum erreichte und was sie taten, gleich was als Berührung gilt: angekommene Nachrichten, Besuche, Klicks, Antworten, je nach den Angaben. Punkte verfallen nur, wenn Tage genannt sind, in denen sie sich halbieren. Berührungen stehen ohne Gewicht daneben.',
  ),
  accounts_unnamed: say(
    'Accounts and single contacts that nobody described, and that are not shown: {accounts}.',
    'Konten und einzelne Kontakte ohne Stammdaten, die hier fehlen: {accounts}.',
  ),
  attribution_adds_up: say(
    'In each column the rows and what is unattributed add up to the total, to the cent.',
    'In jeder Spalte ergeben die Zeilen und das nicht Zugeordnete die Summe, auf den Cent.',
  ),
  null_paths: say(
    'Paths that led to nothing: {nulls}. Still open, and in no model: {open}.',
    'Pfade, die zu nichts führten: {nulls}. Noch offen und in keinem Modell: {open}.',
  ),
  general_cost: say(
    'Costs that belong to no row stand beside what is unattributed.',
    'Kosten, die zu keiner Zeile gehören, stehen beim nicht Zugeordneten.',
  ),
  intervals: say(
    'At least and at most: where the model’s conversions lie in 95 % of {draws} draws, had other accounts come (seed {seed}).',
    'Mindestens und höchstens: wo die Abschlüsse des Modells in 95 % von {draws} Ziehungen liegen, wären andere Konten gekommen (Startwert {seed}).',
  ),
  variants: say(
    'Everybody who was sent a variant for the first time in the period counts for it, whatever they did with it, and what they did within {days} days; who was left alone by an experiment is the variant “holdout”, from the first message that was left out, and the others are compared with it. Only those for whom these days are over are compared. Ranges hold 95 %: of shares by Newcombe, of revenue by {draws} draws (seed {seed}). By contact, a deal is its contact’s, or else that of the first with a role.',
    'Wer im Zeitraum zum ersten Mal eine Variante bekam, zählt zu ihr, was immer danach geschah, mit dem, was in {days} Tagen daraus wurde; wen ein Versuch ausließ, gehört zur Variante „holdout“, ab der ersten ausgelassenen Nachricht, und mit ihr werden die anderen verglichen. Verglichen werden nur die, bei denen diese Tage um sind. Spannen umfassen 95 %: bei Anteilen nach Newcombe, beim Umsatz aus {draws} Ziehungen (Startwert {seed}). Je Kontakt gehört ein Geschäft seinem Kontakt, sonst dem ersten mit einer Rolle.',
  ),
  uneven_variants: say(
    'The variants of {campaign} are of sizes that chance hardly gives where they were meant to be {meant}: {sizes}. Look into how they were divided before you compare them, or say under “Meant shares” what was meant.',
    'Die Varianten von {campaign} haben Größen, die der Zufall kaum ergibt, wenn sie {meant} sein sollten: {sizes}. Prüfen Sie die Aufteilung, bevor Sie vergleichen, oder nennen Sie unter „Gedachte Anteile“, was gedacht war.',
  ),
  spread: say(
    'The least and the most that any of {models} models gives.',
    'Der niedrigste und der höchste Wert aus {models} Modellen.',
  ),
  conversions_without_rate: say(
    'Conversions without an amount here, because no exchange rate is known for their day: {conversions}.',
    'Abschlüsse ohne Betrag, weil für ihren Tag kein Wechselkurs bekannt ist: {conversions}.',
  ),
  few_without_rate: say(
    'Conversions of fewer than {few} people are without an amount here, because no exchange rate is known for their day.',
    'Abschlüsse von weniger als {few} Menschen sind hier ohne Betrag, weil für ihren Tag kein Wechselkurs bekannt ist.',
  ),
  rate_of_few: say(
    'Amounts in {currency} are in no sum, because no rate to {to} is known for their days.',
    'Beträge in {currency} stehen in keiner Summe, weil für ihre Tage kein Kurs zu {to} bekannt ist.',
  ),
  missing_rate: say(
    'Amounts in {currency} that are in no sum, because no rate to {to} is known for their days ({first} to {last}): {amounts}.',
    'Beträge in {currency}, die in keiner Summe stehen, weil für ihre Tage ({first} bis {last}) kein Kurs zu {to} bekannt ist: {amounts}.',
  ),
  pipeline_without_rate: say(
    'Open deals that are not in the pipeline, because no exchange rate is known for their day: {deals}.',
    'Offene Geschäfte, die in der Pipeline fehlen, weil für ihren Tag kein Wechselkurs bekannt ist: {deals}.',
  ),
  costs_without_rate: say(
    'Costs that are not in it, because no exchange rate is known for their day: {costs}.',
    'Fehlende Kosten, weil für ihren Tag kein Wechselkurs bekannt ist: {costs}.',
  ),
};
