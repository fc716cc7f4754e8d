import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, LOGGER } from '#lib/platform';
import { EventDispatcher } from '#lib/sending';
import { rounds } from './rounds.js';

/** An entry gets its position within a second; who wants to be told of it need not know sooner. */
const ROUND_MS = 1_000;

/** Tells other systems what happened, for as long as the worker runs. */
@Injectable()
export class TellingEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stop: (() => Promise<void>) | undefined;

  constructor(
    @Inject(EventDispatcher) private readonly events: EventDispatcher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void =>
      this.logger.error({ err: error }, 'a round of events failed; the next follows');
    this.stop = rounds(ROUND_MS, () => this.events.round(), failed);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop?.();
    await this.events.stop();
  }
}
