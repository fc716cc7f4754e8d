import { createHmac, timingSafeEqual } from 'node:crypto';
import { layOutLink, LINK_BYTES, type LinkIds, type LinkKind, readLink } from './domain/link-layout.js';

/** 128 bits (ASVS 7.2.3): guessing one of a billion links takes 2^98 tries. */
const CODE_BYTES = 16;
const TOKEN_BYTES = LINK_BYTES + CODE_BYTES;

/** 66 bytes are 88 characters without rest, so every link has exactly one spelling. */
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${(TOKEN_BYTES * 4) / 3}}$`);

/** base64url of version, kind, three ids and a truncated HMAC-SHA-256 over them. */
export function sealLink(key: Buffer, kind: LinkKind, ids: LinkIds): string {
  const link = layOutLink(kind, ids);
  const token = Buffer.allocUnsafe(TOKEN_BYTES);
  link.copy(token);
  codeOf(key, link).copy(token, LINK_BYTES);
  return token.toString('base64url');
}

/** The ids of a token of this kind; null for whatever this key has not made, without a hint why and in constant time. */
export function openLink(key: Buffer, kind: LinkKind, token: string): LinkIds | null {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const link = bytes.subarray(0, LINK_BYTES);
  const isOurs = timingSafeEqual(codeOf(key, link), bytes.subarray(LINK_BYTES));
  const ids = readLink(kind, link);
  return isOurs ? ids : null;
}

function codeOf(key: Buffer, link: Buffer): Buffer {
  return createHmac('sha256', key).update(link).digest().subarray(0, CODE_BYTES);
}
