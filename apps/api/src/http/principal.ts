import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Change, Principal } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { systemClock } from '#lib/platform';

const principals = new WeakMap<FastifyRequest, Principal>();

/** Called by the guard, once per request. */
export function setPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request, principal);
}

/** Whose key the request carries. @throws Error on a public route, which has none. */
export function principalOf(request: FastifyRequest): Principal {
  const principal = principals.get(request);
  if (principal === undefined) throw new Error('the route is public, so its requests have no principal');
  return principal;
}

/** @throws DomainError forbidden for an operator key, on routes about what one brand owns. */
export function brandOf(principal: Principal): BrandId {
  if (principal.brandId !== null) return principal.brandId;
  throw new DomainError('forbidden', 'An operator key belongs to no brand. Use a key of the brand this is about.');
}

/** Parameter: whose key the request carries. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal =>
  principalOf(requestOf(context)),
);

/** Parameter: the brand of the request's key. An operator key is refused. */
export const CallerBrand = createParamDecorator((_: unknown, context: ExecutionContext): BrandId =>
  brandOf(principalOf(requestOf(context))),
);

/** Parameter: who changes something, and that it is now. */
export const Author = createParamDecorator((_: unknown, context: ExecutionContext): Change => ({
  by: principalOf(requestOf(context)).keyId,
  at: systemClock.now(),
}));

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
