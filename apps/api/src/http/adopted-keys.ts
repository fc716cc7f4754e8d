import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { KeyService } from '#lib/consent';
import { type Logger, LOGGER, systemClock } from '#lib/platform';

const TRY_AGAIN_MS = 1_000;

/**
 * Has the keys of versions before bound before anybody can ask for anything with one. Where that fails, because the
 * database is not yet of this version, it is tried again until it holds: till then such a key opens nothing.
 */
@Injectable()
export class AdoptedKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopped = new AbortController();
  private trying: Promise<void> = Promise.resolve();

  constructor(
    @Inject(KeyService) private readonly keys: Pick<KeyService, 'adopt'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!(await this.isDone())) this.trying = this.tryAgain();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped.abort();
    await this.trying;
  }

  private async tryAgain(): Promise<void> {
    const { signal } = this.stopped;
    do await sleep(TRY_AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
    while (!signal.aborted && !(await this.isDone()));
  }

  private async isDone(): Promise<boolean> {
    try {
      await this.keys.adopt(systemClock.now());
      return true;
    } catch (error) {
      if (!this.stopped.signal.aborted)
        this.logger.warn({ err: error }, 'keys of versions before could not be bound yet; it is tried again');
      return false;
    }
  }
}
