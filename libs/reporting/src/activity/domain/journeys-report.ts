import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { madeOf, type Source } from '../../domain/behind.js';
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
import { campaignIn, instantOf, isFirst } from './contact-block.js';
import type { ContactAt, Entry, EntryAt } from './contact-touches.js';
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
  const { contacts } = activity;
  const goals = goalOf(data, goal, event);
  /** How many days after coming in the goal was reached; null for not. */
  const tookOf = (first: EpochMs, reached: readonly EpochMs[]): number | null => {
    const end = Math.min(first + windowDays * DAY, frame.asOf);
    const at = reached.find((one) => one >= first && one <= end);
    return at === undefined ? null : (at - first) / DAY;
  };
  const came = ({ first }: EntryAt): boolean => first >= frame.from;
  const journeys: Journey[] = [];
  const all = newJourney();
  contacts.eachContact(frame, (whose) => {
    const { block, end } = whose;
    const reached = goals(whose);
    let [hasCome, hasArrived] = [false, false];
    for (let i = whose.first; i < end; i++) {
      const what = block.whats[i] ?? 0;
      if (!isFirst(what)) continue;
      hasCome = true;
      const campaign = campaignIn(what);
      const journey = (journeys[campaign] ??= newJourney());
      journey.entrants++;
      const took = reached === null ? null : tookOf(instantOf(block, i), reached(campaign));
      if (took === null) continue;
      hasArrived = true;
      journey.arrived++;
      journey.took.push(took);
      all.took.push(took);
    }
    all.entrants += Number(hasCome);
    all.arrived += Number(hasArrived);
  });
  const row = (name: ReportCell, of: number | null, { entrants, arrived, took }: Journey): ReportRow => {
    const isHere = (entry: EntryAt): boolean => (of === null || entry.campaign === of) && came(entry);
    const entered = () => contacts.entries(frame, (entry) => (isHere(entry) ? 1 : null));
    const reached = () =>
      contacts.entries(frame, (entry) => {
        const times = isHere(entry) ? goals(entry.whose) : null;
        return times === null ? null : tookOf(entry.first, times(entry.campaign));
      });
    const people = (some: readonly { readonly entry: Entry }[]): Source[] =>
      peopleSent(
        data,
        some.map(({ entry }) => entry),
      );
    return {
      cells: [
        name,
        madeOf(known(entrants), () => people(entered())),
        madeOf(known(arrived), () => people(reached())),
        ratio(arrived, entrants),
        madeOf(orNone(quantile(Float64Array.from(took), 0.5)), () =>
          reached().map(({ entry, of: days }) => ofEntry(data, entry, days)),
        ),
      ],
    };
  };
  const named = journeys.flatMap((journey, of) => ({ of, journey, name: contacts.numbers.campaigns.nameOf(of) ?? '' }));
  return reportOf('journeys', data, {
    columns: [text('campaign'), count('entrants'), count('goal_reached'), rate('goal_rate'), days('days_median')],
    rows: named
      .sort((a, b) => b.journey.entrants - a.journey.entrants || compare(a.name, b.name))
      .map(({ of, journey, name }) => row(known(name), of, journey)),
    total: row(known(''), null, all),
    notes: [{ key: 'journeys', values: { days: windowDays } }],
    of: 'cohort',
  });
}

/** What became of the people of one journey, or of all. */
interface Journey {
  entrants: number;
  arrived: number;
  /** In days, of each that reached the goal; of all, of each journey that somebody came into. */
  readonly took: number[];
}

function newJourney(): Journey {
  return { entrants: 0, arrived: 0, took: [] };
}

/** When a contact reached the goal of a journey, oldest first; null for never. */
type Goals = (whose: ContactAt) => ((campaign: number) => readonly EpochMs[]) | null;

function goalOf({ books, activity: { contacts } }: MoneyData, goal: Goal, event: string | null): Goals {
  if (goal === 'click') return (whose) => (whose.didNothing ? null : (campaign) => whose.timesOf('click', campaign));
  if (goal === 'visit')
    return (whose) => {
      if (whose.didNothing) return null;
      const times = whose.timesOf('visit', null);
      return () => times;
    };
  const { accounts, contacts: people } = contacts.numbers;
  const ofPeople = new Times(people.size);
  const ofAccounts = new Times(accounts.size);
  for (const { whose, at } of factsOfGoal(books, goal, event))
    for (const key of whose) {
      ofPeople.put(people.numberOf(key), at);
      ofAccounts.put(accounts.numberOf(key), at);
    }
  return ({ contact, account }) => {
    if (!ofPeople.has(contact) && !ofAccounts.has(account)) return null;
    // Whoever has no account is one, under the same id.
    const times = [...ofPeople.of(contact), ...ofAccounts.of(account)].sort((a, b) => a - b);
    return () => times;
  };
}

/** Instants by the numbers of whom they are. */
class Times {
  private readonly known = new Map<number, EpochMs[]>();
  /** Nearly everybody has none. */
  private readonly flags: Uint8Array;

  constructor(size: number) {
    this.flags = new Uint8Array(size);
  }

  has(whose: number): boolean {
    return this.flags[whose] === 1;
  }

  of(whose: number): readonly EpochMs[] {
    return this.known.get(whose) ?? [];
  }

  /** @param whose below 0: nobody */
  put(whose: number, at: EpochMs): void {
    if (whose < 0) return;
    this.flags[whose] = 1;
    const there = this.known.get(whose);
    if (there === undefined) this.known.set(whose, [at]);
    else there.push(at);
  }
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
    case 'registration':
      return books.customs.flatMap((one) =>
        one.action === 'registration' && one.contactId !== undefined ? [{ at: one.at, whose: [one.contactId] }] : [],
      );
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
