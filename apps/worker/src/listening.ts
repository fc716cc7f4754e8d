import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, LOGGER } from '#lib/platform';
import { ReturnedService, SenderRegistry } from '#lib/sending';

/** Providers that were added or changed are listened to after this long at the latest. */
const ROUND_MS = 15_000;

/** Keeps connected to the providers that bring back, on the connection by which messages leave, what came of them. */
@Injectable()
export class Listening implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private rounds: Promise<void> | undefined;

  constructor(
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(ReturnedService) private readonly returned: ReturnedService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.rounds;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      try {
        await this.senders.listen((id, returned) => this.returned.connection(id, returned));
      } catch (error) {
        this.logger.error({ err: error }, 'providers cannot be listened to; tried again soon');
      }
      await sleep(ROUND_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
