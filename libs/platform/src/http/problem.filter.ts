import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOGGER, type Logger } from '../logs/logger.js';
import type { DomainError } from '#lib/kernel';
import { asDomainError, type Problem, PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';

/** The one place where an error becomes an answer. What nobody expected is logged here, once. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = asDomainError(thrown);
    if (error.code === 'internal') {
      this.logger.error({ requestId: request.id, route: request.routeOptions.url, err: thrown }, 'unexpected error');
    }
    if (error.code === 'unavailable') {
      this.logger.warn({ requestId: request.id, route: request.routeOptions.url }, 'the database is away');
    }
    if (reply.sent || reply.raw.headersSent) return;
    const problem = toProblem(error);
    if (error.extra.retryAfterSeconds !== undefined)
      void reply.header('retry-after', String(error.extra.retryAfterSeconds));
    if (error.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer');
    void reply.status(problem.status).header('content-type', PROBLEM_MEDIA_TYPE);
    this.answer(reply, error, problem);
  }

  /** Status and header are set. A door that says more has a filter of its own for this. */
  protected answer(reply: FastifyReply, _error: DomainError, problem: Problem): void {
    void reply.send(JSON.stringify(problem));
  }
}
