import { getQueueToken } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Queue } from 'bullmq';
import { integrityCheck, ledgerCheck, publishingCheck } from '#lib/ledger';
import { CONFIG, type Config, Database, platformChecks, queueName, type ReadinessCheck } from '#lib/platform';
import { HealthController, READINESS } from './health.controller.js';

/** Says whether the process lives and whether it can work. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    {
      provide: READINESS,
      inject: [CONFIG, Database, getQueueToken(queueName('email'))],
      useFactory: (config: Config, database: Database, queue: Queue): ReadinessCheck[] => [
        ...platformChecks(config, database, queue),
        ledgerCheck(database),
        publishingCheck(database),
        integrityCheck(database),
      ],
    },
  ],
})
export class HealthModule {}
