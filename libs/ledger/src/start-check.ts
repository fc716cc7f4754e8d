import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CONFIG, type Config, Database, durabilityProblems, systemClock } from '#lib/platform';
import { checkGuards } from './guards.js';
import { LedgerService } from './ledger.service.js';

/**
 * Keeps a process from starting on a database that could lose what was acknowledged, or on which it could change
 * history; then sees to it that the log has its first entry. Tests may give durability away for speed.
 */
@Injectable()
export class StartCheck implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** @throws Error that lists every problem. */
  async onModuleInit(): Promise<void> {
    const durability = this.config.NODE_ENV === 'test' ? [] : await durabilityProblems(this.database.tx);
    const guards = await checkGuards(this.database.tx);
    const problems = [...durability, ...guards.map(({ object, problem }) => `${object}: ${problem}`)];
    if (problems.length > 0) {
      throw new Error(`The database cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    }
    await this.database.transaction((tx) => this.ledger.begin(tx, systemClock.now()));
  }
}
