import type { ContactPointId, MessageId } from '#lib/kernel';
import { openLink, sealLink } from './sealed-link.js';

/** Which purpose or topic a link leaves, for which contact point, and the mail in which it stood. */
export interface OptOutLink {
  readonly contactPointId: ContactPointId;
  /** Id of a topic, or of a purpose. */
  readonly scopeId: string;
  readonly messageId: MessageId;
}

/**
 * The token of a one-click link (RFC 8058). It never expires, because a mail can be opened years later, and whoever
 * holds it can do nothing with it but reduce what is sent.
 * @param key the key ring's `links`
 */
export function makeOptOutToken(key: Buffer, { contactPointId, scopeId, messageId }: OptOutLink): string {
  return sealLink(key, 'opt_out', [contactPointId, scopeId, messageId]);
}

/** What a token says; null for whatever this key has not made, without a hint why and in constant time. */
export function readOptOutToken(key: Buffer, token: string): OptOutLink | null {
  const ids = openLink(key, 'opt_out', token);
  if (ids === null) return null;
  const [contactPointId, scopeId, messageId] = ids;
  return { contactPointId: contactPointId as ContactPointId, scopeId, messageId: messageId as MessageId };
}
