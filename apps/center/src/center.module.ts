import { type DynamicModule, Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { ledgerCheck } from '#lib/ledger';
import { type Config, Database, platformChecks, PlatformModule, type ReadinessCheck } from '#lib/platform';
import { StartedMessages } from '#lib/sending';
import { HealthController, READINESS } from './health/health.controller.js';
import { OneClickController } from './one-click/one-click.controller.js';

export const CENTER_CONTROLLERS = [OneClickController, HealthController];

/** The contacts' door: pages behind signed links, no login. */
@Module({})
export class CenterModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: CenterModule,
      imports: [PlatformModule.forRoot(config, 'center'), ConsentModule.forRoot(StartedMessages)],
      controllers: CENTER_CONTROLLERS,
      providers: [
        {
          provide: READINESS,
          inject: [Database],
          useFactory: (database: Database): ReadinessCheck[] => [
            ...platformChecks(config, database, null),
            ledgerCheck(database),
          ],
        },
      ],
    };
  }
}
