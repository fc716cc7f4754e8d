import { type EpochMs, isSame } from '#lib/kernel';
import { type Choice, type ChoiceChange, CHOICES, type Choosable, choicesOf } from './choices.js';
import type { Wishes } from './wishes.js';

/** One change on the page that was not taken back. */
export interface PageChange extends ChoiceChange {
  readonly at: EpochMs;
}

/** What somebody chose themselves the last time, and when; no value: it is not known, so it is what there is. */
export interface OwnChoice {
  readonly at: EpochMs;
  readonly value?: unknown;
}

/** What the person chose themselves of each of these: on the page, or by what they told the sender. */
export type Chosen = ReadonlyMap<Choice, OwnChoice>;

/** The same, on the page: of how often they want to be written to, that over everything, which is all that it shows. */
export function chosenIn(changes: readonly PageChange[]): Chosen {
  const chosen = new Map<Choice, OwnChoice>();
  for (const { at, before, after } of [...changes].sort((a, b) => a.at - b.at)) {
    for (const choice of CHOICES) {
      const value = onPage(choice, after[choice]);
      if (!isSame(onPage(choice, before[choice]), value)) chosen.set(choice, { at, value });
    }
  }
  return chosen;
}

type Limits = NonNullable<Wishes['frequency']>;

/** What a page has of a choice; null: nothing. */
function onPage(choice: Choice, value: unknown): unknown {
  if (choice !== 'wishes.frequency') return value ?? null;
  const overall = ((value ?? []) as Limits).filter(({ channel, topic }) => channel === null && topic === null);
  return overall.length === 0 ? null : overall;
}

/** What is said of a choice. */
export function valueOf(of: Choosable, choice: Choice): unknown {
  return choicesOf(of)[choice];
}

/** The choices about which something is said. */
export function choicesIn({ language, pausedUntil, wishes }: Partial<Choosable>): Choice[] {
  return CHOICES.filter((choice) => {
    if (choice === 'language') return language !== undefined;
    if (choice === 'pausedUntil') return pausedUntil !== undefined;
    return wishes !== undefined;
  });
}

/**
 * The later of each choice. How often over everything may be said later on the page than what was told of single channels
 * and topics, which it does not show: both count.
 */
export function latestOf(page: Chosen, told: Chosen): Chosen {
  const latest = new Map(page);
  for (const [choice, own] of told) {
    const shown = page.get(choice);
    if (shown === undefined || own.at >= shown.at) latest.set(choice, own);
    else if (choice === 'wishes.frequency' && own.value !== undefined) {
      const single = ((own.value ?? []) as Limits).filter(({ channel, topic }) => channel !== null || topic !== null);
      const value = [...((shown.value ?? []) as Limits), ...single];
      latest.set(choice, { at: shown.at, value: value.length === 0 ? null : value });
    }
  }
  return latest;
}

/**
 * What a program asks for, without what the person chose otherwise themselves: their language, their own hours, zone and
 * frequency, and a break that is not over. The program may add what was not chosen, and pause them for longer; where it
 * takes that back, what the person chose is there again. What the person told the sender later than they chose it counts as
 * theirs.
 * @param saidAt when the person themselves said all that is asked for; null: nobody claims that they did
 * @returns the fields to store, and what was kept as the person has it
 */
export function keepChosen<Fields extends Choosable>(
  present: Choosable,
  asked: Fields,
  chosen: Chosen,
  saidAt: EpochMs | null,
  now: EpochMs,
): { readonly fields: Fields; readonly kept: readonly Choice[] } {
  const kept: Choice[] = [];
  /** What the person has of it themselves; null: nothing that a program could take away. */
  const ownOf = (choice: Choice): unknown => {
    const own = chosen.get(choice);
    if (own === undefined || (saidAt !== null && saidAt > own.at)) return null;
    return (own.value === undefined ? valueOf(present, choice) : own.value) ?? null;
  };
  const keep = (choice: Choice): unknown => {
    const own = ownOf(choice);
    if (own === null || isSame(own, valueOf(asked, choice))) return null;
    kept.push(choice);
    return own;
  };
  const language = (keep('language') as string | null) ?? asked.language;
  const ownPause = ownOf('pausedUntil') as EpochMs | null;
  const isShorter = (ownPause ?? now) > Math.max(now, asked.pausedUntil ?? now);
  const pausedUntil = (isShorter ? (keep('pausedUntil') as EpochMs | null) : null) ?? asked.pausedUntil;
  let wishes = asked.wishes;
  for (const name of ['zone', 'quietHours'] as const) {
    const own = keep(`wishes.${name}`);
    if (own !== null) wishes = { ...wishes, [name]: own };
  }
  const limits = asked.wishes.frequency ?? [];
  const frequency = withOwn((ownOf('wishes.frequency') ?? []) as Limits, limits);
  if (frequency !== limits) {
    kept.push('wishes.frequency');
    wishes = { ...wishes, frequency };
  }
  return { fields: { ...asked, language, pausedUntil, wishes }, kept };
}

/** Limits that a program asks for, where none of the person's own is left out or stands beside another for the same. */
function withOwn(own: Limits, asked: Limits): Limits {
  const isOwn = (one: Limits[number]): boolean => own.some((mine) => isSame(mine, one));
  const missing = own.filter((mine) => !asked.some((one) => isSame(mine, one)));
  const others = asked.filter(
    (one) => isOwn(one) || !own.some(({ channel, topic }) => channel === one.channel && topic === one.topic),
  );
  return missing.length === 0 && others.length === asked.length ? asked : [...missing, ...others];
}

/**
 * Of two contacts who are one person, what counts of something of which each has one: what the person chose, the last
 * time where they chose both, and otherwise what the first one has.
 */
export function chosenOf<T>(
  choice: Choice,
  [a, ofA]: readonly [T | null, Chosen],
  [b, ofB]: readonly [T | null, Chosen],
): T | null {
  const [atA, atB] = [ofA.get(choice)?.at ?? -Infinity, ofB.get(choice)?.at ?? -Infinity];
  return atB > atA ? (b ?? a) : (a ?? b);
}
