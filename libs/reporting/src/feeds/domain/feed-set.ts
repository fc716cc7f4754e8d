import { type FeedProperty, type FeedSet, type FeedSetName, is, may } from './feed-shape.js';
import { REPORT_SETS } from './report-sets.js';

export { FEED_SET_NAMES, type FeedProperty, type FeedSet, type FeedSetName, type FeedType } from './feed-shape.js';

const LATEST: readonly FeedSet[] = [
  {
    name: 'Touches',
    entity: 'Touch',
    key: ['MessageId', 'Type', 'At', 'Event'],
    properties: [
      ...is('guid')('MessageId'),
      ...is('string')('Type'),
      ...is('instant')('At'),
      ...is('string')('Event'),
      ...is('guid')('ContactId'),
      ...is('string')('Channel'),
      ...may('string')('Campaign', 'Topic', 'Step', 'Variant', 'Bounce'),
      ...is('boolean')('Automated'),
      ...is('instant')('RecordedAt'),
      ...may('guid')('LedgerEntryId'),
    ],
    isOfPeople: true,
    describes: 'What reached contacts and what they did about it; what was sent, bounced or opened by a machine, too.',
  },
  {
    name: 'Visits',
    entity: 'Visit',
    key: ['Id'],
    properties: [
      ...is('string')('Id'),
      ...is('instant')('At'),
      ...is('guid')('ContactId'),
      ...is('string')('Channel'),
      ...may('string')('Campaign'),
      ...is('int')('Version'),
      ...is('instant')('RecordedAt'),
      ...may('guid')('LedgerEntryId'),
    ],
    isOfPeople: true,
    describes: 'Contacts who came by themselves, as they are known last; touches like any other.',
  },
  {
    name: 'MessageEnds',
    entity: 'MessageEnd',
    key: ['MessageId'],
    properties: [
      ...is('guid')('MessageId', 'ContactId'),
      ...is('string')('Channel', 'Class'),
      ...may('string')('Campaign', 'Step', 'Variant', 'Purpose', 'Topic', 'Template'),
      ...may('int')('TemplateVersion'),
      ...is('instant')('AcceptedAt', 'EndedAt'),
      ...is('string')('End'),
      ...may('string')('Reason'),
      ...may('guid')('LedgerEntryId'),
    ],
    isOfPeople: true,
    describes: 'The one end of each message that has ended, with its reason.',
  },
  {
    name: 'Decisions',
    entity: 'Decision',
    key: ['LedgerEntryId'],
    properties: [
      ...is('guid')('LedgerEntryId', 'MessageId', 'ContactId'),
      ...is('instant')('At'),
      ...is('string')('Step', 'Channel', 'Class'),
      ...may('string')('Campaign', 'Purpose', 'Topic', 'Outcome', 'Reason', 'Policy', 'Rules'),
      ...may('int')('Attempt'),
    ],
    isOfPeople: true,
    describes:
      'Every step of each message as the ledger has it: accepted, decided, handed over, ended, with its outcome and the first reason, under which policy and version of the rules.',
  },
  {
    name: 'ConsentEvents',
    entity: 'ConsentEvent',
    key: ['Id'],
    properties: [
      ...is('guid')('Id'),
      ...may('guid')('ContactId', 'ContactPointId'),
      ...may('string')('Channel', 'Purpose', 'Topic'),
      ...is('string')('Kind', 'LegalBasis', 'Method'),
      ...is('boolean')('Effective'),
      ...may('string')('Jurisdiction'),
      ...is('instant')('OccurredAt', 'RecordedAt'),
      ...may('instant')('ValidUntil'),
      ...may('guid')('MessageId'),
      ...is('guid')('LedgerEntryId'),
    ],
    isOfPeople: true,
    describes:
      'What people said and what became of it. Effective: it changed where a consent stands. Wording and evidence are in the ledger.',
  },
  ...REPORT_SETS,
  {
    name: 'Conversions',
    entity: 'Conversion',
    key: ['Kind', 'Id'],
    properties: [
      ...is('string')('Kind', 'Id'),
      ...is('instant')('At'),
      ...may('instant')('ClosedAt'),
      ...may('string')('Name'),
      ...may('guid')('AccountId', 'ContactId'),
      ...may('string')('Lead', 'Campaign', 'Region', 'ProductLine', 'Owner', 'Persona'),
      ...may('decimal')('Amount'),
      ...may('string')('Currency'),
      ...is('int')('Version'),
      ...is('instant')('RecordedAt'),
      ...may('guid')('LedgerEntryId'),
    ],
    isOfPeople: true,
    describes:
      'Stages of leads, opportunities, orders and events of your own, as they are known last. Name is the stage, the status or the name of the event.',
  },
  {
    name: 'Costs',
    entity: 'Cost',
    key: ['Id'],
    properties: [
      ...is('string')('Id', 'Category'),
      ...is('date')('FirstDay', 'LastDay'),
      ...is('instant')('From'),
      ...is('decimal')('Amount'),
      ...is('string')('Currency'),
      ...may('string')('Channel', 'Campaign'),
      ...is('int')('Version'),
      ...is('instant')('RecordedAt'),
      ...may('guid')('LedgerEntryId'),
    ],
    isOfPeople: false,
    describes:
      'What was spent, on what and over which days, as it is known last. From is the beginning of the first day.',
  },
  {
    name: 'AttributionResults',
    entity: 'AttributionResult',
    key: ['From', 'Dimension', 'Model', 'Attributed', 'Name'],
    properties: [
      ...is('instant')('From', 'To'),
      ...is('string')('Dimension', 'Model'),
      ...is('boolean')('Attributed'),
      ...is('string')('Name'),
      ...is('decimal')('Conversions'),
      ...may('decimal')('Amount'),
      ...is('string')('Currency'),
    ],
    isOfPeople: false,
    describes:
      'What each channel and campaign earned in each calendar month by each model, as the attribution report says with its defaults. Of each month, dimension and model the rows add up to all won deals. Without a condition on From or To: the last twelve months; with one, say from when on.',
  },
  {
    name: 'Dates',
    entity: 'CalendarDay',
    key: ['Date'],
    properties: [
      ...is('date')('Date'),
      ...is('instant')('From', 'To'),
      ...is('int')('Year', 'Quarter', 'Month', 'Day', 'Weekday', 'IsoYear', 'IsoWeek'),
      ...is('string')('MonthKey', 'WeekKey'),
    ],
    isOfPeople: false,
    describes:
      'The days of the brand’s clock, from the year of the first fact or message to the end of next year. From and To are the instants between which a day is; Monday is Weekday 1.',
  },
];

/**
 * Everything that was ever said of facts that a set tells as they are known last. Nothing in it changes: whoever takes what
 * was recorded since the last time has all of it, also what was corrected and what was taken back.
 */
function versionsOf(name: FeedSetName, of: FeedSetName): FeedSet {
  const latest = LATEST.find((set) => set.name === of);
  if (latest === undefined) throw new Error(`no feed is called ${of}`);
  const { entity, key, properties, isOfPeople } = latest;
  return {
    name,
    entity: `${entity}Version`,
    key: [...key, 'Version'],
    properties: [...properties, ...is('boolean')('Retracted')],
    isOfPeople,
    describes: `Every version of each row of ${of}. The one with the highest Version is what is known last; where that is Retracted there is nothing. Rows never change and none goes: load them by RecordedAt.`,
  };
}

export const FEED_SETS: readonly FeedSet[] = [
  ...LATEST,
  versionsOf('VisitVersions', 'Visits'),
  versionsOf('ConversionVersions', 'Conversions'),
  versionsOf('CostVersions', 'Costs'),
];

export function feedSet(name: FeedSetName): FeedSet {
  const found = FEED_SETS.find((set) => set.name === name);
  if (found === undefined) throw new Error(`no feed is called ${name}`);
  return found;
}

export function propertyOf(set: FeedSet, name: string): FeedProperty | undefined {
  return set.properties.find((property) => property.name === name);
}
