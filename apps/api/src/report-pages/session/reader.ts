import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { KeyService, type Principal } from '#lib/consent';
import type { BrandId } from '#lib/kernel';
import { KEY_RING, type KeyRing, type Scope, systemClock } from '#lib/platform';
import { REPORT_ROLES, type ReportRole } from '#lib/reporting';
import { cookieOf } from './session-cookie.js';
import { readSession, SESSION_MS, writeSession } from './session.js';

/** A person who reads reports. */
export interface Reader {
  readonly keyId: string;
  readonly brandId: BrandId;
  /** Which reports are shown. */
  readonly roles: readonly ReportRole[];
  /** Whether single messages, and so single people, may be shown. */
  readonly seesMessages: boolean;
}

/** Says who reads: by the key of somebody who signs in, and by the session afterwards. */
@Injectable()
export class Readers {
  constructor(
    @Inject(KeyService) private readonly keys: KeyService,
    @Inject(KEY_RING) private readonly ring: KeyRing,
  ) {}

  /** A session for whose key this is, as a cookie holds it; null for a key that reads no reports. */
  async signIn(key: string): Promise<{ readonly cookie: string; readonly seconds: number } | null> {
    const principal = await this.keys.authenticate(key);
    if (principal === null || readerOf(principal) === null) return null;
    const session = { keyId: principal.keyId, expiresAt: systemClock.now() + SESSION_MS };
    return { cookie: writeSession(this.ring.sessions, session), seconds: SESSION_MS / 1_000 };
  }

  /** Who sent this request; null without a session, and as soon as its key is revoked, expired or without the scope. */
  async of(request: FastifyRequest): Promise<Reader | null> {
    const cookie = cookieOf(request);
    const session = cookie === null ? null : readSession(this.ring.sessions, cookie, systemClock.now());
    const principal = session === null ? null : await this.keys.standing(session.keyId);
    return principal === null ? null : readerOf(principal);
  }
}

function readerOf({ keyId, brandId, scopes }: Principal): Reader | null {
  const roles = scopes.includes('reports:read')
    ? REPORT_ROLES
    : REPORT_ROLES.filter((role) => scopes.includes(`reports:${role}` satisfies Scope));
  if (brandId === null || roles.length === 0) return null;
  return { keyId, brandId, roles, seesMessages: scopes.includes('messages:read') };
}
