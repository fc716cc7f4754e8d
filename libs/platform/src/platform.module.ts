import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from './config/config.js';
import { Database } from './database/database.js';
import type { PatienceOptions } from './database/patience.js';
import { createLogger, LOGGER } from './logs/logger.js';
import { deriveKeys, KEY_RING } from './security/keys.js';

/** Whether a process starts also while the database is away, because it has something to do without it. */
export const STARTS_WITHOUT_DATABASE = Symbol('STARTS_WITHOUT_DATABASE');

export interface PlatformOptions {
  readonly startsWithoutDatabase?: boolean;
  /** Left out: a database that stands still is waited for. */
  readonly patience?: PatienceOptions;
}

/** Gives every module the configuration, the database, the keys and the logger of this process. */
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  static forRoot(
    config: Config,
    processName: string,
    { startsWithoutDatabase = false, patience }: PlatformOptions = {},
  ): DynamicModule {
    const database = (): Database =>
      new Database({
        url: config.DATABASE_URL,
        max: config.DATABASE_CONNECTIONS,
        name: `consent-gateway ${processName}`,
        ...(patience && { patience }),
      });
    return {
      module: PlatformModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: KEY_RING, useFactory: () => deriveKeys(config.MASTER_KEY) },
        { provide: LOGGER, useFactory: () => createLogger(processName, config.LOG_LEVEL) },
        { provide: Database, useFactory: database },
        { provide: STARTS_WITHOUT_DATABASE, useValue: startsWithoutDatabase },
      ],
      exports: [CONFIG, KEY_RING, LOGGER, Database, STARTS_WITHOUT_DATABASE],
    };
  }

  /** Last of all: the services above have stopped using it by now. */
  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
