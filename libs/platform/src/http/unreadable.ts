import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { DomainError } from '#lib/kernel';
import { PROBLEM_MEDIA_TYPE, toProblem } from './problem.js';

/** Node's own words for what its parser refuses, where it is not simply no HTTP. */
const REFUSED: Readonly<Record<string, DomainError>> = {
  HPE_HEADER_OVERFLOW: new DomainError('headers_too_large', 'Send header fields of less than 16 kB.'),
  ERR_HTTP_REQUEST_TIMEOUT: new DomainError('request_timeout', 'Send the request again, without long pauses.'),
};
const NOT_HTTP = new DomainError('unreadable_request', 'Send an HTTP/1.1 request as RFC 9112 describes it.');

/** What never becomes a request is told why in the words of all errors, and its connection is closed. */
export function answerUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = toProblem(REFUSED[error.code ?? ''] ?? NOT_HTTP);
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `content-type: ${PROBLEM_MEDIA_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
