import type { EpochMs } from '#lib/kernel';

export interface TimeTolerance {
  /** How long an entry may wait for its position: it says when it was appended. */
  readonly lateMs: number;
  /** How far the clocks of database and witness may be apart. */
  readonly skewMs: number;
}

/**
 * Whether entries say to have been appended when witnesses saw the log grow by them: not before a witness last saw it
 * without them, and not after one first saw it with them. Entries and cosigned checkpoints are told in the order of the log.
 */
export class TimeBounds {
  private notBefore: EpochMs | null = null;
  private readonly waiting: { readonly idx: number; readonly at: EpochMs }[] = [];

  constructor(private readonly tolerance: TimeTolerance) {}

  /** @returns what is wrong with the entry, or null. */
  entry(idx: number, at: EpochMs): string | null {
    if (this.notBefore !== null && at < this.notBefore - this.tolerance.lateMs - this.tolerance.skewMs) {
      return `entry ${idx} says ${shown(at)}, and a witness saw the log without it at ${shown(this.notBefore)}`;
    }
    // Only the latest so far matters: if it is in time, all before it are.
    const latest = this.waiting.at(-1);
    if (latest === undefined || at > latest.at) this.waiting.splice(0, Infinity, { idx, at });
    return null;
  }

  /**
   * A checkpoint of all entries told so far, with the times at which witnesses have seen it.
   * @returns what is wrong with one of the entries, or null.
   */
  checkpoint(times: readonly EpochMs[]): string | null {
    if (times.length === 0) return null;
    const first = Math.min(...times);
    const [latest] = this.waiting;
    this.waiting.length = 0;
    this.notBefore = Math.max(this.notBefore ?? -Infinity, ...times);
    if (latest === undefined || latest.at <= first + this.tolerance.skewMs) return null;
    return `entry ${latest.idx} says ${shown(latest.at)}, and a witness saw it at ${shown(first)} already`;
  }
}

const shown = (at: EpochMs): string => new Date(at).toISOString();
