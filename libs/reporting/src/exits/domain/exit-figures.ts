import type { Channel } from '#lib/kernel';
import type { ReadIn } from '../../domain/asked.js';

/** Where a message stands for a report: in between, or ended in one of the ways there are. */
export const STANDINGS = ['processing', 'sent', 'dropped', 'failed', 'unknown'] as const;
export type Standing = (typeof STANDINGS)[number];

/** Where messages of a kind come from. Null: without one. */
export interface ExitPlace {
  readonly campaign: string | null;
  /** The path of the journey, or the arm of its test: what the caller named as variant. */
  readonly path: string | null;
  readonly step: string | null;
  readonly channel: Channel;
}

/** How many messages stand somewhere, and why. */
export interface Stood {
  readonly standing: Standing;
  /** Why it was not sent; of what is in between, what it waits for; null where there is nothing to say. */
  readonly reason: string | null;
  readonly messages: number;
  /** Of those, whose contact another message of the same request reached: it was sent, and has not come back. Left out: none. */
  readonly reached?: number;
}

/** One line of the count. */
export type CountedExit = ExitPlace & Stood;

/** Messages that were accepted, and every one of them again where it stands. */
export interface ExitCount {
  readonly inflow: number;
  readonly processing: number;
  readonly sent: number;
  /** Those that left without being sent, by how and why, the most frequent first. */
  readonly exits: readonly Stood[];
  /** What those in between wait for. Empty in a report about the past, of which that is not kept. */
  readonly waiting: readonly Stood[];
}

export type ExitRow = ExitPlace & ExitCount;

export interface ExitFigures {
  readonly rows: readonly ExitRow[];
  readonly total: ExitCount;
}

/** What one statement read. */
export interface CountedExits extends ReadIn {
  readonly lines: readonly CountedExit[];
  /** Every message of the period, counted by itself in the same statement. */
  readonly accepted: number;
}

/**
 * Rows by campaign, path, step and channel, and their sum.
 * @throws Error when the parts are not the whole: figures that do not add up are not shown.
 */
export function exitFigures({ lines, accepted }: Pick<CountedExits, 'lines' | 'accepted'>): ExitFigures {
  const places = new Map<string, [ExitPlace, CountedExit[]]>();
  for (const line of lines) {
    const { campaign, path, step, channel } = line;
    const name = JSON.stringify([campaign, path, step, channel]);
    const known = places.get(name);
    if (known === undefined) places.set(name, [{ campaign, path, step, channel }, [line]]);
    else known[1].push(line);
  }
  const rows = [...places.values()].map(([place, here]) => ({ ...place, ...countOf(here) })).sort(inOrder);
  const total = countOf(lines);
  if (total.inflow !== accepted || sum(rows.map(({ inflow }) => inflow)) !== accepted) {
    throw new Error(`${accepted} messages were accepted, and ${total.inflow} stand somewhere`);
  }
  return { rows, total };
}

/** Of all who left without being sent. */
export function exitsOf({ exits }: Pick<ExitCount, 'exits'>): number {
  return sum(exits.map(({ messages }) => messages));
}

/** Reasons by which nobody is lost: who waited for another way and was reached by it, or was never to be. */
export const NOT_LOST: readonly string[] = ['reached_on_other_channel', 'holdout'];

/** Of those who left without being sent, who was to be reached and was not. */
export function lostOf({ exits }: Pick<ExitCount, 'exits'>): number {
  return sum(exits.filter(mayBeLost).map(({ messages, reached = 0 }) => messages - reached));
}

/** Of those who left by a reason that loses somebody, who was reached by another message of the same request. */
export function reachedOtherwise({ exits }: Pick<ExitCount, 'exits'>): number {
  return sum(exits.filter(mayBeLost).map(({ reached = 0 }) => reached));
}

function mayBeLost({ reason }: Stood): boolean {
  return reason === null || !NOT_LOST.includes(reason);
}

/** Every way out that occurs in the figures, the most frequent first: the columns of a table. */
export function waysOut({ total }: ExitFigures): Pick<Stood, 'standing' | 'reason'>[] {
  return total.exits.map(({ standing, reason }) => ({ standing, reason }));
}

/** How many of a row left this way. */
export function leftBy({ exits }: Pick<ExitCount, 'exits'>, way: Pick<Stood, 'standing' | 'reason'>): number {
  return exits.find(({ standing, reason }) => standing === way.standing && reason === way.reason)?.messages ?? 0;
}

function countOf(lines: readonly Stood[]): ExitCount {
  const messages = (wanted: Standing): number =>
    sum(lines.filter(({ standing }) => standing === wanted).map((line) => line.messages));
  return {
    inflow: sum(lines.map((line) => line.messages)),
    processing: messages('processing'),
    sent: messages('sent'),
    exits: together(lines.filter(({ standing }) => standing !== 'processing' && standing !== 'sent')),
    waiting: together(lines.filter(({ standing, reason }) => standing === 'processing' && reason !== null)),
  };
}

/** One for each way, the most frequent first; those of equal number in order of their names. */
function together(lines: readonly Stood[]): Stood[] {
  const ways = new Map<string, Stood>();
  for (const { standing, reason, messages, reached = 0 } of lines) {
    const name = `${standing} ${reason ?? ''}`;
    const known = ways.get(name);
    const all = reached + (known?.reached ?? 0);
    ways.set(name, {
      ...{ standing, reason, messages: messages + (known?.messages ?? 0) },
      ...(all > 0 && { reached: all }),
    });
  }
  return [...ways.entries()]
    .sort(([a, x], [b, y]) => y.messages - x.messages || (a < b ? -1 : 1))
    .map(([, way]) => way);
}

/** What belongs to nothing stands last; otherwise by code units, the same on every machine. */
function inOrder(a: ExitPlace, b: ExitPlace): number {
  for (const part of ['campaign', 'path', 'step', 'channel'] as const) {
    const [x, y] = [a[part], b[part]];
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    return x < y ? -1 : 1;
  }
  return 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
