import { Readable } from 'node:stream';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { KeyService } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { acceptsBasic, accessOf, bodyIsRead, queryIsDeclared } from './route.js';
import { setPrincipal } from './principal.js';

/** Lets a request pass when its key is valid and has the scope of the route. A route without a scope lets nobody pass. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(@Inject(KeyService) private readonly keys: KeyService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = accessOf(context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (access !== 'public') {
      const key = bearerOf(request) || (acceptsBasic(context.getHandler()) ? passwordOf(request) : '');
      const principal = await this.keys.authenticate(key);
      if (principal === null)
        throw new DomainError('unauthenticated', 'Send a valid API key as: Authorization: Bearer <key>.');
      if (access === undefined || !principal.scopes.includes(access)) {
        throw new DomainError('forbidden', `Use an API key with the scope ${access}.`);
      }
      setPrincipal(request, principal);
    }
    refuseUnknownQuery(context, request);
    refuseUnknownBody(context, request);
    return true;
  }
}

function bearerOf(request: FastifyRequest): string {
  return /^Bearer ([\x21-\x7e]{1,200})$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** By HTTP Basic (RFC 7617) the key is the password, or the name where there is no password. */
function passwordOf(request: FastifyRequest): string {
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,1000})$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return password || name;
}

/** A misspelt parameter must not be ignored silently, also where a route takes none. */
function refuseUnknownQuery(context: ExecutionContext, request: FastifyRequest): void {
  const names = Object.keys(request.query as object);
  if (names.length === 0 || queryIsDeclared(context.getClass(), context.getHandler().name)) return;
  throw new DomainError('invalid_request', 'Leave the query out.', {
    violations: names
      .slice(0, 20)
      .map((name) => ({ pointer: '', detail: `query parameter ${name}: is not known here` })),
  });
}

/** As with the query: whoever sends members to a route that reads none means something by them. */
function refuseUnknownBody(context: ExecutionContext, { body }: FastifyRequest): void {
  if (body === undefined || body === null || bodyIsRead(context.getClass(), context.getHandler().name)) return;
  const isEmpty = typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0;
  if (isEmpty && !(body instanceof Readable)) return;
  throw new DomainError('invalid_request', 'Leave the body out: nothing is read from one here.');
}
