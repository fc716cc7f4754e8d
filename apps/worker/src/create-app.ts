import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, createLogger, NestLogger } from '#lib/platform';
import { WorkerModule } from './worker.module.js';

/** A worker process, wired but not running yet. Its HTTP server is for health and metrics alone. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const logger = new NestLogger(createLogger('worker', config.LOG_LEVEL));
  return NestFactory.create<NestFastifyApplication>(WorkerModule.forRoot(config), new FastifyAdapter(), {
    logger,
    abortOnError: false,
  });
}
