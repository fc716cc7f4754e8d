import type { ContactPointId, EpochMs } from '#lib/kernel';
import type { LinkAccess } from '../../links/page-link.js';

/** For how long a change can be taken back by whoever may say yes. */
export const UNDO_MS = 24 * 3_600_000;
/** By whoever may only leave: a slip is seen on the page that tells of it, or not at all. */
export const UNDO_SLIP_MS = 10 * 60_000;

/** What of a change says who may take it back. */
export interface UndoableChange {
  readonly act: string;
  readonly at: EpochMs;
  readonly undone: boolean;
  /** Of the link by which it was made. */
  readonly contactPointId: ContactPointId;
  /** SHA-256 of the secret that the answer told; null where there was none. */
  readonly undoHash: Buffer | null;
}

/**
 * Until when the holder of a link may take a change back; null: not at all. A manage link and the id of the change, which
 * its answer told, are enough for a day. An opt-out link stands in old and forwarded mails, so it takes back its own
 * change alone, at its own contact point, and with the secret of that very answer.
 */
export function undoUntil(
  { access, contactPointId }: { readonly access: LinkAccess; readonly contactPointId: ContactPointId },
  change: UndoableChange,
  secretHash: Buffer | null,
): EpochMs | null {
  if (change.undone || change.act === 'undo' || change.act === 'erase') return null;
  if (access === 'manage') return change.at + UNDO_MS;
  const isItsOwn =
    change.contactPointId === contactPointId && secretHash !== null && change.undoHash?.equals(secretHash) === true;
  return isItsOwn ? change.at + UNDO_SLIP_MS : null;
}
