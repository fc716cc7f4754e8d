import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { ConsentSetupModule } from '#lib/consent';
import { type Config, PlatformModule, QueueModule } from '#lib/platform';
import { FEATURES } from './features.js';
import { ApiKeyGuard } from './http/api-key.guard.js';
import { RouteCheck } from './http/route-check.js';
import { UnboundKeys } from './http/unbound-keys.js';

/** Reports and exports ask long questions; an answer is overdue here only when PostgreSQL answers nobody. */
const PATIENCE = { answerMs: 3_000, cutsSlow: false };

/** The machines' door: what each feature offers under /v1, and how the process is watched. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        PlatformModule.forRoot(config, 'api', { patience: PATIENCE }),
        QueueModule.forRoot(),
        DiscoveryModule,
        ConsentSetupModule,
        ...FEATURES,
      ],
      providers: [UnboundKeys, RouteCheck, { provide: APP_GUARD, useClass: ApiKeyGuard }],
    };
  }
}
