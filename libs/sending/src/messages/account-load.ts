import { Injectable } from '@nestjs/common';
import { systemClock } from '#lib/platform';

/** A call that takes longer holds up whatever waits for it. Milliseconds. */
export const SLOW_CALL_MS = 5_000;

interface Load {
  /** Messages that are started and have no answer yet. */
  held: number;
  /** Of the calls that run: when each began, monotonic. */
  readonly began: Set<{ readonly at: number }>;
  /** How long the call took that ended last. */
  lastMs: number;
}

/**
 * What this process holds for each provider's account. An account whose calls are slow holds no more than it can call at
 * once, and nobody waits for it: what is left of its messages stays queued, where those of other accounts pass it by.
 */
@Injectable()
export class AccountLoad {
  private readonly loads = new Map<string, Load>();

  /** Whether a call of it has been running for too long, or the last one that ended had. */
  isSlow(providerId: string): boolean {
    const load = this.loads.get(providerId);
    if (load === undefined) return false;
    const oldest = Math.min(...[...load.began].map(({ at }) => at));
    return load.lastMs >= SLOW_CALL_MS || systemClock.monotonic() - oldest >= SLOW_CALL_MS;
  }

  /** How many more messages of it may be started; Infinity while it is not slow. */
  room(providerId: string, concurrency: number): number {
    return this.isSlow(providerId) ? Math.max(0, concurrency - (this.loads.get(providerId)?.held ?? 0)) : Infinity;
  }

  take(providerId: string): void {
    this.of(providerId).held++;
  }

  giveBack(providerId: string): void {
    const load = this.of(providerId);
    load.held--;
    if (load.held <= 0 && load.lastMs < SLOW_CALL_MS) this.loads.delete(providerId);
  }

  async time<T>(providerId: string, call: () => Promise<T>): Promise<T> {
    const load = this.of(providerId);
    const one = { at: systemClock.monotonic() };
    load.began.add(one);
    try {
      return await call();
    } finally {
      load.began.delete(one);
      this.heard(providerId, systemClock.monotonic() - one.at);
    }
  }

  /** A call ended that took so long. */
  heard(providerId: string, tookMs: number): void {
    this.of(providerId).lastMs = tookMs;
  }

  private of(providerId: string): Load {
    const load = this.loads.get(providerId) ?? { held: 0, began: new Set(), lastMs: 0 };
    this.loads.set(providerId, load);
    return load;
  }
}
