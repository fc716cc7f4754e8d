import type { EpochMs } from '#lib/kernel';
import type { Known, Money, OpportunityFact } from '../../facts/domain/fact.js';
import { type Books, conversionsOf, regionOf, wasOpenAtEnd } from './books.js';
import { segmentsOfConversions } from '../../activity/domain/segments-report.js';
import type { MoneyFrame } from './frame.js';
import type { Segment } from './revenue-reports.js';

/** Of a figure of deals: those that were open at the end of the period, that were won or lost in the period, or that were opened in it. */
export const DEALS = ['open', 'won', 'lost', 'opened'] as const;

/** Which deals are behind a figure; what is null narrows nothing. */
export interface DealFilter {
  readonly about: (typeof DEALS)[number];
  readonly region: string | null;
  /** Id of an account. */
  readonly account: string | null;
  readonly segment: { readonly by: Segment; readonly is: string } | null;
}

export interface DealBehind {
  readonly id: string;
  readonly account: string;
  /** As the CRM calls the account; its id where nobody said. */
  readonly accountName: string;
  readonly region: string;
  readonly status: OpportunityFact['status'];
  readonly openedAt: EpochMs;
  readonly closedAt: EpochMs | null;
  /** As it was stated. */
  readonly stated: Money;
  /** In the currency that was asked for; null: no rate of its day is known. */
  readonly value: number | null;
}

/** The deals behind a figure, by when they were opened and then by id. */
export function dealsBehind(
  books: Books,
  { from, to, asOf }: Pick<MoneyFrame, 'from' | 'to' | 'asOf'>,
  { about, region, account, segment }: DealFilter,
): DealBehind[] {
  const isIn = (at: EpochMs | undefined): boolean => at !== undefined && at >= from && at < to && at <= asOf;
  const isAbout = (deal: Known<OpportunityFact>): boolean => {
    if (about === 'opened') return isIn(deal.at);
    if (about === 'open') return wasOpenAtEnd(deal, { to, asOf });
    return deal.status === about && isIn(deal.closedAt);
  };
  const inSegment = segment === null ? () => true : dealsOfSegment(books, segment);
  return books.opportunities.flatMap((deal): DealBehind[] => {
    const [of, where] = [books.accountOf(deal), regionOf(books, deal)];
    if (!isAbout(deal) || (region !== null && where !== region) || (account !== null && of !== account)) return [];
    if (!inSegment(deal.id)) return [];
    const counted = about === 'open' || about === 'opened' ? deal.at : (deal.closedAt ?? deal.at);
    return [
      {
        ...{ id: deal.id, account: of, accountName: books.accounts.get(of)?.name ?? of, region: where },
        ...{ status: deal.status, openedAt: deal.at, closedAt: deal.closedAt ?? null, stated: deal.value },
        value: books.convert(deal.value, books.dayOf(counted)),
      },
    ];
  });
}

/** Whether a deal is of a segment, as the report on segments counts it. */
function dealsOfSegment(books: Books, { by, is }: NonNullable<DealFilter['segment']>): (id: string) => boolean {
  const of = segmentsOfConversions(books, by);
  const deals = conversionsOf(books, { of: 'opportunity', event: null });
  const found = new Set(deals.filter((deal) => of(deal).includes(is)).map(({ id }) => id));
  return (id) => found.has(id);
}
