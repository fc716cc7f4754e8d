import { getQueueToken } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Queue } from 'bullmq';
import { checkGuards } from '#lib/ledger';
import { CONFIG, type Config, Database, platformChecks, queueName, type ReadinessCheck } from '#lib/platform';
import { HealthController, READINESS } from './health.controller.js';
import { StartCheck } from './start-check.js';

/** Says whether the process lives and whether it can work. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [
    StartCheck,
    {
      provide: READINESS,
      inject: [CONFIG, Database, getQueueToken(queueName('email'))],
      useFactory: (config: Config, database: Database, queue: Queue): ReadinessCheck[] => [
        ...platformChecks(config, database, queue),
        ledgerGuards(database),
      ],
    },
  ],
})
export class HealthModule {}

function ledgerGuards(database: Database): ReadinessCheck {
  return {
    name: 'ledger',
    async run() {
      const violations = await checkGuards(database.tx);
      if (violations.length === 0) return { status: 'up' };
      const message = violations.map(({ object, problem }) => `${object}: ${problem}`).join('; ');
      return { status: 'down', message };
    },
  };
}
