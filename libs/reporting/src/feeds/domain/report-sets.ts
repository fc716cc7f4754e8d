import { type FeedSet, is, may } from './feed-shape.js';

/** What reports say, as flat tables whose rows add up to them. */
export const REPORT_SETS: readonly FeedSet[] = [
  {
    name: 'CampaignDaily',
    entity: 'CampaignDay',
    key: ['Date', 'Channel', 'Campaign'],
    properties: [
      ...is('date')('Date'),
      ...is('instant')('From'),
      ...is('string')('Channel', 'Campaign'),
      ...is('int')('Accepted', 'Processing', 'Sent', 'Dropped', 'Failed', 'Unknown'),
      ...is('int')('Bounced', 'Opened', 'Clicked', 'Replied', 'Complained'),
    ],
    isOfPeople: true,
    describes:
      'Messages by the day of the brand’s clock on which they were accepted, with what became of them; each counts once in a column, and machines in none. An empty Campaign is none. From is the beginning of the day. Small days may be about single people.',
  },
  {
    name: 'ExitDaily',
    entity: 'ExitDay',
    key: ['Date', 'Campaign', 'Path', 'Step', 'Channel', 'Standing', 'Reason'],
    properties: [
      ...is('date')('Date'),
      ...is('instant')('From'),
      ...is('string')('Campaign', 'Path', 'Step', 'Channel', 'Standing', 'Reason'),
      ...is('int')('Messages'),
    ],
    isOfPeople: true,
    describes:
      'Where the messages that were accepted on a day stand, and why those that were not sent were not: each message is in one row. Standing is processing, sent, dropped, failed or unknown; an empty Campaign, Path, Step or Reason is none. Rows of a period add up to the exit report of it.',
  },
  {
    name: 'EmailKpi',
    entity: 'EmailDay',
    key: ['Date', 'Campaign', 'Topic', 'Template', 'TemplateVersion'],
    properties: [
      ...is('date')('Date'),
      ...is('instant')('From'),
      ...is('string')('Campaign', 'Topic', 'Template'),
      ...is('int')('TemplateVersion'),
      ...may('string')('Subject'),
      ...is('int')('Accepted', 'Processing', 'Sent', 'Dropped', 'Failed', 'Unknown'),
      ...is('int')('Delivered', 'Bounced', 'HardBounced', 'Arrived', 'Opened', 'OpenedByMachine'),
      ...is('int')('Clicked', 'ClickedByMachine', 'Replied', 'Complained', 'Withdrawn'),
    ],
    isOfPeople: true,
    describes:
      'Mails by the day on which they were accepted, campaign, topic and template, with what became of them; each counts once in a column. Arrived is sent and not bounced: what rates of opens, clicks, complaints and withdrawals are of. A rate of several rows is the rate of their sums.',
  },
  {
    name: 'FunnelDaily',
    entity: 'FunnelDay',
    key: ['Date', 'Of', 'Stage'],
    properties: [
      ...is('date')('Date'),
      ...is('instant')('From'),
      ...is('string')('Of', 'Stage'),
      ...is('int')('Reached'),
      ...may('decimal')('Amount'),
      ...is('string')('Currency'),
      ...is('int')('Timed'),
      ...is('decimal')('DaysFromBefore'),
    ],
    isOfPeople: true,
    describes:
      'Of cohort: the leads that came on a day, how many of them reached each stage and what their deals are worth; Of event: what reached a stage on the day. Rows of a period add up to the funnel report of it. Timed leads took DaysFromBefore days, together, from the stage before. Amount is of opportunities and won deals alone.',
  },
  {
    name: 'AccountEngagement',
    entity: 'AccountMonth',
    key: ['From', 'AccountId'],
    properties: [
      ...is('instant')('From', 'To'),
      ...is('guid')('AccountId'),
      ...is('string')('Name', 'Tier'),
      ...is('int')('Contacts', 'Touches'),
      ...is('decimal')('Score'),
      ...may('decimal')('Pipeline', 'Revenue'),
      ...is('string')('Currency'),
    ],
    isOfPeople: true,
    describes:
      'What each account that was named had to do with you in each calendar month, as the report on accounts says with its defaults: touches of all its contacts, points, deals that were open at the end of the month, and what was won in it. Without a condition on From or To: the last twelve months; with one, say from when on.',
  },
  {
    name: 'Credits',
    entity: 'Credit',
    key: ['From', 'Dimension', 'Model', 'Conversion', 'Place'],
    properties: [
      ...is('instant')('From', 'To'),
      ...is('string')('Dimension', 'Model', 'Conversion'),
      ...is('instant')('ConvertedAt'),
      ...is('int')('Place', 'Of'),
      ...is('boolean')('Attributed'),
      ...is('string')('Name'),
      ...may('string')('Touch'),
      ...may('guid')('MessageId'),
      ...may('instant')('TouchedAt'),
      ...may('guid')('ContactId'),
      ...is('decimal')('Conversions'),
      ...may('decimal')('Amount'),
      ...is('string')('Currency'),
    ],
    isOfPeople: true,
    describes:
      'What each touch earned of each won deal, by every model that credits touches: all but Markov and Shapley by rate. Of each month, dimension, model and name the rows add up to AttributionResults. A deal that no touch led to has a row with Place 0. Without a condition on From or To: the last twelve months; with one, say from when on. For more rows than are worked out at once, name months, a Model or a Dimension.',
  },
  {
    name: 'Snapshots',
    entity: 'SnapshotCell',
    key: ['Month', 'Report', 'Row', 'Column'],
    properties: [
      ...is('string')('Month'),
      ...is('instant')('From'),
      ...is('string')('Report'),
      ...is('int')('Row'),
      ...is('string')('RowName', 'Column', 'Kind'),
      ...may('string')('Unit'),
      ...may('decimal')('Value'),
      ...may('string')('WhyNot'),
      ...is('instant')('AsOf', 'RecordedAt'),
      ...may('decimal')('LedgerPosition'),
      ...is('string')('Sha256'),
      ...may('guid')('LedgerEntryId'),
    ],
    isOfPeople: true,
    describes:
      'Every number of the reports of closed months, as it was kept then. Row 0 is the total; RowName has the texts of the row. Where there is no number, WhyNot says why. Rows never change: load them by RecordedAt.',
  },
];
