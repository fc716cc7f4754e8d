import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** After as much of a body the answer no longer waits for its end. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Takes any body of any type, as bytes and up to a limit, whatever its label says. A mailbox provider may send a form,
 * multipart or nothing (RFC 8058 3.2), and the link says it all; the page's own forms read theirs from the bytes.
 */
export function takeAnyBody(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    drain(payload, (body) => done(null, body));
  });
  // A label that is no media type at all would be refused before any parser is asked.
  fastify.addHook('onRequest', async (request) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
  });
}

/** Reads to the end or to the limit. What comes after the answer is thrown away, within the request timeout. */
function drain(payload: IncomingMessage, done: (body: Buffer) => void): void {
  let bytes = 0;
  const chunks: Buffer[] = [];
  const answer = (): void => {
    payload
      .off('data', count)
      .off('end', answer)
      .off('error', answer)
      .on('error', () => undefined)
      .resume();
    done(bytes > MAX_BODY_BYTES ? Buffer.alloc(0) : Buffer.concat(chunks));
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return answer();
    chunks.push(chunk);
  };
  payload.on('data', count).on('end', answer).on('error', answer);
}
