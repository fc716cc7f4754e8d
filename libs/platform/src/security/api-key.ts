import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { EpochMs } from '#lib/kernel';
import { randomBytesPooled } from '../random.js';

/** What a key may do. A route names one scope; a key without it gets 403. */
export const SCOPES = [
  'messages:send',
  'messages:read',
  'messages:override',
  'contacts:read',
  'contacts:write',
  'contacts:export',
  'consents:write',
  'events:write',
  'setup:read',
  'setup:write',
  'keys:write',
  'brands:write',
  'ledger:read',
  'ledger:export',
  'metrics:read',
  'reports:read',
  'reports:operations',
  'reports:cmo',
  'reports:sales',
  'reports:finance',
] as const;
export type Scope = (typeof SCOPES)[number];

/** A freshly made key. `text` is shown once and never stored. */
export interface NewApiKey {
  readonly text: string;
  readonly publicId: string;
  readonly secretHash: Buffer;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PUBLIC_LENGTH = 12;
const SECRET_LENGTH = 32; // 32 base-62 characters carry 190 bits
const CHECK_LENGTH = 6;
const SHAPE = new RegExp(
  `^cg_(live|test)_([0-9A-Za-z]{${PUBLIC_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECK_LENGTH}})$`,
);

/** Makes a key `cg_<live|test>_<public id>_<secret><checksum>`; the prefix lets secret scanners find it. */
export function newApiKey(test: boolean): NewApiKey {
  const publicId = randomText(PUBLIC_LENGTH);
  const body = `cg_${test ? 'test' : 'live'}_${publicId}_${randomText(SECRET_LENGTH)}`;
  const text = body + checksum(body);
  return { text, publicId, secretHash: hashApiKey(text) };
}

/** The public id of a well-formed key, or null. A mistyped key is told by its checksum, without a look-up. */
export function publicIdOf(text: string): string | null {
  const match = SHAPE.exec(text);
  if (match === null || checksum(text.slice(0, -CHECK_LENGTH)) !== match[4]) return null;
  return match[2] ?? null;
}

export function hashApiKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares in constant time. */
export function isSameSecret(text: string, secretHash: Buffer): boolean {
  return timingSafeEqual(hashApiKey(text), secretHash);
}

/** A key as it is stored: its secret by hash, and what it opens. */
export interface StoredApiKey {
  readonly id: string;
  readonly publicId: string;
  readonly secretHash: Buffer;
  /** Null for the operator's. */
  readonly brandId: string | null;
  readonly scopes: readonly string[];
  readonly test: boolean;
  readonly expiresAt: EpochMs | null;
}

/**
 * Binds what a stored key opens to its secret: a row that somebody wrote, or changed, without `key` is bound to nothing.
 * That a key is revoked is not in it; a key that is loses its binding.
 */
export function bindApiKey(key: Buffer, stored: StoredApiKey): Buffer {
  const { id, publicId, secretHash, brandId, scopes, test, expiresAt } = stored;
  const said = JSON.stringify([id, publicId, secretHash.toString('hex'), brandId, scopes, test, expiresAt]);
  return createHmac('sha256', key).update(said).digest();
}

/** Compares in constant time. */
export function isBoundApiKey(key: Buffer, stored: StoredApiKey, binding: Buffer | null): boolean {
  return binding !== null && timingSafeEqual(bindApiKey(key, stored), binding);
}

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECK_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Uniform over the alphabet: bytes of 248 and above are drawn again. */
function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytesPooled(length)) {
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
