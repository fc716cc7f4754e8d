import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { GOALS, SEGMENTS } from '#lib/reporting';
import { ACTIVITY_REPORTS } from '../reports/catalog/activity-reports.js';
import { MONEY_REPORTS } from '../reports/catalog/money-reports.js';

export const DAY = 86_400_000;
export const START = Date.UTC(2026, 0, 1);
/** The last three are people that the gateway knows, one of a company each; who is erased or merged makes room for another. */
export const CONTACTS: string[] = Array.from({ length: 12 }, () => randomUUID());
export const COMPANIES = ['north', 'south', 'north'];
/** The last one is that of a company. */
export const ACCOUNTS: string[] = Array.from({ length: 4 }, () => randomUUID());
export const CAMPAIGNS = ['spring', 'autumn'].map((key) => ({ id: randomUUID(), key }));

/** A report as most ask for it, but for its name and how far it looks back. */
export const YEAR = {
  firstDay: -90,
  days: 92,
  zone: 'Etc/UTC',
  by: 'channel',
  basis: 'delivered',
  unit: 'account',
  collapse: 'false',
  goal: 'won',
  segment: 'region',
} as const;
export const STRANGERS = Array.from({ length: 6 }, () => randomUUID());
export const TEMPLATES = [randomUUID(), randomUUID()];
const contact = fc.nat(CONTACTS.length - 1);
const account = fc.nat(ACCOUNTS.length - 1);
const person = fc.nat(COMPANIES.length - 1);
/** Milliseconds ago; a little of the future. Few instants, so that many touches share one. */
const when = fc.integer({ min: -4, max: 400 }).map((quarters) => Date.now() - quarters * 900_000 * 20);
const channel = fc.constantFrom('email', 'sms', 'fair');
const campaign = fc.constantFrom(null, ...CAMPAIGNS.map(({ id }) => id));

export type Step =
  | {
      kind: 'sent';
      contact: number;
      at: number;
      channel: string;
      campaign: string | null;
      copies: number;
      step: string | null;
      variant: string | null;
    }
  | { kind: 'bounced' | 'clicked' | 'replied'; of: number; after: number }
  | { kind: 'registration' | 'demo'; contact: number; at: number }
  | { kind: 'visit'; id: number; contact: number; at: number; channel: string; retracted: boolean }
  | {
      kind: 'acts';
      id: number;
      whose: number;
      isOfAccount: boolean;
      at: number;
      action: string | null;
      retracted: boolean;
    }
  | { kind: 'moves'; contact: number; account: number | null }
  | { kind: 'erased'; person: number }
  | { kind: 'merged'; person: number }
  | { kind: 'stage'; lead: number; contact: number; at: number }
  | { kind: 'won'; id: number; account: number; at: number; amount: number; roles: number[] };

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sent' as const),
      ...{ contact, at: when, channel, campaign, copies: fc.integer({ min: 1, max: 3 }) },
      ...{ step: fc.constantFrom(null, 'first'), variant: fc.constantFrom(null, 'a', 'b') },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('bounced', 'clicked', 'replied'), of: fc.nat(), after: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('visit' as const),
      ...{ id: fc.nat(5), contact, at: when, channel, retracted: fc.boolean() },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('acts' as const), id: fc.nat(8), whose: contact, isOfAccount: fc.boolean(), at: when },
      ...{ action: fc.constantFrom(null, 'submit', 'registration', 'attendance', 'download'), retracted: fc.boolean() },
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('moves' as const), contact, account: fc.option(account) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('erased', 'merged'), person }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stage' as const), lead: fc.nat(6), contact, at: when }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('registration', 'demo'), contact, at: when }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('won' as const),
      ...{ id: fc.nat(4), account, at: when, amount: fc.nat(10_000), roles: fc.uniqueArray(contact, { maxLength: 2 }) },
    }),
  },
);

/** Every report that is made of touches, and those that are made of what people did or were sent. */
export const OF_CONTACTS = ACTIVITY_REPORTS.filter(({ activity }) => activity?.includes('contacts'));
export const FIGURED = ACTIVITY_REPORTS.filter(({ kept }) => kept !== undefined);
/** What each of these last ones says something of, once everything happened that can. */
export const SAID_OF: Readonly<Record<string, readonly string[]>> = {
  silence: ['reached_so_far', 'silent', 'came_back'],
  pages: ['people', 'visits', 'visitors', 'repeat_visitors', 'submits', 'registrations', 'attended', 'attendance_rate'],
  sources: ['traffic', 'visitors', 'leads'],
  assets: ['clicks', 'visits', 'downloads', 'people', 'leads', 'won', 'revenue'],
};
/** One of these, which is told by its key where it fails. */
const oneOf = <R extends { readonly key: string }>(reports: readonly R[]): fc.Arbitrary<R> =>
  fc.constantFrom(...reports).map((report) => ({ ...report, [fc.toStringMethod]: () => report.key }));
export const query = fc.record({
  report: fc.oneof(
    { weight: 2, arbitrary: oneOf(MONEY_REPORTS) },
    { weight: 2, arbitrary: oneOf(OF_CONTACTS) },
    { weight: 1, arbitrary: oneOf(FIGURED) },
  ),
  goal: fc.constantFrom(...GOALS),
  segment: fc.constantFrom(...SEGMENTS),
  by: fc.constantFrom('channel', 'campaign', 'topic', 'content'),
  basis: fc.constantFrom('delivered', 'engaged'),
  unit: fc.constantFrom('account', 'account', 'contact'),
  lookback: fc.constantFrom('90', '90', '30'),
  reset: fc.constantFrom('true', 'false'),
  collapse: fc.constantFrom('true', 'false', 'false'),
  zone: fc.constantFrom('Etc/UTC', 'America/New_York', 'Asia/Kathmandu'),
  firstDay: fc.integer({ min: -90, max: -1 }),
  days: fc.integer({ min: 1, max: 95 }),
});
