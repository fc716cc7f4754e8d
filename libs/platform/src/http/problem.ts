import { DomainError, type ErrorCode, type Violation } from '#lib/kernel';

/** Problem details (RFC 9457) as every error of the machines' door is answered. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** What to do about it. */
  readonly detail: string;
  readonly errors?: readonly Violation[];
  /** When to try again; the header Retry-After says the same, and a line of a stream has no header. */
  readonly retryAfterSeconds?: number;
}

/** Status and title of every code; leaving one out does not compile. */
const TABLE: Record<ErrorCode, { status: number; title: string }> = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  unreadable_request: { status: 400, title: 'This is not HTTP' },
  headers_too_large: { status: 431, title: 'The header fields are too large' },
  request_timeout: { status: 408, title: 'The request came too slowly' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unauthenticated: { status: 401, title: 'No valid API key' },
  forbidden: { status: 403, title: 'The API key may not do this' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  unknown_contact: { status: 422, title: 'Unknown contact' },
  unknown_topic: { status: 422, title: 'Unknown topic' },
  unknown_purpose: { status: 422, title: 'Unknown purpose' },
  unknown_template: { status: 422, title: 'Unknown template' },
  unknown_campaign: { status: 422, title: 'Unknown campaign' },
  unknown_policy: { status: 422, title: 'Unknown policy' },
  unknown_notice: { status: 422, title: 'Unknown notice' },
  unknown_provider: { status: 422, title: 'Unknown provider' },
  idempotency_key_required: { status: 400, title: 'Idempotency-Key is missing' },
  idempotency_key_reused: { status: 422, title: 'Idempotency-Key was used with another body' },
  idempotency_in_progress: { status: 409, title: 'The first request with this Idempotency-Key is still running' },
  answer_erased: { status: 410, title: 'The answer was erased' },
  version_in_use: { status: 409, title: 'The version exists and cannot be changed' },
  already_exists: { status: 409, title: 'It exists already' },
  conflict: { status: 409, title: 'The state does not allow this' },
  not_cancellable: { status: 409, title: 'The message can no longer be cancelled' },
  invalid_address: { status: 422, title: 'The address is not valid for its channel' },
  invalid_zone: { status: 422, title: 'The time zone is not known' },
  invalid_template: { status: 422, title: 'The template cannot be used' },
  overloaded: { status: 503, title: 'Too much is waiting' },
  sending_stopped: { status: 503, title: 'Nothing is accepted and nothing leaves at present' },
  not_implemented: { status: 501, title: 'This is not offered' },
  unavailable: { status: 503, title: 'Not available at the moment' },
  internal: { status: 500, title: 'Something went wrong on our side' },
};

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export function statusOf(code: ErrorCode): number {
  return TABLE[code].status;
}

/** The problem document of an error. */
export function toProblem(error: DomainError): Problem {
  const { status, title } = TABLE[error.code];
  const { violations, retryAfterSeconds } = error.extra;
  return {
    type: `urn:consent-gateway:problem:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.detail,
    ...(violations === undefined ? {} : { errors: violations }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

const BY_STATUS: Record<number, ErrorCode> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** Errors by which Fastify and its parsers say that a body cannot be read. */
const BY_FASTIFY_CODE: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported_media_type',
    'Send the body as application/json, or application/x-ndjson where a stream is taken.',
  ],
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'payload_too_large',
    'Send a smaller body; many messages go to POST /v1/messages:bulk, a line each.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed_json', 'Send a JSON body, or leave the Content-Type out.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed_json', 'Send a body that is valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'Content-Length must match the body.'],
};

/**
 * PostgreSQL is shutting down, starting up, made us wait too long or takes no writes (it is a standby now); class 53 is
 * what it has run out of (connections, memory, disk), 58 the system beneath it, 08 the connection.
 */
const SQLSTATES_AWAY = /^(57P0[123]|57014|55P03|25006|53...|58...|08...)$/;
/** Prisma's words for a server it does not reach, one that hung up, and connections that are all in use. */
const PRISMA_AWAY = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
const NETWORK_AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND']);

const AWAY_WITHOUT_CODE =
  /^Connection terminated|^Client .* is not queryable$|^timeout exceeded when trying to connect|^timeout expired$/;

/** Whether an error says that the database cannot be reached right now, and nothing about the request. */
export function isDatabaseAway(thrown: unknown): boolean {
  const { code, message } = beneathPrisma(thrown) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && (SQLSTATES_AWAY.test(code) || NETWORK_AWAY.has(code) || PRISMA_AWAY.has(code)))
    return true;
  // The driver has no code for a connection that ended under a statement, or before the next one of its transaction.
  return typeof message === 'string' && AWAY_WITHOUT_CODE.test(message);
}

/** What PostgreSQL answered, where Prisma's models have wrapped it into an error with a code of their own. */
function beneathPrisma(thrown: unknown): object {
  const outer = Object(thrown) as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  const answered = outer.meta?.driverAdapterError?.cause;
  return answered?.originalCode === undefined ? outer : { code: answered.originalCode };
}

/** Turns whatever was thrown into a DomainError; what nobody expected becomes `internal`, without a word about its cause. */
export function asDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (isDatabaseAway(thrown)) {
    const again = 'Try again in a moment, with the same Idempotency-Key where there is one.';
    return new DomainError('unavailable', again, { retryAfterSeconds: 2, cause: thrown });
  }
  const { code, statusCode, name } = thrown as { code?: unknown; statusCode?: unknown; name?: unknown };
  const known = typeof code === 'string' ? BY_FASTIFY_CODE[code] : undefined;
  if (known !== undefined) return new DomainError(known[0], known[1], { cause: thrown });
  if (name === 'SyntaxError' && statusCode === 400) {
    return new DomainError(
      'malformed_json',
      'Send a body that is valid JSON and has no __proto__ or constructor properties.',
      { cause: thrown },
    );
  }
  const status = typeof statusCode === 'number' ? statusCode : httpStatusOf(thrown);
  if (status !== undefined && status >= 400 && status < 500) {
    const byStatus = BY_STATUS[status] ?? 'invalid_request';
    return new DomainError(
      byStatus,
      byStatus === 'not_found' ? 'Check the path against /docs.' : 'Check the request against /docs.',
      { cause: thrown },
    );
  }
  return new DomainError('internal', 'Try again later with the same Idempotency-Key; if it stays, tell the operator.', {
    cause: thrown,
  });
}

function httpStatusOf(thrown: unknown): number | undefined {
  const getStatus = (thrown as { getStatus?: unknown }).getStatus;
  return typeof getStatus === 'function' ? Number(getStatus.call(thrown)) : undefined;
}
