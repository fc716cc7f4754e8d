import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { layOutLink, LINK_BYTES, readLink } from './domain/link-layout.js';

/** Which purpose or topic a link leaves, for which contact point, and the mail in which it stood. */
export interface OptOutLink {
  readonly contactPointId: ContactPointId;
  /** Id of a topic, or of a purpose. */
  readonly scopeId: string;
  readonly messageId: MessageId;
}

/** 128 bits (ASVS 7.2.3): guessing one of a billion links takes 2^98 tries. */
const CODE_BYTES = 16;
const TOKEN_BYTES = LINK_BYTES + CODE_BYTES;

/** 66 bytes are 88 characters without rest, so every link has exactly one spelling. */
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${(TOKEN_BYTES * 4) / 3}}$`);

/**
 * The token of a one-click link (RFC 8058): base64url of version, kind, three ids and a truncated
 * HMAC-SHA-256 over them. It never expires, because a mail can be opened years later, and whoever holds
 * it can do nothing with it but leave.
 * @param key the key ring's `links`
 */
export function makeOptOutToken(key: Buffer, { contactPointId, scopeId, messageId }: OptOutLink): string {
  const link = layOutLink('opt_out', [contactPointId, scopeId, messageId]);
  return Buffer.concat([link, codeOf(key, link)]).toString('base64url');
}

/** What a token says; null for whatever this key has not made, without a hint why and in constant time. */
export function readOptOutToken(key: Buffer, token: string): OptOutLink | null {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const link = bytes.subarray(0, LINK_BYTES);
  const isOurs = timingSafeEqual(codeOf(key, link), bytes.subarray(LINK_BYTES));
  const ids = readLink('opt_out', link);
  if (!isOurs || ids === null) return null;
  const [contactPointId, scopeId, messageId] = ids;
  return { contactPointId: contactPointId as ContactPointId, scopeId, messageId: messageId as MessageId };
}

function codeOf(key: Buffer, link: Buffer): Buffer {
  return createHmac('sha256', key).update(link).digest().subarray(0, CODE_BYTES);
}
