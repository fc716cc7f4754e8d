import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, LOGGER } from '#lib/platform';
import { ConnectionService, SenderRegistry } from '#lib/sending';
import { rounds } from './rounds.js';

/** Providers that were added or changed are listened to after this long at the latest. */
const ROUND_MS = 5_000;
/** What they brought and could not be understood at once is looked at again so often. */
const SETTLE_MS = 1_000;

/** Keeps connected to the providers that bring back, on the connection by which messages leave, what came of them. */
@Injectable()
export class Listening implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stop: (() => Promise<unknown>) | undefined;

  constructor(
    @Inject(SenderRegistry) private readonly senders: SenderRegistry,
    @Inject(ConnectionService) private readonly connection: ConnectionService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const failed = (error: unknown): void =>
      this.logger.error({ err: error }, 'providers cannot be listened to; tried again soon');
    const stops = [
      rounds(ROUND_MS, () => this.senders.listen((id, returned) => this.connection.take(id, returned)), failed),
      rounds(SETTLE_MS, () => this.connection.settle(), failed),
    ];
    this.stop = () => Promise.all(stops.map((stop) => stop()));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop?.();
  }
}
