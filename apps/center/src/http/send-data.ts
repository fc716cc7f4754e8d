import type { FastifyReply } from 'fastify';
import type { PersonExport, PersonPage } from '#lib/sending';
import { hashOf } from '../pages/page.js';

/** Everything about a person, for programs. */
export function sendData(reply: FastifyReply, data: PersonExport): void {
  void reply
    .headers({
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="personal-data.json"',
    })
    .send(JSON.stringify(data));
}

/** The same, to be read. The page that is handed out brings its own style and nothing else. */
export function sendDataPage(reply: FastifyReply, { html, styles }: PersonPage): void {
  void reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src ${styles.map(hashOf).join(' ')}; frame-ancestors 'none'`,
      'content-disposition': 'attachment; filename="personal-data.html"',
    })
    .send(html);
}
