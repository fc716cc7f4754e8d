import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** After as much of a body the answer no longer waits for its end. */
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Takes any body of any type and looks at none of it. A mailbox provider may send a form, multipart or
 * nothing (RFC 8058 3.2), and whatever it says or however it is labelled, the link says it all.
 */
export function ignoreBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    drain(payload, () => done(null, undefined));
  });
  // A label that is no media type at all would be refused before any parser is asked.
  fastify.addHook('onRequest', async (request) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
  });
}

/** Reads to the end and keeps nothing. What comes after the answer is thrown away too, within the request timeout. */
function drain(payload: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const answer = (): void => {
    payload
      .off('data', count)
      .off('end', answer)
      .off('error', answer)
      .on('error', () => undefined)
      .resume();
    done();
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) answer();
  };
  payload.on('data', count).on('end', answer).on('error', answer);
}
