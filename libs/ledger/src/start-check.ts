import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import {
  CONFIG,
  type Config,
  Database,
  durabilityProblems,
  isDatabaseAway,
  type Logger,
  LOGGER,
  STARTS_WITHOUT_DATABASE,
  systemClock,
} from '#lib/platform';
import { checkGuards } from './guards.js';
import { LedgerService } from './ledger.service.js';

const LOOK_AGAIN_MS = 1_000;

/**
 * Keeps a process from starting on a database that could lose what was acknowledged, or on which it could change
 * history; then sees to it that the log has its first entry. Tests may give durability away for speed. A process that
 * may start while the database is away is checked as soon as it is there, and ends when it cannot be used.
 */
@Injectable()
export class StartCheck implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private isLeaving = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(STARTS_WITHOUT_DATABASE) private readonly startsWithoutDatabase: boolean,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Error that lists every problem. */
  async onModuleInit(): Promise<void> {
    try {
      await this.check();
    } catch (error) {
      if (!this.startsWithoutDatabase || !isDatabaseAway(error)) throw error;
      this.logger.warn('the database is away; it is checked when it is back');
      this.lookAgain();
    }
  }

  onModuleDestroy(): void {
    this.isLeaving = true;
    clearTimeout(this.timer);
  }

  private lookAgain(): void {
    this.timer = setTimeout(() => {
      this.check().then(
        () => this.logger.info('the database is back, and can be used'),
        (error: unknown) => {
          // Its connections are closed under a check that is under way; that says nothing about the database.
          if (this.isLeaving) return;
          if (isDatabaseAway(error)) return this.lookAgain();
          this.logger.fatal({ err: error }, 'the database is back, and cannot be used');
          process.kill(process.pid, 'SIGTERM');
        },
      );
    }, LOOK_AGAIN_MS);
    this.timer.unref();
  }

  private async check(): Promise<void> {
    const durability = this.config.NODE_ENV === 'test' ? [] : await durabilityProblems(this.database.tx);
    const guards = await checkGuards(this.database.tx);
    const problems = [...durability, ...guards.map(({ object, problem }) => `${object}: ${problem}`)];
    if (problems.length > 0) {
      throw new Error(`The database cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    }
    await this.database.transaction((tx) => this.ledger.begin(tx, systemClock.now()));
  }
}
