import type { FastifyRequest } from 'fastify';
import type { Visitor } from '#lib/sending';
import { whereFrom } from '../http/evidence.js';

/** Who follows a counted link, as far as the request says. Their network address is neither kept nor looked at. */
export function visitorOf(request: FastifyRequest): Visitor {
  const announced = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].flatMap((name) => request.headers[name] ?? []);
  return {
    userAgent: whereFrom(request).userAgent,
    announcedAs: announced.length === 0 ? null : announced.join(' '),
    onlyAsks: request.method !== 'GET',
  };
}
