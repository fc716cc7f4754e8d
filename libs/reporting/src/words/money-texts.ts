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
} as const;

export const MONEY_COLUMNS: Texts = {
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
};

export const MONEY_PARAMETERS: Texts = {
  conversion: say('Conversion', 'Abschluss'),
  event: say('Event', 'Ereignis'),
  show: say('Show', 'Zeigen'),
  models: say('Models', 'Modelle'),
  lookback: say('Look-back (days)', 'Rückblick (Tage)'),
  basis: say('Touches', 'Berührungen'),
  unit: say('Path of', 'Pfad je'),
  reset: say('A touch counts once', 'Jede Berührung zählt einmal'),
  halfLife: say('Half-life (days)', 'Halbwertszeit (Tage)'),
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
  ...of('reset', { true: say('Yes', 'Ja'), false: say('No', 'Nein') }),
  // A model is named in cells, in filters and in what was asked.
  ...Object.fromEntries(
    ['model', 'lowest_model', 'highest_model'].flatMap((name) =>
      Object.entries(MONEY_COLUMNS).map(([model, words]) => [`${name}.${model}`, words] as const),
    ),
  ),
  ...Object.fromEntries(
    ['channel', 'campaign', 'topic'].map(
      (name) => [`${name}.unattributed`, say('Unattributed', 'Nicht zugeordnet')] as const,
    ),
  ),
};

export const MONEY_NOTES: Texts = {
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
  spread: say(
    'The least and the most that any of {models} models gives.',
    'Der niedrigste und der höchste Wert aus {models} Modellen.',
  ),
  conversions_without_rate: say(
    '{conversions} conversions have no amount here, because no exchange rate is known for their day.',
    '{conversions} Abschlüsse haben hier keinen Betrag, weil für ihren Tag kein Wechselkurs bekannt ist.',
  ),
  costs_without_rate: say(
    '{costs} costs are not in it, because no exchange rate is known for their day.',
    '{costs} Kosten fehlen, weil für ihren Tag kein Wechselkurs bekannt ist.',
  ),
};
