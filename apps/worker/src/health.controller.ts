import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { handOverCheck, integrityCheck, ledgerCheck, publishingCheck } from '#lib/ledger';
import { CONFIG, type Config, Database, platformChecks, QUEUES, runCheck } from '#lib/platform';

/** Tells whether this worker lives, whether it can work, and what it measures. Listens for operators only. */
@Controller()
export class HealthController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(Database) private readonly database: Database,
    @Inject(QUEUES) private readonly queues: readonly Queue[],
  ) {}

  @Get('livez')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const checks = [
      ...platformChecks(this.config, this.database, this.queues),
      ledgerCheck(this.database),
      publishingCheck(this.database),
      handOverCheck(this.database),
      integrityCheck(this.database),
    ];
    const found = await Promise.all(checks.map(async (check) => [check.name, await runCheck(check)] as const));
    const isDown = found.some(([, { status }]) => status === 'down');
    reply.status(isDown ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK);
    return { status: isDown ? 'error' : 'ok', details: Object.fromEntries(found) };
  }

  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', register.contentType).send(await register.metrics());
  }
}
