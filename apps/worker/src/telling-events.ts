import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, LOGGER } from '#lib/platform';
import { EventDispatcher } from '#lib/sending';

/** An entry gets its position within a second; who wants to be told of it need not know sooner. */
const ROUND_MS = 1_000;

/** Tells other systems what happened, for as long as the worker runs. */
@Injectable()
export class TellingEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private rounds: Promise<void> | undefined;

  constructor(
    @Inject(EventDispatcher) private readonly events: EventDispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.rounds;
    await this.events.stop();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.events.round();
      } catch (error) {
        this.logger.error({ err: error }, 'a round of events failed; the next follows');
      }
      await sleep(ROUND_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
