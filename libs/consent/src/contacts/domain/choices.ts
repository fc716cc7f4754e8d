import { type EpochMs, isSame } from '#lib/kernel';
import type { Wishes } from './wishes.js';

/** What people choose about themselves on their page, as a contact has it. */
export interface Choosable {
  readonly language: string | null;
  readonly pausedUntil: EpochMs | null;
  readonly wishes: Wishes;
}

/** The same, each choice by the name it has where it is told of; null: it was not made. */
export interface Choices {
  readonly language: string | null;
  readonly pausedUntil: EpochMs | null;
  readonly 'wishes.zone': NonNullable<Wishes['zone']> | null;
  readonly 'wishes.quietHours': NonNullable<Wishes['quietHours']> | null;
  readonly 'wishes.frequency': NonNullable<Wishes['frequency']> | null;
}
export type Choice = keyof Choices;

const WISHES = ['wishes.zone', 'wishes.quietHours', 'wishes.frequency'] as const;
export const CHOICES = ['language', 'pausedUntil', ...WISHES] as const satisfies readonly Choice[];

export function choicesOf({ language, pausedUntil, wishes }: Choosable): Choices {
  return { language, pausedUntil, ...wishesApart(wishes) };
}

function wishesApart({ zone, quietHours, frequency }: Wishes): Pick<Choices, (typeof WISHES)[number]> {
  return {
    'wishes.zone': zone ?? null,
    'wishes.quietHours': quietHours ?? null,
    'wishes.frequency': frequency ?? null,
  };
}

/** What somebody has with other choices in place of their own; a choice that is left out stays. */
export function withChoices<Fields extends Choosable>(fields: Fields, chosen: Partial<Choices>): Fields {
  const all: Choices = { ...choicesOf(fields), ...chosen };
  const { 'wishes.zone': zone, 'wishes.quietHours': quietHours, 'wishes.frequency': frequency } = all;
  const wishes = {
    ...(zone === null ? {} : { zone }),
    ...(quietHours === null ? {} : { quietHours }),
    ...(frequency === null ? {} : { frequency }),
  };
  return { ...fields, language: all.language, pausedUntil: all.pausedUntil, wishes };
}

/** The choices that are others afterwards, as they are then. */
export function choicesMade(before: Choosable, after: Choosable): Partial<Choices> {
  const [was, is] = [choicesOf(before), choicesOf(after)];
  return only(
    is,
    CHOICES.filter((choice) => !isSame(was[choice], is[choice])),
  );
}

/** These choices of all. */
export function only(all: Partial<Choices>, choices: readonly Choice[]): Partial<Choices> {
  return Object.fromEntries(choices.map((choice) => [choice, all[choice]])) as Partial<Choices>;
}

/** What a change set, and what that had been before. */
export interface ChoiceChange {
  readonly before: Partial<Choices>;
  readonly after: Partial<Choices>;
}

/** Choices as a change has them on file: until wishes were told apart, all of somebody's stood there as one. */
export type FiledChoices = Partial<Choices & Pick<Choosable, 'wishes'>>;

/** A change as it is on file, of whatever time: of wishes that stand there as one, those that it changed. */
export function readChange(before: FiledChoices, after: FiledChoices): ChoiceChange {
  const { wishes: wishedBefore = {}, ...was } = before;
  const { wishes, ...is } = after;
  if (wishes === undefined) return { before: was, after: is };
  const [apartBefore, apart] = [wishesApart(wishedBefore), wishesApart(wishes)];
  const changed = WISHES.filter((wish) => !isSame(apartBefore[wish], apart[wish]));
  return { before: { ...was, ...only(apartBefore, changed) }, after: { ...is, ...only(apart, changed) } };
}
