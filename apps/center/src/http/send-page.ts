import type { FastifyReply } from 'fastify';
import type { Language } from '../pages/catalogue.js';
import { renderPage, type Page } from '../pages/page.js';

export function sendPage(reply: FastifyReply, status: number, language: Language, page: Page): void {
  void reply
    .status(status)
    .headers({ 'content-type': 'text/html; charset=utf-8', 'content-language': language, vary: 'Accept-Language' })
    .send(renderPage(language, page));
}
