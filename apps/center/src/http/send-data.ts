import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { PERSON_PAGE_STYLE, type PersonExport, personPage } from '#lib/sending';
import type { Language } from '../texts/texts.js';

/** The page that is handed out brings its own style and nothing else. */
const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(PERSON_PAGE_STYLE).digest('base64')}'; frame-ancestors 'none'`;

/** Everything about a person, for programs. */
export function sendData(reply: FastifyReply, data: PersonExport): void {
  void reply
    .headers({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="personal-data.json"',
    })
    .send(JSON.stringify(data));
}

/** The same, to be read. */
export function sendDataPage(reply: FastifyReply, data: PersonExport, language: Language): void {
  void reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'content-disposition': 'attachment; filename="personal-data.html"',
    })
    .send(personPage(data, language === 'de' ? 'de' : 'en'));
}
