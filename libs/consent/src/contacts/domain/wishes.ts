import type { Channel } from '#lib/kernel';

/**
 * What a person chose for themselves about when and how often they are written to. Every part can be missing; what is
 * missing was never chosen. Decisions read it as it is here.
 */
export interface Wishes {
  /** IANA zone by which they live, whatever a system believes. */
  readonly zone?: string;
  /** Local hours in which they want to be left alone; days are ISO weekdays, times HH:MM, an end not after its start is on the next day. */
  readonly quietHours?: readonly { readonly days: readonly Weekday[]; readonly start: string; readonly end: string }[];
  /** The most they want to get: so many in a rolling window (ISO 8601), on one channel or about one topic, or in all. */
  readonly frequency?: readonly {
    readonly limit: number;
    readonly window: string;
    readonly channel: Channel | null;
    readonly topic: string | null;
  }[];
}

type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** As many parts of a wish as may be set by hand. */
const MOST = 20;

/**
 * What holds a message back by the wishes of either of two contacts who are one person.
 * @param zone by which they live; null: neither says
 */
export function mergeWishes(a: Wishes, b: Wishes, zone: string | null): Wishes {
  const unique = <T>(all: readonly T[]): T[] =>
    [...new Map(all.map((one) => [JSON.stringify(one), one])).values()].slice(0, MOST);
  const quietHours = unique([...(a.quietHours ?? []), ...(b.quietHours ?? [])]);
  const frequency = unique([...(a.frequency ?? []), ...(b.frequency ?? [])]);
  return {
    ...(zone === null ? {} : { zone }),
    ...(quietHours.length === 0 ? {} : { quietHours }),
    ...(frequency.length === 0 ? {} : { frequency }),
  };
}
