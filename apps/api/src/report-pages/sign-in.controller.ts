import { Body, Controller, Get, HttpStatus, Inject, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DomainError } from '#lib/kernel';
import { Describe, Public } from '../http/route.js';
import { piece } from './html.js';
import { languageOf, PageQuery, safeTarget } from './page/page-query.js';
import { sayIn } from './page/texts.js';
import { ReportPageFilter } from './page.filter.js';
import { sendPage, takesPages } from './send-page.js';
import { Readers } from './session/reader.js';
import { setCookie } from './session/session-cookie.js';

const SignInForm = z
  .strictObject({ key: z.string().max(200), to: z.string().max(2_000).optional() })
  .meta({ id: 'ReportsSignIn' });

const PAGE = { description: 'A page.', contentType: 'text/html', schema: z.string() };

/** The way in to the pages, by a key, and out. */
@Controller('reports')
@UseFilters(ReportPageFilter)
export class SignInController {
  constructor(@Inject(Readers) private readonly readers: Readers) {}

  @Get('sign-in')
  @Public()
  @Describe({
    id: 'getReportsSignIn',
    group: 'Reports',
    summary: 'The page by which people sign in to the pages of reports',
    answers: { 200: PAGE },
  })
  page(
    @Query({ schema: PageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    this.show(request, reply, query, safeTarget(query['to']), false);
  }

  @Post('sign-in')
  @Public()
  @Describe({
    id: 'signInToReports',
    group: 'Reports',
    summary: 'Exchange a key for a session of the pages of reports',
    description:
      'By the form of the page. The key needs the scope `reports:read`, or one of the roles `reports:operations`, `reports:cmo`, `reports:sales`, `reports:finance`. The session is a cookie that no script reads and no other site sends; it ends after eight hours, and with the key.',
    answers: {
      204: { description: 'Signed in; to whoever takes no pages.' },
      303: { description: 'Signed in, and on to the page.' },
      403: PAGE,
    },
  })
  async signIn(
    @Body({ schema: SignInForm }) { key, to }: z.infer<typeof SignInForm>,
    @Query({ schema: PageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    refuseFromElsewhere(request);
    const session = await this.readers.signIn(key.trim());
    if (session === null) return this.show(request, reply, query, safeTarget(to), true);
    setCookie(request, reply, session.cookie, session.seconds);
    await goOn(request, reply, safeTarget(to));
  }

  @Post('sign-out')
  @Public()
  @Describe({
    id: 'signOutOfReports',
    group: 'Reports',
    summary: 'End the session of this browser',
    answers: {
      204: { description: 'Signed out; to whoever takes no pages.' },
      303: { description: 'Signed out, and back to signing in.' },
    },
  })
  async signOut(
    @Query({ schema: PageQuery }) query: PageQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    refuseFromElsewhere(request);
    setCookie(request, reply, '', 0);
    const language = languageOf(query.language, request.headers['accept-language']);
    await goOn(request, reply, `/reports/sign-in?language=${language}`);
  }

  private show(request: FastifyRequest, reply: FastifyReply, query: PageQuery, to: string, wasWrong: boolean): void {
    const language = languageOf(query.language, request.headers['accept-language']);
    const say = sayIn(language);
    const hrefIn = (tag: string): string => `/reports/sign-in?${new URLSearchParams({ language: tag, to }).toString()}`;
    sendPage(
      reply.status(wasWrong ? HttpStatus.FORBIDDEN : HttpStatus.OK),
      { language, title: say('signIn'), brand: null, otherHref: hrefIn(language === 'en' ? 'de' : 'en'), foot: null },
      piece`<div class="narrow">
        <h1>${say('signInTitle')}</h1>
        <p>${say('signInLead')}</p>
        ${wasWrong ? piece`<p class="told" role="alert" id="wrong">${say('signInWrong')}</p>` : null}
        <form class="form" method="post" action="/reports/sign-in?language=${language}">
          <input type="hidden" name="to" value="${to}" />
          <label
            ><span>${say('key')}</span
            ><input
              name="key"
              type="password"
              autocomplete="current-password"
              required
              maxlength="200"
              ${wasWrong ? piece` aria-describedby="wrong" aria-invalid="true"` : null}
          /></label>
          <button class="do">${say('signIn')}</button>
        </form>
        <p class="quiet">${say('signInSession')}</p>
        ${to === '/reports' ? null : piece`<p class="links"><a href="${to}">${say('signInBack')}</a></p>`}
      </div>`,
    );
  }
}

/** A browser goes on to a page; a program has what it wanted. */
async function goOn(request: FastifyRequest, reply: FastifyReply, to: string): Promise<void> {
  if (takesPages(request)) await reply.status(HttpStatus.SEE_OTHER).header('location', to).send();
  else await reply.status(HttpStatus.NO_CONTENT).send();
}

/** Nobody is signed in or out by another site's form. Browsers that do not say where from send no cookie from there either. */
function refuseFromElsewhere(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    throw new DomainError('forbidden', 'Sign in by the form on /reports/sign-in.');
  }
}
