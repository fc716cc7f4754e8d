import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  answerUnreadable,
  asDomainError,
  type Config,
  createLogger,
  LOGGER,
  NestLogger,
  newId,
  PROBLEM_MEDIA_TYPE,
  ProblemFilter,
  toProblem,
} from '#lib/platform';
import { ApiModule } from './app.module.js';
import { addBodyParsers } from './http/body-parsers.js';
import { parseQuery } from './http/query.js';
import { SchemaPipe } from './http/schema.pipe.js';
import { Metrics } from './metrics/metrics.js';
import { addSecurityHeaders, SECURITY_HEADERS } from './http/security-headers.js';

/** The root of an OData service ends with a slash (OData 4.0, URL conventions, 2), and clients ask for it by that. */
const SERVICE_ROOT = /^\/odata\/v4\/(?=\?|$)/;

const BODY_LIMIT_BYTES = 256 * 1024;
const MAX_PATH_PARAMETER = 500;
/** A silent connection is closed; one that still sends a long stream is not. */
const SILENT_CONNECTION_MS = 120_000;
const WHOLE_REQUEST_MS = 3_600_000;

/** The machines' door, wired but not listening yet. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    connectionTimeout: SILENT_CONNECTION_MS,
    requestTimeout: WHOLE_REQUEST_MS,
    rewriteUrl: ({ url = '/' }) => url.replace(SERVICE_ROOT, '/odata/v4'),
    genReqId: () => newId(),
    requestIdHeader: false,
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerUnreadableUrl,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER, querystringParser: parseQuery },
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), adapter, {
    logger: new NestLogger(createLogger('api', config.LOG_LEVEL)),
    abortOnError: false,
    bodyParser: false,
    return503OnClosing: true,
  });
  const fastify = adapter.getInstance();
  addSecurityHeaders(fastify);
  addBodyParsers(fastify);
  app.get(Metrics).observe(fastify);
  // A connection whose last request ends while the process closes would otherwise be kept open for the next one.
  fastify.addHook('preClose', async () => {
    fastify.server.keepAliveTimeout = 1;
  });
  app.useGlobalPipes(new SchemaPipe());
  app.useGlobalFilters(new ProblemFilter(app.get(LOGGER)));
  return app;
}

/** A URL that cannot be decoded never reaches a route, a guard or the filter. */
function answerUnreadableUrl(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(asDomainError(error));
  void reply
    .status(problem.status)
    .headers({ ...SECURITY_HEADERS, 'x-request-id': request.id, 'content-type': PROBLEM_MEDIA_TYPE })
    .send(JSON.stringify(problem));
}
