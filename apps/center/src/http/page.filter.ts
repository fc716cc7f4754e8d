import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asDomainError, isDatabaseAway, type Logger, LOGGER } from '#lib/platform';
import { chooseLanguage } from '../pages/language.js';
import { type Language, sayIn } from '../texts/texts.js';
import { sendTrouble } from '../preferences/reduced-pages.js';
import { sendPage } from './send-page.js';

/** Turns whatever went wrong into a calm page without a word about its cause. The log has the cause, and no link. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const isOurs = isTrouble(thrown);
    if (isOurs) {
      this.logger.error({ requestId: request.id, route: request.routeOptions.url, err: thrown }, 'unexpected error');
    }
    if (reply.sent || reply.raw.headersSent) return;
    if (isDatabaseAway(thrown)) return sendTrouble(reply, languageOf(request), {});
    answerWithTrouble(request, reply, isOurs ? 500 : 404);
  }
}

/** Whether what was thrown says nothing about the request: the fault is ours, whatever it is. */
export function isTrouble(thrown: unknown): boolean {
  const { code } = asDomainError(thrown);
  return code === 'internal' || code === 'unavailable';
}

/** Also for what fails before a route is found, such as a path that cannot be decoded. */
export function answerWithTrouble(request: FastifyRequest, reply: FastifyReply, status: 404 | 500): void {
  const language = languageOf(request);
  const say = sayIn(language);
  const name = status === 500 ? 'trouble' : 'nothing';
  sendPage(reply, status, language, { title: say(`simple.${name}.title`), paragraphs: [say(`simple.${name}.advice`)] });
}

function languageOf(request: FastifyRequest): Language {
  return chooseLanguage(null, request.headers['accept-language']);
}
