import { Controller, Get, HttpStatus, Inject, Res } from '@nestjs/common';
import { type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { type ReadinessCheck, runCheck } from '#lib/platform';
import { Describe, Public } from '../http/route.js';
import { HealthAnswer, LiveAnswer } from './health.schema.js';

/** Injection token of what this process needs. */
export const READINESS = Symbol('readiness checks');

@Controller()
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(READINESS) private readonly checks: readonly ReadinessCheck[],
  ) {}

  @Get('livez')
  @Public()
  @Describe({
    id: 'getLiveness',
    group: 'Operations',
    summary: 'Whether the process runs',
    answers: { 200: { description: 'It answers.', schema: LiveAnswer } },
  })
  live() {
    return { status: 'ok' as const };
  }

  @Get('readyz')
  @Public()
  @Describe({
    id: 'getReadiness',
    group: 'Operations',
    summary: 'Whether the process can do its work',
    description: 'Database and its settings, migrations, queues, ledger guards, whether the log is signed, time zones.',
    answers: {
      200: { description: 'It can; `degraded` names what should be mended.', schema: HealthAnswer },
      503: { description: 'It cannot; what is down says why.', schema: HealthAnswer },
    },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    try {
      return await this.health.check(this.checks.map((check) => () => this.indicate(check)));
    } catch (error) {
      // Terminus throws what it found as an HTTP exception; anything else is a fault.
      const found = (error as { getResponse?: () => unknown }).getResponse?.();
      if (found === undefined) throw error;
      reply.status(HttpStatus.SERVICE_UNAVAILABLE);
      return found as HealthCheckResult;
    }
  }

  private async indicate(check: ReadinessCheck) {
    const { status, ...details } = await runCheck(check);
    const indicator = this.indicators.check(check.name);
    if (status === 'up') return indicator.up(details);
    return status === 'degraded' ? indicator.degraded(details) : indicator.down(details);
  }
}
