import { type DynamicModule, Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { type Config, PlatformModule } from '#lib/platform';
import { StartedMessages } from '#lib/sending';
import { HealthController } from './health/health.controller.js';
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
    };
  }
}
