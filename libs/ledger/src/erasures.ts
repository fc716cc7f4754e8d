import type { EntryId } from '#lib/kernel';
import { sqlPart, type Tx } from '#lib/platform';

/** Entries draw their keys before they are committed; so many that were committed later may have drawn theirs earlier. */
const OVERTAKEN = 100_000;

/**
 * Leaf hashes, base64url, of the entries that say that somebody was erased. One that counts (`cnt`) what was destroyed of a
 * person in time ends nobody: their chain goes on with it.
 * @param since only those that may have come after this entry; null: all
 */
export async function erasures(tx: Tx, since: EntryId | null): Promise<Set<string>> {
  const ofThem =
    since === null ? sqlPart`` : sqlPart`n > (SELECT n FROM ledger.entry WHERE id = ${since}) - ${OVERTAKEN}::int AND`;
  const rows = await tx.composed<[Buffer]>(sqlPart`
    SELECT sha256('\\x00'::bytea || leaf) FROM ledger.entry
     WHERE ${ofThem} position('"t":"erasure.executed"'::bytea IN leaf) > 0 AND position('"cnt":'::bytea IN leaf) = 0`);
  return new Set(rows.map(([hash]) => hash.toString('base64url')));
}
