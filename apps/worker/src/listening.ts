import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, LOGGER } from '#lib/platform';
import { ReturnedService, SenderRegistry } from '#lib/sending';
import { rounds } from './rounds.js';

/** Providers that were added or changed are listened to after this long at the latest. */
const ROUND_MS = 15_000;

/** Keeps connected to the providers that bring back, on the connection by which messages leave, what came of them. */
@Injectable()
export class Listening implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stop: (() => Promise<void>) | undefined;

  constructor(
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(ReturnedService) private readonly returned: ReturnedService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void =>
      this.logger.error({ err: error }, 'providers cannot be listened to; tried again soon');
    this.stop = rounds(
      ROUND_MS,
      () => this.senders.listen((id, returned) => this.returned.connection(id, returned)),
      failed,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop?.();
  }
}
