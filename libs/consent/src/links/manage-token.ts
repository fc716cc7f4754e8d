import type { ContactPointId, EpochMs, MessageId } from '#lib/kernel';
import { randomBytesPooled } from '#lib/platform';
import { openLink, sealLink } from './sealed-link.js';

/** A link to everything about a person, for whoever reads what is sent to this contact point; for a short time. */
export interface ManageLink {
  readonly contactPointId: ContactPointId;
  /** The message in which it stood; null for one that a system of the brand was given. */
  readonly messageId: MessageId | null;
  readonly expiresAt: EpochMs;
}

/** How long a link lives that stands in a message, or is given out without another wish. */
export const MANAGE_LINK_MS = 24 * 3_600_000;

const NO_MESSAGE = '00000000-0000-0000-0000-000000000000';

/** @param key the key ring's `links` */
export function makeManageToken(key: Buffer, { contactPointId, messageId, expiresAt }: ManageLink): string {
  // 48 bits of time, then 80 random ones: two links of the same millisecond are not the same link.
  const slot = expiresAt.toString(16).padStart(12, '0') + randomBytesPooled(10).toString('hex');
  const expiry = [slot.slice(0, 8), slot.slice(8, 12), slot.slice(12, 16), slot.slice(16, 20), slot.slice(20)].join(
    '-',
  );
  return sealLink(key, 'manage', [contactPointId, messageId ?? NO_MESSAGE, expiry]);
}

/** What a token says; null for one that this key has not made and for one that has expired alike. */
export function readManageToken(key: Buffer, token: string, now: EpochMs): ManageLink | null {
  const ids = openLink(key, 'manage', token);
  if (ids === null) return null;
  const [contactPointId, messageId, expiry] = ids;
  const expiresAt = Number.parseInt(expiry.replaceAll('-', '').slice(0, 12), 16);
  if (expiresAt <= now) return null;
  return {
    contactPointId: contactPointId as ContactPointId,
    messageId: messageId === NO_MESSAGE ? null : (messageId as MessageId),
    expiresAt,
  };
}
