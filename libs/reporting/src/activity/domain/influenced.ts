import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type { Known, StageFact } from '../../facts/domain/fact.js';
import { type Books, type Conversion, conversionsOf, qualifiedLeads } from '../../money/domain/books.js';
import type { Engagement } from './activity.js';

/** A lead or a won deal of the period, and what its people did in the look-back before it. */
export interface Influenced<T> {
  readonly what: T;
  /** Oldest first. */
  readonly by: readonly Engagement[];
}

/** From when to when, and as it was known when. */
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly asOf: EpochMs;
}

/** Qualified leads of the period: by what their contact did before, or where none is named their account. */
export function leadsInfluenced(
  books: Books,
  engagements: readonly Engagement[],
  span: Span,
  lookbackDays: number,
): Influenced<Known<StageFact>>[] {
  const of = before(engagements, lookbackDays);
  return qualifiedLeads(books)
    .filter(({ at }) => isIn(at, span))
    .map((what) => ({ what, by: of(what.contactId ?? books.accountOf(what), what.at) }));
}

/** Deals won in the period: by what people with a role in them did before, or where none is named those of the account. */
export function wonInfluenced(
  books: Books,
  engagements: readonly Engagement[],
  span: Span,
  lookbackDays: number,
): Influenced<Conversion>[] {
  const of = before(engagements, lookbackDays);
  return conversionsOf(books, { of: 'won', event: null })
    .filter(({ at }) => isIn(at, span))
    .map((what) => {
      const { committee = new Set<string>(), account, at } = what;
      const whose = committee.size === 0 ? [account] : [...committee];
      return { what, by: whose.flatMap((one) => of(one, at)).sort((a, b) => a.at - b.at) };
    });
}

/** The people and accounts of which either is asked what they did. */
export function influencers(books: Books, span: Span): Set<string> {
  const leads = leadsInfluenced(books, [], span, 0).map(({ what }) => what.contactId ?? books.accountOf(what));
  const won = wonInfluenced(books, [], span, 0).flatMap(({ what: { account, committee } }) =>
    committee === undefined || committee.size === 0 ? [account] : [...committee],
  );
  return new Set([...leads, ...won]);
}

export function isIn(at: EpochMs, { from, to, asOf }: Span): boolean {
  return at >= from && at < to && at <= asOf;
}

/** What a contact or an account did in the look-back before an instant, both ends included. */
function before(engagements: readonly Engagement[], lookbackDays: number) {
  const byWhom = new Map<string, Engagement[]>();
  const put = (whom: string, engagement: Engagement): void => {
    const there = byWhom.get(whom);
    if (there === undefined) byWhom.set(whom, [engagement]);
    else there.push(engagement);
  };
  for (const engagement of engagements) {
    put(engagement.account, engagement);
    if (engagement.contact !== null && engagement.contact !== engagement.account) put(engagement.contact, engagement);
  }
  return (whose: string, end: EpochMs): readonly Engagement[] =>
    (byWhom.get(whose) ?? []).filter(({ at }) => at <= end && at >= end - lookbackDays * DAY);
}
