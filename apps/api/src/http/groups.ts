/** The parts of the API, in the words of the product, as its description shows them. */
export const GROUPS = {
  'API keys': 'Who may call, and what for.',
  Brands: 'The identities that speak.',
  Campaigns: 'What belongs together and can be stopped together.',
  Contacts: 'People, where they can be reached, and what they expressed.',
  Events: 'What the world reports: deliveries, bounces, complaints, opens, clicks, replies.',
  'Events out': 'Telling other systems what happens, as signed webhooks.',
  Exports: 'Bundles of evidence that auditors check on their own machine.',
  Feeds: 'Flat tables for Power BI, Excel and other programs.',
  'Double opt-in': 'Consents that the owner of an address confirms.',
  Imports: 'Contacts and consents that come from elsewhere, many at a time.',
  Inbound: 'What people write back.',
  Ledger: 'The append-only record of everything that was decided, sent and expressed.',
  Messages: 'Asking for messages to be sent, and what became of them.',
  Notices: 'What people are shown, word by word.',
  Operations: 'Watching the gateway.',
  Policies: 'Frequency caps, quiet hours and rates.',
  Providers: 'The accounts by which messages leave.',
  Purposes: 'Why data is used.',
  Reports: 'What came of it, in figures.',
  Suppressions: 'Addresses that must not be written to, and why.',
  Templates: 'What messages say.',
  Topics: 'The subjects that contacts choose from.',
} as const;

export type Group = keyof typeof GROUPS;
