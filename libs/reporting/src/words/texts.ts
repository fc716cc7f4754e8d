import type { NotAvailable } from '../domain/report.js';
import { type ByLanguage, say, type Texts } from './languages.js';
import {
  ACTIVITY_COLUMNS,
  ACTIVITY_NOTES,
  ACTIVITY_PARAMETERS,
  ACTIVITY_REPORTS,
  ACTIVITY_VALUES,
} from './activity-texts.js';
import { MONEY_COLUMNS, MONEY_NOTES, MONEY_PARAMETERS, MONEY_REPORTS, MONEY_VALUES } from './money-texts.js';

export const REPORTS: Readonly<Record<string, { readonly title: ByLanguage; readonly question: ByLanguage }>> = {
  ...MONEY_REPORTS,
  ...ACTIVITY_REPORTS,
  exits: {
    title: say('Exit report', 'Ausstiegsbericht'),
    question: say(
      'Where did the messages go, and why were some not sent?',
      'Wohin gingen die Nachrichten, und warum wurden manche nicht gesendet?',
    ),
  },
  email: {
    title: say('E-mail figures', 'E-Mail-Kennzahlen'),
    question: say('How were the mails on each topic received?', 'Wie wurden die E-Mails zu jedem Thema aufgenommen?'),
  },
  channels: {
    title: say('Channel results', 'Ergebnisse der Kanäle'),
    question: say('What came of sending on each channel?', 'Was ergab der Versand auf jedem Kanal?'),
  },
  content: {
    title: say('Content performance', 'Leistung der Inhalte'),
    question: say(
      'Which contents were opened, clicked and answered?',
      'Welche Inhalte wurden geöffnet, geklickt und beantwortet?',
    ),
  },
  lift: {
    title: say('Best channel and best time', 'Bester Kanal und beste Zeit'),
    question: say(
      'What has choosing the best channel and the best time brought?',
      'Was hat die Wahl des besten Kanals und der besten Zeit gebracht?',
    ),
  },
  snapshots: {
    title: say('Closed months', 'Abgeschlossene Monate'),
    question: say(
      'What did the reports of a month say when it was closed, and what has changed since?',
      'Was sagten die Berichte eines Monats beim Abschluss, und was hat sich seither geändert?',
    ),
  },
  consents: {
    title: say('Consent trend', 'Entwicklung der Einwilligungen'),
    question: say(
      'How many said yes, how many left, and what did it cost?',
      'Wie viele sagten zu, wie viele gingen, und was kostete es?',
    ),
  },
};

export const COLUMNS: Texts = {
  choice: say('Chosen', 'Gewählt'),
  goal: say('Goal', 'Ziel'),
  chosen: say('With choice', 'Mit Wahl'),
  chosen_met: say('Goal met with choice', 'Ziel erreicht mit Wahl'),
  chosen_rate: say('Rate with choice', 'Quote mit Wahl'),
  control: say('Control', 'Kontrolle'),
  control_met: say('Goal met in control', 'Ziel erreicht in Kontrolle'),
  lift: say('Lift', 'Zugewinn'),
  lift_low: say('Lift, at least', 'Zugewinn, mindestens'),
  lift_high: say('Lift, at most', 'Zugewinn, höchstens'),
  control_rate: say('Rate in control', 'Quote in Kontrolle'),
  ...MONEY_COLUMNS,
  ...ACTIVITY_COLUMNS,
  campaign: say('Campaign', 'Kampagne'),
  path: say('Path', 'Pfad'),
  step: say('Step', 'Schritt'),
  channel: say('Channel', 'Kanal'),
  topic: say('Topic', 'Thema'),
  template: say('Template', 'Vorlage'),
  subject: say('Subject', 'Betreff'),
  inflow: say('Inflow', 'Zugang'),
  processing: say('In processing', 'In Bearbeitung'),
  sent: say('Sent', 'Gesendet'),
  exit: say('Exit', 'Ausstieg'),
  accepted: say('Accepted', 'Angenommen'),
  dropped: say('Not sent', 'Nicht gesendet'),
  failed: say('Failed', 'Fehlgeschlagen'),
  unknown: say('Outcome unknown', 'Ausgang unbekannt'),
  delivered: say('Reported delivered', 'Als zugestellt gemeldet'),
  bounced: say('Bounced', 'Zurückgekommen'),
  hard: say('For good', 'Davon endgültig'),
  arrived: say('Not bounced', 'Nicht zurückgekommen'),
  opened: say('Opened', 'Geöffnet'),
  clickedByMachine: say('Clicked by machines only', 'Nur von Maschinen geklickt'),
  byMachine: say('Opened by machines only', 'Nur von Maschinen geöffnet'),
  clicked: say('Clicked', 'Geklickt'),
  replied: say('Replied', 'Beantwortet'),
  complained: say('Complained', 'Beschwerden'),
  withdrawn: say('Left by it', 'Abgemeldet'),
  bounce_rate: say('Bounce rate', 'Rücklaufquote'),
  hard_bounce_rate: say('Hard bounce rate', 'Endgültige Rücklaufquote'),
  soft_bounce_rate: say('Soft bounce rate', 'Vorläufige Rücklaufquote'),
  reached_otherwise: say('Reached by another message', 'Durch andere Nachricht erreicht'),
  drop_off: say('Drop-off', 'Verlustquote'),
  open_rate: say('Open rate', 'Öffnungsrate'),
  click_rate: say('Click rate', 'Klickrate'),
  click_to_open_rate: say('Clicks per open', 'Klicks je Öffnung'),
  complaint_rate: say('Complaint rate', 'Beschwerdequote'),
  withdrawal_rate: say('Leaving rate', 'Abmelderate'),
  send_rate: say('Send rate', 'Versandquote'),
  block_rate: say('Block rate', 'Sperrquote'),
  delivery_rate: say('Delivery rate', 'Zustellquote'),
  beginning: say('From', 'Ab'),
  optIns: say('Opt-ins', 'Zusagen'),
  optOuts: say('Opt-outs', 'Abmeldungen'),
  net: say('Net', 'Saldo'),
  lapsed: say('Lapsed', 'Abgelaufen'),
  unsent: say('Messages not sent for want of consent', 'Mangels Einwilligung nicht gesendet'),
  report: say('Report', 'Bericht'),
  ledger_position: say('Position in the ledger', 'Stand des Protokolls'),
  rows: say('Rows', 'Zeilen'),
  sha256: say('SHA-256', 'SHA-256'),
  row: say('Row', 'Zeile'),
  figure: say('Figure', 'Zahl'),
  then: say('When closed', 'Beim Abschluss'),
  now: say('Now', 'Jetzt'),
  change: say('Change', 'Änderung'),
  lost_value: say('Value not reached', 'Entgangener Wert'),
};

export const PARAMETERS: Texts = {
  withinHours: say('Hours that count', 'Stunden, die zählen'),
  ...MONEY_PARAMETERS,
  ...ACTIVITY_PARAMETERS,
  from: say('From', 'Von'),
  to: say('To', 'Bis'),
  zone: say('Time zone', 'Zeitzone'),
  asOf: say('As it stood at', 'Wie es stand am'),
  messages: say('Messages', 'Nachrichten'),
  by: say('By', 'Nach'),
  stretch: say('Per', 'Je'),
  purpose: say('Purpose', 'Zweck'),
  value: say('Value of a sent message (cents)', 'Wert einer gesendeten Nachricht (Cent)'),
  currency: say('Currency', 'Währung'),
  standing: say('Standing', 'Stand'),
  reason: say('Reason', 'Grund'),
  model: say('Model', 'Modell'),
};

export const VALUES: Texts = {
  ...MONEY_VALUES,
  ...ACTIVITY_VALUES,
  'show.changes': say('What has changed since', 'Was sich seither geändert hat'),
  'show.kept': say('As it was then', 'Wie er damals war'),
  'messages.live': say('Live', 'Echte'),
  'messages.test': say('Of test keys', 'Von Testschlüsseln'),
  'by.topic': say('Topic', 'Thema'),
  'by.content': say('Content', 'Inhalt'),
  'by.subject': say('Subject', 'Betreff'),
  'by.channel': say('Channel', 'Kanal'),
  'by.segment': say('Segment', 'Segment'),
  'by.all': say('All together', 'Alles zusammen'),
  'choice.channel': say('Best channel', 'Bester Kanal'),
  'choice.time': say('Best time', 'Beste Zeit'),
  'goal.delivered': say('Delivered', 'Zugestellt'),
  'goal.opened': say('Opened', 'Geöffnet'),
  'goal.clicked': say('Clicked', 'Geklickt'),
  'goal.replied': say('Replied', 'Geantwortet'),
  'stretch.day': say('Day', 'Tag'),
  'stretch.week': say('Week', 'Woche'),
  'stretch.month': say('Month', 'Monat'),
};

export const WHY_NOT: Readonly<Record<NotAvailable, ByLanguage>> = {
  no_denominator: say('nothing to divide by', 'nichts, wodurch zu teilen wäre'),
  no_cost: say('no cost is known', 'keine Kosten bekannt'),
  no_revenue: say('no value is known', 'kein Wert bekannt'),
  no_target: say('no target is set', 'kein Ziel gesetzt'),
  not_ripe: say('not enough time has passed', 'noch nicht genug Zeit vergangen'),
  too_few: say('too few to be shown', 'zu wenige, um sie zu zeigen'),
  not_defined: say('has no meaning here', 'hier ohne Bedeutung'),
  not_observed: say('nothing to measure it by', 'nichts, woran es zu messen wäre'),
  no_exchange_rate: say('no exchange rate for that day', 'kein Wechselkurs für diesen Tag'),
  not_solved: say(
    'this model takes too long among so many names; consentctl attribute works it out from a file',
    'dieses Modell braucht bei so vielen Namen zu lange; consentctl attribute rechnet es aus einer Datei aus',
  ),
};

export const NOTES: Texts = {
  ...MONEY_NOTES,
  ...ACTIVITY_NOTES,
  exits_add_up: say(
    'In every row inflow is processing plus sent plus each exit. All were read in one snapshot. What was dropped is no failure: it was not to be sent. Lost is every exit but of who was reached on another channel, by a message of the same request that was sent and has not come back, or was left alone for comparison.',
    'In jeder Zeile ist der Zugang die Summe aus Bearbeitung, Gesendet und jedem Ausstieg. Alles wurde in einer Momentaufnahme gelesen. Was nicht gesendet wurde, ist kein Fehler: es durfte nicht hinaus. Verloren ist jeder Ausstieg außer dem von Menschen, die auf einem anderen Kanal erreicht wurden, durch eine gesendete und nicht zurückgekommene Nachricht derselben Anfrage, oder zum Vergleich in Ruhe gelassen wurden.',
  ),
  hotspot: say(
    'Most messages were lost here: {channel}, {place}: {exits}.',
    'Hier gingen die meisten Nachrichten verloren: {channel}, {place}: {exits}.',
  ),
  waits: say('In processing, {reason}: {messages}.', 'In Bearbeitung, {reason}: {messages}.'),
  snapshots: say(
    'A day after a month is over, every report of it is kept, all of one instant. The digest is of the bytes that are kept.',
    'Einen Tag nach dem Ende eines Monats wird jeder seiner Berichte aufbewahrt, alle zum selben Zeitpunkt. Die Prüfsumme gilt den aufbewahrten Bytes.',
  ),
  nothing_changed: say('The report says now what it said then.', 'Der Bericht sagt jetzt, was er damals sagte.'),
  changed_since: say(
    'Figures that are others now: {cells}. A row without a name is the total.',
    'Zahlen, die jetzt andere sind: {cells}. Eine Zeile ohne Namen ist die Summe.',
  ),
  checkpoint_then: say(
    'The ledger position is that of the last checkpoint that was signed before the instant asked about.',
    'Der Stand des Protokolls ist der des letzten Prüfpunkts, der vor dem gefragten Zeitpunkt unterschrieben wurde.',
  ),
  no_checkpoint_then: say(
    'No checkpoint was signed before the instant asked about, so no ledger position can be named.',
    'Vor dem gefragten Zeitpunkt war kein Prüfpunkt unterschrieben, daher lässt sich kein Stand des Protokolls nennen.',
  ),
  counted_once: say(
    'Each message counts once in each column, however often it was opened or clicked. Messages are those accepted in the period, with what became of them since.',
    'Jede Nachricht zählt in jeder Spalte einmal, wie oft sie auch geöffnet oder geklickt wurde. Gezählt sind die im Zeitraum angenommenen Nachrichten mit dem, was seither aus ihnen wurde.',
  ),
  arrived: say(
    'Rates of opens, clicks, complaints and leaving are of messages that were sent and did not bounce, because not every provider reports deliveries.',
    'Öffnungen, Klicks, Beschwerden und Abmeldungen beziehen sich auf gesendete und nicht zurückgekommene Nachrichten, weil nicht jeder Anbieter Zustellungen meldet.',
  ),
  machines: say(
    'Opens by mail filters and privacy proxies are counted apart and are in no rate.',
    'Öffnungen durch Mailfilter und Datenschutz-Proxys sind getrennt gezählt und in keiner Rate enthalten.',
  ),
  withdrawn: say(
    'Left by it: its reader used a link in this message to leave.',
    'Abgemeldet: die Person hat sich über einen Link in dieser Nachricht abgemeldet.',
  ),
  expressions: say(
    'Counted are recorded expressions that changed where a consent stands, by when they were made; one form may make several.',
    'Gezählt sind erfasste Äußerungen, die den Stand einer Einwilligung geändert haben, nach dem Zeitpunkt, an dem sie gemacht wurden; ein Formular kann mehrere ergeben.',
  ),
  no_to_everything: say(
    'A no to everything is counted under each purpose that there was. It holds for one that is set up later too, and is not counted under that.',
    'Ein Nein zu allem ist bei jedem Zweck gezählt, den es da gab. Es gilt auch für einen, der später dazukommt, und ist bei dem nicht gezählt.',
  ),
  lost_reach: say(
    'Messages not sent for want of consent: dropped for no, refused, withdrawn or expired consent, an objection, or a suppressed address.',
    'Mangels Einwilligung nicht gesendet: ohne, mit verweigerter, widerrufener oder abgelaufener Einwilligung, nach Widerspruch oder an gesperrte Adressen.',
  ),
  value_unknown: say(
    'To see what lost reach costs, say what a sent message is worth to you.',
    'Um zu sehen, was entgangene Reichweite kostet, geben Sie an, was eine gesendete Nachricht wert ist.',
  ),
  lift: say(
    'Everybody whose channel or time was drawn in the period, whatever became of the message. A tenth, drawn by the same draw, was left to the first channel or the earliest time: the control. What happened within {hours} hours of sending counts; draws for which this is not surely over are waiting. The lift is the difference of the two rates in percentage points, its range holds 95 % (Newcombe), and of fewer than 5 nothing is said.',
    'Alle, deren Kanal oder Zeit im Zeitraum gezogen wurde, was immer aus der Nachricht wurde. Ein Zehntel, von derselben Ziehung bestimmt, blieb beim ersten Kanal oder der frühesten Zeit: die Kontrolle. Es zählt, was in {hours} Stunden nach dem Senden geschah; Ziehungen, für die das nicht sicher um ist, warten. Der Zugewinn ist der Unterschied der beiden Quoten in Prozentpunkten, seine Spanne umfasst 95 % (Newcombe), und bei weniger als 5 wird nichts gesagt.',
  ),
  uneven_control: say(
    'Of {chosen} with choice and {control} in control, the control is hardly a tenth by chance: some of the messages were perhaps not counted. Look into it before you compare.',
    'Bei {chosen} mit Wahl und {control} in der Kontrolle ist diese kaum durch Zufall ein Zehntel: vielleicht wurden Nachrichten nicht gezählt. Prüfen Sie das, bevor Sie vergleichen.',
  ),
  small_rows: say(
    '{rows} rows of fewer than {few} are shown together, so that nobody can be told from them.',
    '{rows} Zeilen mit weniger als {few} sind zusammengefasst, damit niemand zu erkennen ist.',
  ),
  of_few: say(
    'These are fewer than {few} conversions, or what is left beside such: only whoever may see single messages is told them.',
    'Das sind weniger als {few} Abschlüsse, oder was neben solchen übrig bleibt: Sie sieht nur, wer einzelne Nachrichten sehen darf.',
  ),
  rows_of_few: say(
    'Some rows are of fewer than {few} conversions, or are left beside such: only whoever may see single messages is told them.',
    'Einige Zeilen sind von weniger als {few} Abschlüssen, oder was neben solchen übrig bleibt: Sie sieht nur, wer einzelne Nachrichten sehen darf.',
  ),
  small_cells: say(
    'Numbers of fewer than {few} people, or deals of a segment, are not shown, nor those from which they follow, so that nobody can be told from them.',
    'Zahlen von weniger als {few} Menschen, oder Abschlüssen eines Segments, sind nicht gezeigt, und auch die nicht, aus denen sie folgen, damit niemand zu erkennen ist.',
  ),
};
