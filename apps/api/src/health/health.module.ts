import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Queue } from 'bullmq';
import { integrityCheck, ledgerCheck, publishingCheck } from '#lib/ledger';
import { CONFIG, type Config, Database, platformChecks, QUEUES, type ReadinessCheck } from '#lib/platform';
import { HealthController, READINESS } from './health.controller.js';

/** Says whether the process lives and whether it can work. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    {
      provide: READINESS,
      inject: [CONFIG, Database, QUEUES],
      useFactory: (config: Config, database: Database, queues: readonly Queue[]): ReadinessCheck[] => [
        ...platformChecks(config, database, queues),
        ledgerCheck(database),
        publishingCheck(database),
        integrityCheck(database),
      ],
    },
  ],
})
export class HealthModule {}
