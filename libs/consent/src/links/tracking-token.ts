import type { ContactPointId, MessageId } from '#lib/kernel';
import { openLink, sealLink } from './sealed-link.js';

/** What is counted of a message, and whose it is. */
export interface TrackedThing {
  readonly messageId: MessageId;
  /** Of a link, which one of the message; of an opening, the brand. */
  readonly id: string;
  readonly contactPointId: ContactPointId;
}

/**
 * The token of a link that is counted, or of the image that tells of an opening. It names what is kept and carries no
 * address to go to, so nobody can make the center lead anywhere.
 * @param key the key ring's `links`
 */
export function makeTrackingToken(
  key: Buffer,
  kind: 'click' | 'open',
  { messageId, id, contactPointId }: TrackedThing,
): string {
  return sealLink(key, kind, [messageId, id, contactPointId]);
}

/** What a token says; null for whatever this key has not made, without a hint why. */
export function readTrackingToken(key: Buffer, kind: 'click' | 'open', token: string): TrackedThing | null {
  const ids = openLink(key, kind, token);
  if (ids === null) return null;
  const [messageId, id, contactPointId] = ids;
  return { messageId: messageId as MessageId, id, contactPointId: contactPointId as ContactPointId };
}
