import type { Channel } from '#lib/kernel';

/** What is known of a message that was sent, one bit each: it is counted once in each that is true of it. */
export const SEEN_BITS = {
  ...{
    delivered: 1,
    bounced: 2,
    hard: 4,
    complained: 8,
    opened: 16,
    byMachine: 32,
    clicked: 64,
    clickedByMachine: 128,
  },
  ...{ replied: 256, withdrawn: 512 },
} as const;

/**
 * The same of a message that was not sent: another one of its request was, and has not come back. It is no bit of
 * `SEEN_BITS`, whose figures are of what was sent.
 */
export const REACHED_OTHERWISE = 1024;

/** What messages are of. */
export interface MessageKind {
  readonly test: boolean;
  readonly channel: Channel;
  readonly campaign: string | null;
  readonly topic: string | null;
  /** Key, version and subject of its template. */
  readonly template: string;
  readonly templateVersion: number;
  readonly subject: string | null;
  readonly path: string | null;
  readonly step: string | null;
}

/** What is true of messages that are counted together. */
export type MessageCell =
  | (MessageKind & {
      readonly kind: 'message';
      readonly standing: 'sent' | 'dropped' | 'failed' | 'unknown';
      readonly reason: string | null;
      /** Sum of `SEEN_BITS`, or `REACHED_OTHERWISE`, or 0. */
      readonly seen: number;
    })
  | {
      /** It arrived with a link to the address, or with any. */
      readonly kind: 'link' | 'holds';
      readonly campaign: string | null;
      readonly address: string | null;
      /** Whether a person followed it (`clicked`), or a machine alone. */
      readonly seen: number;
    }
  | DrawCell;

/** What was drawn, counted with one of the messages that came of it, and what came of all of them. */
export interface DrawCell {
  readonly kind: 'best_channel' | 'best_time';
  readonly goal: string;
  readonly segment: string;
  /** Of a time; null of a channel, which is what was drawn. */
  readonly channel: Channel | null;
  /** Whether it fell into the control share. */
  readonly control: boolean;
  /** Within how many hours of its end the goal was met, at most `MOST_HOURS`; 0: it was not. */
  readonly hours: number;
}

/** What happens later is no success of a draw. */
export const MOST_HOURS = 720;

/** Draws of which no message has ended. */
export interface OpenDraws extends Omit<DrawCell, 'hours'> {
  /** In which of the stretches of time that were asked about, from 0. */
  readonly stretch: number;
  readonly draws: number;
}

/** Messages of one cell. */
export interface CountedCell {
  readonly cell: MessageCell;
  readonly messages: number;
}

/** Messages that have not ended: what they are of, and what they wait for. */
export interface WaitingMessages extends MessageKind {
  readonly reason: string | null;
  readonly messages: number;
}

/** All messages of a brand and a period. */
export interface KeptMessages {
  readonly cells: readonly CountedCell[];
  readonly waiting: readonly WaitingMessages[];
}
