import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Logger, LOGGER } from '#lib/platform';
import { MoneyService } from '#lib/reporting';

/**
 * Reads what reports are made of when the process starts, so that nobody waits for the first one: for brands whose reports
 * were asked for in the last days. Nothing waits for it, and what fails is read when it is asked for.
 */
@Injectable()
export class WarmReports implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(MoneyService) private readonly money: Pick<MoneyService, 'warm'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.money.warm(this.stopped.signal).catch((error: unknown) => {
      if (!this.stopped.signal.aborted)
        this.logger.warn({ err: error }, 'what reports are made of could not be read ahead; the first report reads it');
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }
}
