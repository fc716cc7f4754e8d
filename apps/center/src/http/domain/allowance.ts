import type { EpochMs } from '#lib/kernel';

/**
 * How often something may happen for each name, in the memory of one process: a burst, then one more per interval. It
 * forgets the name that was seen longest ago when there are too many, so it stays small; nothing that must be exact
 * rests on it.
 */
export class Allowance {
  /** When each name's burst would be whole again, less the burst. */
  private readonly free = new Map<string, EpochMs>();

  constructor(
    private readonly burst: number,
    private readonly intervalMs: number,
    private readonly most = 50_000,
  ) {}

  /** Null when it may happen now, else how long to wait. */
  take(name: string, now: EpochMs): number | null {
    const next = this.next(name, now);
    const wait = next - now - (this.burst - 1) * this.intervalMs;
    if (wait > 0) return wait;
    this.free.delete(name);
    const [oldest] = this.free.keys();
    if (this.free.size >= this.most && oldest !== undefined) this.free.delete(oldest);
    this.free.set(name, next + this.intervalMs);
    return null;
  }

  /** Whether it may happen fewer than `times` now; takes none of them. */
  isShortOf(times: number, name: string, now: EpochMs): boolean {
    return this.next(name, now) - now > (this.burst - times) * this.intervalMs;
  }

  private next(name: string, now: EpochMs): EpochMs {
    return Math.max(this.free.get(name) ?? now, now);
  }
}
