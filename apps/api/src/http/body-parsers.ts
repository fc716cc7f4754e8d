import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '#lib/kernel';
import { parseJson, repeatedMember, withoutByteOrderMark } from '#lib/platform';
import { cleanText } from '#lib/consent';
import { readMailBody } from './mail-body.js';
import { parseQuery } from './query.js';

export const NDJSON = 'application/x-ndjson';
export const CSV = 'text/csv';
export const MAIL = 'message/rfc822';
const FORM = 'application/x-www-form-urlencoded';

/** Meta brings up to 1,000 things at once, of up to 3 MB, and counts what is not taken as not brought. */
const MAX_WEBHOOK_BYTES = 4 * 1024 * 1024;

/** All templates of a brand at once, each of which is small. */
const MAX_SET_UP_BYTES = 16 * 1024 * 1024;

const UTF8_NAMES = new Set(['utf-8', 'utf8']);

/** Takes JSON and streams of JSON lines, in UTF-8 and as they are, and refuses every other body with what to send. */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRoute', (route) => {
    if (isWebhook(route)) route.bodyLimit = MAX_WEBHOOK_BYTES;
    if (route.url === '/v1/setup::check') route.bodyLimit = MAX_SET_UP_BYTES;
  });
  fastify.addHook('preParsing', async (request, reply) => {
    const coding = request.headers['content-encoding'] ?? 'identity';
    if (coding.toLowerCase() === 'identity') return;
    // RFC 9110 section 15.5.16: says that the coding was at fault, and which would be taken.
    void reply.header('accept-encoding', 'identity');
    throw new DomainError('unsupported_media_type', 'Send the body as it is, without compression or Content-Encoding.');
  });
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isWebhook(request)) return done(null, body);
    try {
      refuseCharset(request);
      const text = body.length === 0 ? '' : decode(body as Buffer);
      done(null, body.length === 0 ? undefined : parseJson(isInboundText(request) ? cleanedText(text) : text));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser(FORM, { parseAs: 'buffer' }, (request, body, done) => {
    if (isWebhook(request)) return done(null, body);
    if (!isPage(request)) return done(new DomainError('unsupported_media_type', 'Send JSON.'));
    done(null, { ...parseQuery(body.toString('utf8')) });
  });
  // A mail is bytes in whatever encodings it says; its route reads them.
  fastify.addContentTypeParser(MAIL, async (_request: FastifyRequest, stream: Readable) => readMailBody(stream));
  // A stream is read by its own route, line by line, however long it is. Routes that take an object refuse it.
  fastify.addContentTypeParser([NDJSON, CSV], (request, stream, done) => {
    try {
      refuseCharset(request);
      done(null, stream);
    } catch (error) {
      done(error as Error);
    }
  });
}

/** What providers send is signed byte for byte, so its route reads the bytes. */
function isWebhook({ url }: { readonly url: string }): boolean {
  return url.startsWith('/v1/webhooks/');
}

/** What a person wrote on a phone, whatever their phone or its network put into it. */
function isInboundText({ url }: { readonly url: string }): boolean {
  return url === '/v1/inbound/texts';
}

/** A body of which only `text` is not as it should be, with what can be read of that: a STOP is heard, not corrected. */
function cleanedText(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return body;
  }
  const { text } = { ...(typeof value === 'object' ? value : null) } as { text?: unknown };
  if (typeof text !== 'string' || cleanText(text) === text || repeatedMember(body, value) !== null) return body;
  return JSON.stringify({ ...(value as object), text: cleanText(text) });
}

/** The pages of reports have a form to sign in by, and nothing else takes one. */
function isPage({ url }: FastifyRequest): boolean {
  return url.startsWith('/reports/');
}

/** @throws DomainError unsupported_media_type, when the Content-Type names a charset that is not UTF-8 */
function refuseCharset(request: FastifyRequest): void {
  const [, charset] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '') ?? [];
  if (charset === undefined || UTF8_NAMES.has(charset.toLowerCase())) return;
  throw new DomainError('unsupported_media_type', 'Send the body in UTF-8; the Content-Type needs no charset.');
}

/** What is answered to bytes in another encoding: read as UTF-8, a wrong letter would be kept for ever. */
export function notUtf8(): DomainError {
  return new DomainError('malformed_json', 'Send JSON in UTF-8; these bytes are in another encoding.');
}

function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw notUtf8();
  return withoutByteOrderMark(bytes).toString('utf8');
}
