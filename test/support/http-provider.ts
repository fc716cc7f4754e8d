import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request that came to its end. */
export interface ArrivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a provider does with a request: answers, breaks the connection without one, or never answers. */
export type HttpReaction =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
      readonly delayMs?: number;
    }
  | 'cut'
  | 'stall';

export interface HttpProviderServer {
  readonly url: string;
  readonly host: string;
  readonly arrived: ArrivedRequest[];
  react: (request: ArrivedRequest) => HttpReaction;
  close(): Promise<void>;
}

/** A provider over HTTP on loopback that keeps what it was sent and reacts as the test wishes. */
export async function startHttpProvider(react: HttpProviderServer['react']): Promise<HttpProviderServer> {
  const arrived: ArrivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      arrived.push(one);
      void answer(response, started.react(one));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started: HttpProviderServer = {
    url: `http://${host}`,
    host,
    arrived,
    react,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return started;
}

async function answer(response: ServerResponse, reaction: HttpReaction): Promise<void> {
  if (reaction === 'stall') return;
  if (reaction === 'cut') {
    response.socket?.destroy();
    return;
  }
  const { status, headers = {}, body, delayMs = 0 } = reaction;
  if (delayMs > 0) await sleep(delayMs);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}
