import type { EpochMs } from '#lib/kernel';
import { segmentsOfConversions } from '../../activity/domain/segments-report.js';
import { type Exposure, ripeBefore } from './exposures.js';
import { type Books, conversionsOf, qualifiedLeads } from './books.js';
import type { MoneyFrame } from './frame.js';
import { FUNNEL, type FUNNELS, leadsThatReached } from './funnel-report.js';
import type { Segment } from './revenue-reports.js';
import type { OutcomeFact } from './outcome-facts.js';
import { factsWithin, type VariantsShape } from './variants-report.js';

/** Stages that figures of leads are about: those of the funnel, and the one at which a lead is marketing's. */
export const STAGES_BEHIND = [...FUNNEL, 'qualified'] as const;

/** Which leads are behind a figure. */
export interface LeadFilter {
  readonly of: (typeof FUNNELS)[number];
  readonly stage: (typeof STAGES_BEHIND)[number];
  readonly segment: { readonly by: Segment; readonly is: string } | null;
}

export interface LeadBehind {
  readonly lead: string;
  /** When it came. */
  readonly first: EpochMs;
  /** When it reached the stage; null where only a later one is known. */
  readonly at: EpochMs | null;
  readonly account: string;
  /** As the CRM calls the account; its id where nobody said. */
  readonly accountName: string;
  /** The fact by which the stage, or the next one that is known, was reached. */
  readonly fact: { readonly kind: 'stage' | 'opportunity'; readonly id: string };
}

/** The leads behind a figure, by when they came and then by id. */
export function leadsBehind(
  books: Books,
  frame: Pick<MoneyFrame, 'from' | 'to' | 'asOf'>,
  { of, stage, segment }: LeadFilter,
): LeadBehind[] {
  const whose = new Map(books.stages.map((one) => [one.lead, books.accountOf(one)]));
  const named = (lead: string) => {
    const account = whose.get(lead) ?? '';
    return { lead, account, accountName: books.accounts.get(account)?.name ?? account };
  };
  if (stage === 'qualified') {
    const inSegment = segment === null ? null : leadsOfSegment(books, segment);
    return qualifiedLeads(books)
      .filter(({ at, id }) => at >= frame.from && at < frame.to && at <= frame.asOf && (inSegment?.has(id) ?? true))
      .map(({ lead, at, id }) => ({ ...named(lead), first: at, at, fact: { kind: 'stage', id } }));
  }
  const place = FUNNEL.indexOf(stage);
  return leadsThatReached(books, frame, of, stage).flatMap(({ lead, first, times, facts }): LeadBehind[] => {
    const fact = facts[place] ?? facts.find((one, i) => i > place && one !== null);
    return fact === undefined || fact === null ? [] : [{ ...named(lead), first, at: times[place] ?? null, fact }];
  });
}

function leadsOfSegment(books: Books, { by, is }: NonNullable<LeadFilter['segment']>): ReadonlySet<string> {
  const of = segmentsOfConversions(books, by);
  const leads = conversionsOf(books, { of: 'lead', event: null });
  return new Set(leads.filter((lead) => of(lead).includes(is)).map(({ id }) => id));
}

/** Which outcomes are behind a figure of a variant. */
export interface OutcomeFilter extends Pick<VariantsShape, 'unit' | 'windowDays'> {
  readonly campaign: string;
  readonly variant: string;
  readonly what: OutcomeFact['kind'];
}

export interface OutcomeBehind extends OutcomeFact {
  readonly accountName: string;
  /** When whoever it is of met the variant. */
  readonly metAt: EpochMs;
}

/** What is behind a figure of a variant, of those who met it long enough ago, by when it happened and then by id. */
export function outcomesBehind(
  books: Books,
  asOf: EpochMs,
  exposures: readonly Exposure[],
  { unit, windowDays, campaign, variant, what }: OutcomeFilter,
): OutcomeBehind[] {
  const factsOf = factsWithin(books, unit, windowDays, asOf);
  const before = ripeBefore(windowDays, asOf);
  return exposures
    .filter((one) => one.campaign === campaign && one.variant === variant && one.at < before)
    .flatMap((one) =>
      factsOf(one)
        .filter(({ kind }) => kind === what)
        .map((fact) => ({
          ...fact,
          metAt: one.at,
          accountName: books.accounts.get(fact.account)?.name ?? fact.account,
        })),
    );
}
