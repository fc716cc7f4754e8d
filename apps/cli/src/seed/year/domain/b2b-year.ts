import type { ReportedFact } from '#lib/reporting';
import { Calendar } from './calendar.js';
import { accountFacts, COMPANIES, companiesOf, type Company, FOUND_BY_SALES } from './company.js';
import { agreement, financeFacts } from './finance.js';
import { type Campaign, type Mailing, mailingsOf } from './mailings.js';
import { readingOf } from './reading.js';
import { salesOf, type WonDeal } from './sales.js';

/** A year of a company that sells software to others: whom it knows, what it sent, sold and spent. */
export interface B2bYear {
  readonly calendar: Calendar;
  readonly companies: readonly Company[];
  readonly campaigns: readonly Campaign[];
  /** Oldest first. */
  readonly mailings: readonly Mailing[];
  readonly facts: readonly ReportedFact[];
  readonly won: readonly WonDeal[];
  /** Weights that two roles agreed to, in the order in which it was said. */
  readonly agreement: ReturnType<typeof agreement>;
}

/**
 * The same for the same seed and end, on every day and machine.
 * @param until the day after the last
 * @param size how many companies are in it
 */
export function b2bYear(seed: number, until: string, size = COMPANIES): B2bYear {
  const calendar = new Calendar(until);
  const companies = companiesOf(seed, size);
  const mailings = mailingsOf(seed, calendar, companies);
  const campaigns = [...new Map(mailings.map(({ campaign }) => [campaign.key, campaign])).values()];
  const { facts, won } = salesOf(seed, calendar, companies, campaigns);
  const reading = readingOf(seed, calendar, companies, campaigns);
  return {
    calendar,
    companies,
    campaigns,
    mailings,
    facts: [
      ...accountFacts([...companies, ...FOUND_BY_SALES]),
      ...financeFacts(seed, calendar, campaigns),
      ...facts,
      ...reading,
    ],
    won,
    agreement: agreement(calendar),
  };
}
