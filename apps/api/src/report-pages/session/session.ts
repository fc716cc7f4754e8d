import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EpochMs } from '#lib/kernel';

/** Who signed in, until when. The key itself is in no cookie, page, address or log. */
export interface Session {
  readonly keyId: string;
  readonly expiresAt: EpochMs;
}

/** A working day; whoever needs longer signs in again. */
export const SESSION_MS = 8 * 3_600_000;

const SHAPE = /^v1\.([0-9a-f-]{36})\.([0-9]{13})\.([A-Za-z0-9_-]{43})$/;

/** The value of the cookie: what it says in clear, and a signature under a key that only the gateway has. */
export function writeSession(key: Buffer, { keyId, expiresAt }: Session): string {
  const said = `v1.${keyId}.${expiresAt}`;
  return `${said}.${signatureOf(key, said)}`;
}

/** Null when it is none of ours, was changed, or has ended. */
export function readSession(key: Buffer, value: string, now: EpochMs): Session | null {
  const [, keyId = '', expiry = '', signature = ''] = SHAPE.exec(value) ?? [];
  if (keyId === '') return null;
  const wanted = Buffer.from(signatureOf(key, `v1.${keyId}.${expiry}`));
  if (!timingSafeEqual(wanted, Buffer.from(signature))) return null;
  const expiresAt = Number(expiry);
  return now < expiresAt ? { keyId, expiresAt } : null;
}

function signatureOf(key: Buffer, said: string): string {
  return createHmac('sha256', key).update(said).digest('base64url');
}
