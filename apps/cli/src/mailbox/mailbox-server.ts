import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import PostalMime from 'postal-mime';
import type { MailStore } from './mail-store.js';
import { framedHtml, listPage, mailPage, notFoundPage, STYLE_HASH } from './mailbox-pages.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly policy?: string;
}

const HTML = 'text/html; charset=utf-8';
const PAGE_POLICY = `default-src 'none'; style-src ${STYLE_HASH}; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
/** For HTML somebody else wrote: no script, no form, nothing loaded, no access to anything of ours. Links open outside. */
const MAIL_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/**
 * The mailbox over HTTP:
 * `GET /`, `GET /messages/{id}` pages; `GET /messages/{id}/html`, `GET /messages/{id}/source` parts of a mail;
 * `GET /messages.json` the list, newest first; `DELETE /messages` empties it.
 */
export function mailboxServer(store: MailStore): Server {
  return createServer((request, response) => {
    answer(store, request)
      .catch((): Answer => ({ status: 500, type: 'text/plain', body: 'The mailbox could not do that.\n' }))
      .then((result) => send(response, request, result))
      .catch(() => response.destroy());
  });
}

async function answer(store: MailStore, request: IncomingMessage): Promise<Answer> {
  if (!isForThisMachine(request))
    return { status: 403, type: 'text/plain', body: 'Open this page by its local address.\n' };
  const [pathname = '/'] = (request.url ?? '/').split('?');
  if (request.method === 'DELETE' && pathname === '/messages') {
    await store.clear();
    return { status: 204, type: 'text/plain', body: '' };
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, type: 'text/plain', body: 'GET and DELETE /messages are all there is.\n' };
  }
  if (pathname === '/') return page(200, listPage(store.list()));
  if (pathname === '/messages.json') {
    const list = store
      .list()
      .map((mail) => ({ ...mail, url: `http://${request.headers.host ?? ''}/messages/${mail.id}` }));
    return { status: 200, type: 'application/json', body: JSON.stringify(list) };
  }
  const [, id = '', part] = /^\/messages\/([0-9a-f-]+)(?:\/(html|source))?$/.exec(pathname) ?? [];
  const found = await store.read(id);
  if (found === null) return page(404, notFoundPage());
  if (part === 'source') return { status: 200, type: 'text/plain; charset=utf-8', body: found.raw };
  const parsed = await PostalMime.parse(found.raw).catch(() => null);
  if (part === undefined) return page(200, mailPage(found.mail, parsed, found.raw));
  if (parsed?.html === undefined) return page(404, notFoundPage());
  return { status: 200, type: HTML, body: framedHtml(parsed.html), policy: MAIL_POLICY };
}

function page(status: number, body: string): Answer {
  return { status, type: HTML, body };
}

function send(
  response: ServerResponse,
  request: IncomingMessage,
  { status, type, body, policy = PAGE_POLICY }: Answer,
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/**
 * True when the request names this machine and does not come from a foreign page: a web site must not be
 * able to read the mails, or empty the mailbox, through the browser of whoever runs the demo.
 */
function isForThisMachine({ headers }: IncomingMessage): boolean {
  const isLocal = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
  if (!isLocal(headers.host ?? '')) return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host ?? ''}`;
}
