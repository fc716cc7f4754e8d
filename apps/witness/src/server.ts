import http from 'node:http';
import type { Answer, Witness } from './witness.js';

/** A checkpoint with 100 signatures is a tenth of this. */
const MOST_BYTES = 256 * 1024;
const REQUEST_MS = 10_000;
const TEXT = 'text/plain; charset=utf-8';
const NOT_FOUND: Answer = { status: 404, type: TEXT, body: 'not found\n' };

/** The door of a witness: two routes and whether it runs. What is asked of it is public, so there are no keys. */
export function serve(witness: Witness): http.Server {
  const server = http.createServer((request, response) => {
    answerTo(witness, request).then(
      (answer) => send(response, answer, request.method === 'HEAD'),
      (error: unknown) => {
        // Such as a full disk: nothing was cosigned.
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        send(response, { status: 500, type: TEXT, body: 'it cannot be kept\n' }, false);
      },
    );
  });
  server.requestTimeout = REQUEST_MS;
  return server;
}

async function answerTo(witness: Witness, request: http.IncomingMessage): Promise<Answer> {
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/add-checkpoint') {
    const body = await bodyOf(request);
    if (body === null) return { status: 413, type: TEXT, body: 'too long\n' };
    return witness.addCheckpoint(body);
  }
  if (method !== 'GET' && method !== 'HEAD') return NOT_FOUND;
  if (url === '/livez' || url === '/readyz') return { status: 200, type: TEXT, body: 'ok\n' };
  const id = /^\/([0-9a-f]{64})\/checkpoint$/.exec(url)?.[1];
  const newest = id === undefined ? null : witness.newest(id);
  return newest === null ? NOT_FOUND : { status: 200, type: TEXT, body: newest };
}

/** Null when it is too long. What is no UTF-8 cannot have been signed. */
async function bodyOf(request: http.IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > MOST_BYTES) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(response: http.ServerResponse, { status, type, body }: Answer, headOnly: boolean): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(headOnly ? undefined : body);
}
