import { type Channel, CHANNELS, MESSAGE_CLASSES, type MessageClass, type MessageId } from '#lib/kernel';
import { DEFAULT_PRIORITY, type Message } from './message.js';

export const LANES = [1, 2, 3, 4, 5, 6] as const;
/**
 * A lane of a channel's queue, which is the priority of its jobs: what stands in one is taken up before all that stands
 * in later ones. None is 0, because BullMQ takes up jobs without a priority before all others.
 */
export type Lane = (typeof LANES)[number];

/** What of a message says in which queue it waits, and in which lane of it. */
export type ToWake = Pick<Message, 'channel' | 'class' | 'priority'>;
/** Every kind there may be: priorities go from 0 to 9. */
export const KINDS_TO_WAKE: readonly ToWake[] = CHANNELS.flatMap((channel) =>
  MESSAGE_CLASSES.flatMap((messageClass) =>
    Array.from({ length: 10 }, (_, priority) => ({ channel, class: messageClass, priority })),
  ),
);

/** One job of a queue. */
export interface LaneWakeUp {
  readonly channel: Channel;
  readonly lane: Lane;
  readonly ids: readonly MessageId[];
}

const BY_CLASS: Readonly<Record<MessageClass, readonly [above: Lane, usual: Lane, below: Lane]>> = {
  transactional: [1, 2, 3],
  commercial: [4, 5, 6],
};

/**
 * Somebody waits for a transactional message, for a commercial one nobody; within a class it matters whether its caller
 * wants it before the usual or behind. A lane for each priority would tear a mixed batch into twenty jobs.
 */
export function laneOf({ class: messageClass, priority }: Pick<ToWake, 'class' | 'priority'>): Lane {
  const [above, usual, below] = BY_CLASS[messageClass];
  if (priority === DEFAULT_PRIORITY) return usual;
  return priority > DEFAULT_PRIORITY ? above : below;
}

/** The lane of a job; the last for one of a version that knew no lanes, of which nothing can be told. */
export function laneOfJob(priority: number | undefined): Lane {
  return LANES.find((lane) => lane === priority) ?? 6;
}

export function classOf(lane: Lane): MessageClass {
  return BY_CLASS.transactional.includes(lane) ? 'transactional' : 'commercial';
}

/** Jobs of `most` messages at most, one lane of one channel each, the most urgent first. */
export function wakeUpsOf(messages: readonly (ToWake & Pick<Message, 'id'>)[], most: number): LaneWakeUp[] {
  const all: LaneWakeUp[] = [];
  const open = new Map<string, MessageId[]>();
  for (const message of messages) {
    const { id, channel } = message;
    const lane = laneOf(message);
    const key = `${lane} ${channel}`;
    const ids = open.get(key);
    if (ids !== undefined && ids.length < most) {
      ids.push(id);
      continue;
    }
    const begun = [id];
    open.set(key, begun);
    all.push({ channel, lane, ids: begun });
  }
  return all.toSorted((a, b) => a.lane - b.lane);
}
