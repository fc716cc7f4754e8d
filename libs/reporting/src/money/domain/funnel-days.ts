import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { type Books, conversionsOf } from './books.js';
import { FUNNEL, type FUNNELS, type FunnelStage, furthest, leadsOf } from './funnel-report.js';

/** What the funnel report says of one day and stage, as far as it adds up over days. */
export interface FunnelDay {
  /** YYYY-MM-DD, where the books' days begin. */
  readonly day: string;
  readonly of: (typeof FUNNELS)[number];
  readonly stage: FunnelStage;
  reached: number;
  /** Of deals, each where its amount is known; empty for stages that are no deals. */
  readonly amounts: (number | null)[];
  /** Leads that took a known time from the stage before, and how many days those took together. */
  timed: number;
  daysFromBefore: number;
}

/** The funnel report day by day, of both sorts; of each sort the days of a period add up to it. Days without anything have no row. */
export function funnelDays(books: Books, asOf: EpochMs): FunnelDay[] {
  const rows = new Map<string, FunnelDay>();
  const row = (of: FunnelDay['of'], at: EpochMs, stage: FunnelStage): FunnelDay => {
    const day = books.dayOf(at);
    const key = `${day} ${of} ${stage}`;
    let known = rows.get(key);
    if (known === undefined) {
      known = { day, of, stage, reached: 0, amounts: [], timed: 0, daysFromBefore: 0 };
      rows.set(key, known);
    }
    return known;
  };
  const leads = leadsOf(books, asOf);
  for (const lead of leads.values()) {
    const { first, times } = lead;
    FUNNEL.forEach((stage, place) => {
      const at = times[place] ?? null;
      const before = place === 0 ? null : (times[place - 1] ?? null);
      if (first <= asOf && place <= furthest(lead)) row('cohort', first, stage).reached += 1;
      if (at === null) return;
      if (!isDeal(stage) && at <= asOf) row('event', at, stage).reached += 1;
      if (before === null || at < before) return;
      for (const timed of [
        ...(first <= asOf ? [row('cohort', first, stage)] : []),
        ...(at <= asOf ? [row('event', at, stage)] : []),
      ]) {
        timed.timed += 1;
        timed.daysFromBefore += (at - before) / DAY;
      }
    });
  }
  for (const stage of FUNNEL.filter(isDeal))
    for (const { at, lead, amount } of conversionsOf(books, { of: stage, event: null })) {
      if (at > asOf) continue;
      const event = row('event', at, stage);
      event.reached += 1;
      event.amounts.push(amount);
      const first = lead === null ? undefined : leads.get(lead)?.first;
      if (first !== undefined && first <= asOf) row('cohort', first, stage).amounts.push(amount);
    }
  return [...rows.values()];
}

function isDeal(stage: FunnelStage): stage is 'opportunity' | 'won' {
  return stage === 'opportunity' || stage === 'won';
}
