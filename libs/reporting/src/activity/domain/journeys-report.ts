import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { madeOf } from '../../domain/behind.js';
import {
  count,
  days,
  known,
  rate,
  ratio,
  type Report,
  type ReportCell,
  type ReportRow,
  text,
} from '../../domain/report.js';
import { compare, quantile } from '../../money/domain/amounts.js';
import type { Books } from '../../money/domain/books.js';
import { type MoneyData, reportOf } from '../../money/domain/frame.js';
import { orNone } from '../../money/domain/revenue-reports.js';
import type { Engagement, Entry } from './activity.js';
import { ofEntry, peopleSent } from './people-behind.js';

/** What a journey is for: a click in a mail of it, an event of one's own, a place at an event, or a deal. */
export const GOALS = ['click', 'visit', 'registration', 'event', 'lead', 'opportunity', 'won'] as const;
export type Goal = (typeof GOALS)[number];

export interface JourneyShape {
  readonly goal: Goal;
  /** Of events of one's own: those of this name; null for any. */
  readonly event: string | null;
  /** Within so many days after somebody came into the journey. */
  readonly windowDays: number;
}

/**
 * Of the different people who came into each journey in the period, who reached its goal afterwards. A person comes in with
 * the first message of the campaign. A lead or a deal is that of the people it names, and where it names none that of
 * everybody in its account.
 */
export function journeysReport(data: MoneyData, { goal, event, windowDays }: JourneyShape): Report {
  const { activity, frame } = data;
  const reachedAt = goalOf(data, goal, event);
  const came = activity.entries.filter(({ first }) => first >= frame.from);
  const journeys = new Map<string, Entry[]>();
  for (const entry of came) {
    const there = journeys.get(entry.campaign ?? '');
    if (there === undefined) journeys.set(entry.campaign ?? '', [entry]);
    else there.push(entry);
  }
  const times = (entries: readonly Entry[]): { readonly entry: Entry; readonly took: number }[] =>
    entries.flatMap((entry) => {
      const end = Math.min(entry.first + windowDays * DAY, frame.asOf);
      const at = reachedAt(entry).find((one) => one >= entry.first && one <= end);
      return at === undefined ? [] : [{ entry, took: (at - entry.first) / DAY }];
    });
  const row = (name: ReportCell, entries: readonly Entry[]): ReportRow => {
    const reached = times(entries);
    const there = reached.map(({ entry }) => entry);
    const [came, arrived] = [entries, there].map((some) => new Set(some.map(({ contact }) => contact)).size);
    const took = quantile(
      reached.map((one) => one.took),
      0.5,
    );
    return {
      cells: [
        name,
        madeOf(known(came ?? 0), () => peopleSent(data, entries)),
        madeOf(known(arrived ?? 0), () => peopleSent(data, there)),
        ratio(arrived ?? 0, came ?? 0),
        madeOf(orNone(took), () => reached.map(({ entry, took: days }) => ofEntry(data, entry, days))),
      ],
    };
  };
  return reportOf('journeys', data, {
    columns: [text('campaign'), count('entrants'), count('goal_reached'), rate('goal_rate'), days('days_median')],
    rows: [...journeys]
      .sort(([a, some], [b, others]) => others.length - some.length || compare(a, b))
      .map(([name, entries]) => row(known(name), entries)),
    total: row(known(''), came),
    notes: [{ key: 'journeys', values: { days: windowDays } }],
    of: 'cohort',
  });
}

/** When somebody reached the goal, oldest first. */
function goalOf(
  { books, activity }: MoneyData,
  goal: Goal,
  event: string | null,
): (entry: Entry) => readonly EpochMs[] {
  const found = new Map<string, EpochMs[]>();
  const put = (key: string, at: EpochMs): void => {
    const there = found.get(key);
    if (there === undefined) found.set(key, [at]);
    else there.push(at);
  };
  const keysOf = keysOfGoal(goal);
  for (const one of activity.engagements) for (const key of keysOf(one)) put(key, one.at);
  for (const { whose, at } of factsOfGoal(books, goal, event)) for (const key of whose) put(key, at);
  for (const times of found.values()) times.sort((a, b) => a - b);
  const at = (key: string): readonly EpochMs[] => found.get(key) ?? [];
  if (goal === 'click') return ({ contact, campaign }) => at(JSON.stringify([contact, campaign]));
  return ({ contact, account }) => [...at(contact), ...(account === contact ? [] : at(account))].sort((a, b) => a - b);
}

/** Of what was done: under whom it is found. A click is one in a message of the journey itself. */
function keysOfGoal(goal: Goal): (one: Engagement) => readonly string[] {
  return ({ kind, contact, campaign }) => {
    // Events of one's own are read from the facts, which know their names.
    if (contact === null || kind !== goal || goal === 'event') return [];
    return [goal === 'click' ? JSON.stringify([contact, campaign]) : contact];
  };
}

function factsOfGoal(
  books: Books,
  goal: Goal,
  event: string | null,
): readonly { readonly whose: readonly string[]; readonly at: EpochMs }[] {
  const of = (
    fact: Parameters<Books['accountOf']>[0],
    at: EpochMs,
    people: readonly string[] = [],
  ): { readonly whose: readonly string[]; readonly at: EpochMs } => {
    const named = [...new Set([...people, ...(fact.contactId === undefined ? [] : [fact.contactId])])];
    return { at, whose: named.length > 0 ? named : [books.accountOf(fact)] };
  };
  switch (goal) {
    case 'event':
      return books.customs.filter(({ name }) => event === null || name === event).map((one) => of(one, one.at));
    case 'lead':
      return books.stages.filter(({ stage }) => stage !== 'contact').map((one) => of(one, one.at));
    case 'opportunity':
    case 'won':
      return books.opportunities.flatMap((deal) => {
        const at = goal === 'won' ? (deal.status === 'won' ? deal.closedAt : undefined) : deal.at;
        const people = deal.roles.map(({ contactId }) => contactId);
        return at === undefined ? [] : [of(deal, at, people)];
      });
    default:
      return [];
  }
}
