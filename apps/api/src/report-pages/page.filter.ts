import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asDomainError, LOGGER, type Logger, ProblemFilter, toProblem } from '#lib/platform';
import { piece } from './html.js';
import { reasonsOf } from './page/reasons.js';
import { languageOf } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { sendPage, takesPages } from './send-page.js';

/** Whatever goes wrong on a page is a page for whoever reads pages, and a problem document for everybody else. */
@Catch()
export class ReportPageFilter implements ExceptionFilter {
  private readonly problems: ProblemFilter;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {
    this.problems = new ProblemFilter(logger);
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (!takesPages(request)) return this.problems.catch(thrown, host);
    const error = asDomainError(thrown);
    const { status } = toProblem(error);
    if (status >= 500) {
      this.logger.error({ requestId: request.id, route: request.routeOptions.url, err: thrown }, 'unexpected error');
    }
    if (reply.sent || reply.raw.headersSent) return;
    const language = languageOf((request.query as { language?: unknown }).language, request.headers['accept-language']);
    const say = sayIn(language);
    const [title, advice] =
      status >= 500
        ? [say('trouble'), say('troubleAdvice')]
        : status === 404
          ? [say('nothing'), say('nothingAdvice')]
          : status === 403
            ? [say('notYours'), say('notYoursAdvice')]
            : [say('wrong'), ''];
    const query = request.query as Readonly<Record<string, unknown>>;
    const details = status === 400 || status === 422 ? reasonsOf(error, query, language) : [];
    sendPage(
      reply.status(status),
      { language, title, brand: null, otherHref: `/reports?language=${language === 'en' ? 'de' : 'en'}`, foot: null },
      piece`<div class="narrow">
        <h1>${title}</h1>
        <p>${advice}</p>
        ${
          details.length === 0
            ? null
            : piece`<ul>
                ${details.map(({ words, inEnglish }) => (inEnglish === null ? piece`<li>${words}</li>` : piece`<li>${words} <span lang="en">${inEnglish}</span></li>`))}
              </ul>`
        }
        <p class="links"><a href="/reports?language=${language}">${say('reports')}</a></p>
      </div>`,
    );
  }
}
