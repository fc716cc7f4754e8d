import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Config, createLogger, NestLogger } from '#lib/platform';
import { WorkerModule } from './worker.module.js';

/** A worker process, wired but not running yet. Its HTTP server is for health and metrics alone. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const logger = new NestLogger(createLogger('worker', config.LOG_LEVEL));
  const adapter = new FastifyAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(WorkerModule.forRoot(config), adapter, {
    logger,
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  // A connection that asks for health while the process closes must not keep it from ending.
  fastify.addHook('preClose', async () => {
    fastify.server.keepAliveTimeout = 1;
  });
  return app;
}
