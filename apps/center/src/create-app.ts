import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerUnreadable, type Config, createLogger, LOGGER, NestLogger, newId } from '#lib/platform';
import { CenterModule } from './center.module.js';
import { takeAnyBody } from './http/any-body.js';
import { answerWithTrouble, PageFilter } from './http/page.filter.js';
import { securityHeaders } from './http/security-headers.js';

/** How long a client may take over its request. */
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_TOKEN_LENGTH = 500;

/**
 * The contacts' door, wired but not listening yet.
 * @param module what it is made of; another one in tests
 */
export async function createApp(
  config: Config,
  module: DynamicModule = CenterModule.forRoot(config),
): Promise<NestFastifyApplication> {
  const headers = securityHeaders(config.CENTER_URL.startsWith('https:'));
  const adapter = new FastifyAdapter({
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: () => newId(),
    requestIdHeader: false,
    // A path that cannot be decoded is refused before any hook runs.
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) =>
      answerWithTrouble(request, reply.headers(headers), 404),
    routerOptions: { maxParamLength: MAX_TOKEN_LENGTH },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(createLogger('center', config.LOG_LEVEL)),
    abortOnError: false,
    bodyParser: false,
    return503OnClosing: true,
  });
  const fastify = adapter.getInstance();
  fastify.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers);
  });
  // A connection whose last request ends while the process closes would otherwise be kept open for the next one.
  fastify.addHook('preClose', async () => {
    fastify.server.keepAliveTimeout = 1;
  });
  takeAnyBody(fastify);
  app.useGlobalFilters(new PageFilter(app.get(LOGGER)));
  return app;
}
