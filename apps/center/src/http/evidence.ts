import type { FastifyRequest } from 'fastify';

const MAX_USER_AGENT = 300;

/** Where a wish came from. Part of the evidence, so bounded and on one line. */
export function whereFrom(request: FastifyRequest): { ip: string; userAgent: string | null } {
  const userAgent = request.headers['user-agent']?.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_USER_AGENT) ?? null;
  return { ip: request.ip, userAgent };
}

/** Whether a form was sent from a page that is not ours. Old browsers do not say; the token in the address is what counts. */
export function isFromElsewhere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}
