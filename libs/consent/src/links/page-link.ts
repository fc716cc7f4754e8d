import type { ContactPointId, EpochMs, MessageId } from '#lib/kernel';
import { readManageToken } from './manage-token.js';
import { type OptOutLink, readOptOutToken } from './opt-out-token.js';

const NIL = '00000000-0000-0000-0000-000000000000';

/**
 * What the holder of a link may do. `reduce`: receive less, for ever, because a forwarded or leaked mail must always
 * let its reader leave and never hand over a person's history. `manage`: everything.
 */
export type LinkAccess = 'reduce' | 'manage';

/** A link to the preference page, of either kind. */
export interface PageLink {
  readonly access: LinkAccess;
  readonly contactPointId: ContactPointId;
  /** The topic or purpose of the message in which it stood; null where it is about none. */
  readonly scopeId: string | null;
  readonly messageId: MessageId | null;
  /** Null: never. */
  readonly expiresAt: EpochMs | null;
}

/** Null for whatever this key has not made, and for what has expired, without a hint which. */
export function readPageLink(key: Buffer, token: string, now: EpochMs): PageLink | null {
  const optOut = readOptOutToken(key, token);
  if (optOut !== null) return { access: 'reduce', ...optOut, expiresAt: null };
  const manage = readManageToken(key, token, now);
  return manage === null ? null : { access: 'manage', ...manage, scopeId: null };
}

/**
 * Looked up in place of a link that is none or has expired. It leads to nobody, by the same statements as a link of ours
 * whose person is gone, so that nobody can tell by the time of an answer which of these theirs is.
 */
export const NOWHERE: PageLink = {
  access: 'reduce',
  contactPointId: NIL as ContactPointId,
  scopeId: NIL,
  messageId: NIL as MessageId,
  expiresAt: null,
};

/** The same of a link that leaves alone. */
export const NO_OPT_OUT: OptOutLink = {
  contactPointId: NIL as ContactPointId,
  scopeId: NIL,
  messageId: NIL as MessageId,
};
