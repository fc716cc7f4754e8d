import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { KeyService } from '#lib/consent';
import { type Logger, LOGGER } from '#lib/platform';

/** Tells once, at the start, of keys that open nothing though nobody ended them: whoever upgraded learns why by name. */
@Injectable()
export class UnboundKeys implements OnApplicationBootstrap {
  constructor(
    @Inject(KeyService) private readonly keys: Pick<KeyService, 'unbound'>,
    @Inject(LOGGER) private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // A start does not depend on it: the database may be away, or not of this version yet.
    const keys = await this.keys.unbound().catch(() => []);
    if (keys.length === 0) return;
    this.logger.warn(
      { keys: keys.map(({ id }) => id) },
      'API keys are not bound as they are stored, and open nothing: consentctl adopt lists them, and binds those that versions before December 2026 issued',
    );
  }
}
