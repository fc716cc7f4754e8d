import { type BeforeApplicationShutdown, Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type ReadinessCheck, runCheck } from '#lib/platform';

/** Injection token of what this process needs. */
export const READINESS = Symbol('readiness checks');

/** Whether this process lives, and whether a wish that it acknowledges now is kept for ever. */
@Controller()
export class HealthController implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(@Inject(READINESS) private readonly checks: readonly ReadinessCheck[]) {}

  @Get('livez')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const found = await Promise.all(this.checks.map(async (check) => [check.name, await runCheck(check)] as const));
    const isReady = !this.stopping && found.every(([, { status }]) => status !== 'down');
    const details = Object.fromEntries(found);
    void reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'error', stopping: this.stopping, details });
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }
}
