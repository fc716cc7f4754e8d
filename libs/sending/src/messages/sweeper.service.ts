import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config, Database, systemClock, type Logger, LOGGER, type Tx } from '#lib/platform';
import type { EpochMs } from '#lib/kernel';
import { SenderRegistry } from '../senders/sender-registry.js';
import { dueStore } from './due.store.js';
import { messageStore } from './message.store.js';
import { OutcomeService } from './outcome.service.js';
import { WakeUps } from './wake-ups.js';

/** Rows of one round at most; a longer line is taken up in the next. */
const ROUND = 5_000;

/**
 * Keeps the promise that nothing is lost while PostgreSQL has it: repeats wake-ups that are missing or due, and
 * settles hand-overs that a crash left open. Any number of workers may run it at the same time.
 */
@Injectable()
export class SweeperService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(WakeUps) private readonly wakeUps: WakeUps,
    @Inject(OutcomeService) private readonly outcomes: OutcomeService,
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Wakes every message whose instant has come; answers how many. */
  async sweep(): Promise<number> {
    const due = await this.database.transaction(async (tx) => {
      const now = await clock(tx);
      const leastMs = this.config.WAKE_UP_SECONDS * 1000;
      return dueStore.take(tx, now, (due) => now + this.wakeUps.repeatAfterMs(due, leastMs), ROUND);
    });
    this.wakeUps.send(due);
    return due.length;
  }

  /** Settles every hand-over whose lease has run out; answers how many. */
  async reap(): Promise<number> {
    const now = await clock(this.database.tx);
    const abandoned = await messageStore.abandoned(this.database.tx, now, ROUND);
    const settled = await Promise.all(
      abandoned.map(async (message) => {
        if (message.worker === null) throw new Error('a started message has no worker');
        return this.outcomes.record({
          message,
          claim: { attempt: message.attempt, worker: message.worker },
          firstStartedAt: message.firstStartedAt ?? now,
          repeatWindowMs: await this.senders.repeatWindowOf(message.providerId, message),
          result: null,
          warmUps: [],
        });
      }),
    );
    const reaped = settled.filter(Boolean).length;
    if (reaped > 0) this.logger.warn({ reaped }, 'hand-overs were left open and are settled now');
    return reaped;
  }

  /**
   * Sweeps and reaps until the returned function is called, which resolves when the last round is over.
   * @param everyMs pause between two rounds
   */
  run(everyMs: number): () => Promise<void> {
    let stopped = false;
    let wake = (): void => undefined;
    const rounds = (async () => {
      while (!stopped) {
        const begun = systemClock.monotonic();
        try {
          await this.sweep();
          await this.reap();
        } catch (error) {
          this.logger.error({ err: error }, 'a round of the sweeper failed; the next follows');
        }
        const pause = Math.max(0, everyMs - (systemClock.monotonic() - begun));
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pause);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (stopped) wake();
        });
      }
    })();
    return async () => {
      stopped = true;
      wake();
      await rounds;
    };
  }
}

async function clock(tx: Tx): Promise<EpochMs> {
  const rows = await tx.sql<{ now: EpochMs }>`SELECT clock_timestamp() AS now`;
  const now = rows[0]?.now;
  if (now === undefined) throw new Error('PostgreSQL did not tell the time');
  return now;
}
