import { Injectable } from '@nestjs/common';
import { systemClock } from '#lib/platform';
import type { LoadKey } from './domain/load-key.js';

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

/** A slow host takes no more than this part of what its account can call at once; the others go to other hosts. */
const SLOW_HOST_SHARE = 5;

/**
 * What this process holds for each provider's account, or for each host where the addresses of contacts say who answers.
 * Whoever is slow holds no more than can be called at once, and nobody waits for it: what is left of its messages stays
 * queued, where those of others pass it by.
 */
@Injectable()
export class AccountLoad {
  private readonly loads = new Map<string, Load>();

  /** Whether a call of it has been running for too long, or the last one that ended had. */
  isSlow(key: string): boolean {
    const load = this.loads.get(key);
    if (load === undefined) return false;
    const oldest = Math.min(...[...load.began].map(({ at }) => at));
    return load.lastMs >= SLOW_CALL_MS || systemClock.monotonic() - oldest >= SLOW_CALL_MS;
  }

  /** How many more messages of it may be started; Infinity while it is not slow. */
  room({ key, isHost }: LoadKey, concurrency: number): number {
    const most = isHost ? Math.ceil(concurrency / SLOW_HOST_SHARE) : concurrency;
    return this.isSlow(key) ? Math.max(0, most - (this.loads.get(key)?.held ?? 0)) : Infinity;
  }

  take(key: string): void {
    this.of(key).held++;
  }

  giveBack(key: string): void {
    const load = this.of(key);
    load.held--;
    if (load.held <= 0 && load.lastMs < SLOW_CALL_MS) this.loads.delete(key);
  }

  async time<T>(key: string, call: () => Promise<T>): Promise<T> {
    const load = this.of(key);
    const one = { at: systemClock.monotonic() };
    load.began.add(one);
    try {
      return await call();
    } finally {
      load.began.delete(one);
      this.heard(key, systemClock.monotonic() - one.at);
    }
  }

  /** A call ended that took so long. */
  heard(key: string, tookMs: number): void {
    this.of(key).lastMs = tookMs;
  }

  private of(key: string): Load {
    const load = this.loads.get(key) ?? { held: 0, began: new Set(), lastMs: 0 };
    this.loads.set(key, load);
    return load;
  }
}
