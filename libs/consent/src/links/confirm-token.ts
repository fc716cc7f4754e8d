import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { BrandId, ContactPointId } from '#lib/kernel';
import { layOutLink, LINK_BYTES, readLink } from './domain/link-layout.js';

/** Which request a link confirms, for which contact point. */
export interface ConfirmLink {
  readonly optInId: string;
  readonly contactPointId: ContactPointId;
  readonly brandId: BrandId;
}

const CODE_BYTES = 16;
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${((LINK_BYTES + CODE_BYTES) * 4) / 3}}$`);

/**
 * The token of a double opt-in: like that of an opt-out link, of another kind, so that neither is the other. It can
 * be made again from what it names, which is how a message gets it at the moment of its hand-over: no row holds it.
 * Whether it still counts is said by the row of its request, which knows its hash.
 */
export function makeConfirmToken(key: Buffer, { optInId, contactPointId, brandId }: ConfirmLink): string {
  const link = layOutLink('confirm', [optInId, contactPointId, brandId]);
  return Buffer.concat([link, codeOf(key, link)]).toString('base64url');
}

/** What a token says; null for whatever this key has not made. */
export function readConfirmToken(key: Buffer, token: string): ConfirmLink | null {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const link = bytes.subarray(0, LINK_BYTES);
  const isOurs = timingSafeEqual(codeOf(key, link), bytes.subarray(LINK_BYTES));
  const ids = readLink('confirm', link);
  if (!isOurs || ids === null) return null;
  const [optInId, contactPointId, brandId] = ids;
  return { optInId, contactPointId: contactPointId as ContactPointId, brandId: brandId as BrandId };
}

/** As it is kept. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function codeOf(key: Buffer, link: Buffer): Buffer {
  return createHmac('sha256', key).update(link).digest().subarray(0, CODE_BYTES);
}
