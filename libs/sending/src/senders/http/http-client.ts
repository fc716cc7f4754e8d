import http, { type ClientRequest, type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { urlTarget } from '../domain/vouched-hosts.js';
import { lookupFor, NOT_PUBLIC, type Reach, urlProblem } from '../reach.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export interface HttpAnswer {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As far as it is read. */
  readonly body: string;
}

/**
 * How a request ended, as far as it can be known:
 * `answered`    there is a complete answer;
 * `not_allowed` the address is none that may be called; nobody was;
 * `not_reached` not a byte of the request was written, so nobody can have acted on it;
 * `lost`        some of it was written, and no complete answer came back;
 * `too_late`    the connection was ready only when it was too late to begin; nothing was written.
 */
export type HttpEnd =
  | HttpAnswer
  | { readonly kind: 'not_allowed'; readonly code: string }
  | { readonly kind: 'not_reached'; readonly code: string }
  | { readonly kind: 'lost'; readonly code: string }
  | { readonly kind: 'too_late' };

export interface HttpClientOptions {
  readonly maxConnections: number;
  /** To the connection, its TLS included; and from the request to the end of the answer. Milliseconds. */
  readonly connectMs: number;
  readonly answerMs: number;
  /** Certificate authority to trust instead of the well-known ones, PEM. */
  readonly ca?: string | undefined;
  readonly reach: Reach;
}

/** Of an answer no more is read than says what became of the message. */
const MOST_ANSWER_BYTES = 64 * 1024;
/** Servers close idle connections after five seconds and more; ours are closed before, so that none dies under a request. */
const IDLE_MS = 4_000;

/** Requests over kept connections, without redirects and without retries: both could hand a message over twice. */
export class HttpClient {
  private readonly plain: http.Agent;
  private readonly secure: https.Agent;

  constructor(private readonly options: HttpClientOptions) {
    const kept = { keepAlive: true, maxSockets: options.maxConnections, scheduling: 'lifo' as const, timeout: IDLE_MS };
    this.plain = new http.Agent(kept);
    this.secure = new https.Agent({ ...kept, ...(options.ca === undefined ? {} : { ca: options.ca }) });
  }

  /**
   * Never rejects: a request that cannot be made was not written.
   * @param isInTime asked right before the first byte is written
   */
  async call(request: HttpRequest, isInTime: () => boolean): Promise<HttpEnd> {
    const problem = urlProblem(request.url, this.options.reach);
    if (problem !== null) return { kind: 'not_allowed', code: problem };
    try {
      return await new Promise((resolve) => this.exchange(request, isInTime, resolve));
    } catch (error) {
      return { kind: 'not_reached', code: codeOf(error) };
    }
  }

  close(): void {
    this.plain.destroy();
    this.secure.destroy();
  }

  private exchange({ method, url, headers, body }: HttpRequest, isInTime: () => boolean, end: (end: HttpEnd) => void) {
    let began = false;
    let isOver = false;
    const finish = (how: HttpEnd): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      request.destroy();
      end(how);
    };
    const fail = (code: string): void => finish({ kind: began ? 'lost' : 'not_reached', code });

    const isSecure = url.protocol === 'https:';
    const lookup = lookupFor(urlTarget(url), this.options.reach.vouched);
    const request: ClientRequest = (isSecure ? https : http).request(url, {
      method,
      agent: isSecure ? this.secure : this.plain,
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      ...(lookup !== undefined && { lookup }),
    });
    let timer = setTimeout(() => fail('timeout'), this.options.connectMs);
    const begin = (): void => {
      if (isOver) return;
      if (!isInTime()) return finish({ kind: 'too_late' });
      clearTimeout(timer);
      timer = setTimeout(() => fail('timeout'), this.options.answerMs);
      began = true;
      request.end(body);
    };
    request.on('socket', (socket: Socket | TLSSocket) => {
      if (socket.connecting) socket.once(isSecure ? 'secureConnect' : 'connect', begin);
      else begin();
    });
    request.on('error', (error) => {
      const code = codeOf(error);
      if (code === NOT_PUBLIC && !began) finish({ kind: 'not_allowed', code });
      else fail(code);
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answered = (): void =>
        finish({
          kind: 'answered',
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MOST_ANSWER_BYTES) chunks.push(chunk);
        else answered();
      });
      response.on('end', () => (response.complete ? answered() : fail('answer_cut')));
      response.on('error', () => fail('answer_cut'));
      response.on('aborted', () => fail('answer_cut'));
    });
  }
}

/** Never the text of an error: it quotes addresses. */
function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return (typeof code === 'string' ? code : 'failed').toLowerCase();
}
