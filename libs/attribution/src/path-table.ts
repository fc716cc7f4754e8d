import type { ChannelCredit } from './channel-credit.js';
import { ExactSums } from './exact-sums.js';

/** What came of paths: conversions and their value, and how often nothing came of them. */
export interface Outcome {
  readonly conversions: number;
  readonly value: number;
  readonly nulls: number;
}

/**
 * All paths of a report, each different one once, in an order that depends on nothing but their contents: channels by
 * name, paths by their channels. So the same rows give the same bytes in whatever order they came.
 */
export interface PathTable {
  /** Names, in the order of their UTF-16 code units. */
  readonly channels: readonly string[];
  readonly size: number;
  /** The touches of path `i`, oldest first, are `steps[starts[i]]` to `steps[starts[i + 1] - 1]`: indices of `channels`. */
  readonly starts: Uint32Array;
  readonly steps: Uint32Array;
  readonly conversions: Float64Array;
  readonly value: Float64Array;
  readonly nulls: Float64Array;
  /** Of paths without a touch. */
  readonly unattributed: Outcome;
  /** Credits that need more of a row than its channels, so they were given row by row. */
  readonly byRow: RowCredits;
  /** Rows with conversions and touches, and how many of them said nothing of ages or milestones. */
  readonly convertingRows: number;
  readonly rowsWithoutAges: number;
  readonly rowsWithoutMilestones: number;
  /** Those whose ages say that a later touch is the older one. */
  readonly rowsOfRisingAges: number;
}

export interface RowCredits {
  readonly time_decay: ChannelCredit;
  readonly w_shaped: ChannelCredit;
  readonly full_path: ChannelCredit;
}

/** Everything there was: what the credits of a model and the unattributed rest add up to. */
export function totalOf(table: PathTable): Outcome {
  const sum = (parts: Float64Array, rest: number): number => {
    const total = new ExactSums(1);
    for (const part of parts) total.add(0, part);
    total.add(0, rest);
    return total.at(0);
  };
  return {
    conversions: sum(table.conversions, table.unattributed.conversions),
    value: sum(table.value, table.unattributed.value),
    nulls: sum(table.nulls, table.unattributed.nulls),
  };
}
