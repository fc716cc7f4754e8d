import { Controller, Get, Inject, Module, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { LedgerModule } from '#lib/ledger';
import { Describe, RequireScope } from '../http/route.js';
import { Metrics } from './metrics.js';

@Controller('metrics')
export class MetricsController {
  constructor(@Inject(Metrics) private readonly metrics: Metrics) {}

  @Get()
  @RequireScope('metrics:read')
  @Describe({
    id: 'getMetrics',
    group: 'Operations',
    summary: 'Figures for Prometheus',
    description: 'Over all brands, so only an operator key can have the scope.',
    answers: { 200: { description: 'Text format of Prometheus.', contentType: 'text/plain', schema: z.string() } },
  })
  async read(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, body } = await this.metrics.text();
    await reply.header('content-type', contentType).send(body);
  }
}

/** How much, how fast, how old. */
@Module({ imports: [LedgerModule], controllers: [MetricsController], providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}
