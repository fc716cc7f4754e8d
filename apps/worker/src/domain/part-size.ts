/**
 * What the last parts took, by how many messages they had: sums, in which older parts count less. So it can be told what
 * a part takes however few messages it has, and what each message adds.
 */
export interface Pace {
  readonly parts: number;
  readonly messages: number;
  readonly squares: number;
  readonly ms: number;
  readonly products: number;
}

/** How long parts should take, in milliseconds, and how many messages they may have. */
export interface PartLimits {
  readonly goalMs: number;
  /** At most, where a part of a single message would miss the goal, or nearly so. */
  readonly longestMs: number;
  /** Before anything is known. */
  readonly first: number;
  readonly least: number;
  readonly most: number;
}

export const UNKNOWN_PACE: Pace = { parts: 0, messages: 0, squares: 0, ms: 0, products: 0 };

/** How much a part counts beside the one after it. */
const FADES = 0.7;
/** Below this variance of their sizes, by the square of their mean, parts are taken to be alike: what was fixed cannot be told. */
const ALIKE = 0.01;
/** What a message adds is at least this share of what it took on average: one slow part must not say that more cost nothing. */
const LEAST_SHARE = 0.2;

export function paceAfter(pace: Pace, messages: number, ms: number): Pace {
  return {
    parts: FADES * pace.parts + 1,
    messages: FADES * pace.messages + messages,
    squares: FADES * pace.squares + messages * messages,
    ms: FADES * pace.ms + ms,
    products: FADES * pace.products + messages * ms,
  };
}

/**
 * How many messages the next part may have so that it meets the goal. On a machine that is busy, or with a provider
 * that is far away, most of a part is the same for any number of messages; to make it smaller then saves nobody any time
 * and costs all of it again for the next. So a part may take twice what the smallest would.
 */
export function partSize(pace: Pace, { goalMs, longestMs, first, least, most }: PartLimits): number {
  if (pace.messages === 0) return first;
  const { each, fixed } = costOf(pace);
  const allowed = Math.max(goalMs, Math.min(2 * fixed, longestMs));
  return Math.round(Math.min(most, Math.max(least, (allowed - fixed) / each)));
}

/** The straight line through the parts by least squares, as far as it makes sense; milliseconds. */
function costOf({ parts, messages, squares, ms, products }: Pace): { each: number; fixed: number } {
  const size = messages / parts;
  const average = ms / messages;
  const variance = squares / parts - size * size;
  const covariance = products / parts - (size * ms) / parts;
  const slope = variance > ALIKE * size * size ? covariance / variance : average;
  const each = Math.max(Math.min(slope, average), LEAST_SHARE * average, Number.MIN_VALUE);
  return { each, fixed: Math.max(0, ms / parts - each * size) };
}
