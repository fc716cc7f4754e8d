import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { checkGuards } from '#lib/ledger';
import { CONFIG, type Config, Database, durabilityProblems } from '#lib/platform';

/**
 * Refuses to start on a database that could lose what was acknowledged, or on which this process could change
 * history. Tests may give durability away for speed.
 */
@Injectable()
export class StartCheck implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
  ) {}

  /** @throws Error that lists every problem. */
  async onModuleInit(): Promise<void> {
    const durability = this.config.NODE_ENV === 'test' ? [] : await durabilityProblems(this.database.tx);
    const guards = await checkGuards(this.database.tx);
    const problems = [...durability, ...guards.map(({ object, problem }) => `${object}: ${problem}`)];
    if (problems.length > 0) {
      throw new Error(`The database cannot be used:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    }
  }
}
