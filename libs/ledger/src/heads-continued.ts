import type { EntryId, SubjectId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import {
  encodeDisclosure,
  HASH_BYTES,
  HEAD_BYTES,
  headCommitment,
  isErasure,
  leafHash,
  subjectLabel,
  subjectOf,
  verifyEntry,
} from '#lib/proof';
import type { KeptHeads } from './bundle/heads.store.js';
import { type LedgerKeys, openDisclosures, subjectKey } from './sealing.js';

/** A list of heads: labels and commitments, sorted, one after the other. */
type Packed = Buffer;

const PAGE = 200;
/**
 * Whose chain a list of heads takes back, or tells otherwise than the list before it; null: nobody's. Each chain that
 * stands elsewhere now has to have come past where it stood. What was erased since cannot be followed further than to the
 * entry that says so.
 */
export async function takenBack(tx: Tx, keys: LedgerKeys, before: KeptHeads, after: Packed): Promise<string | null> {
  const now = byLabel(after);
  const moved = new Map<string, Buffer>();
  for (const [label, commitment] of byLabel(before.records)) {
    if (now.get(label)?.equals(commitment) !== true) moved.set(label, commitment);
  }
  if (moved.size === 0) return null;
  const chains = await chainsIn(tx, [...moved.keys()]);
  if (chains.length < moved.size) return 'a chain that was counted is gone';
  for (const chain of chains) {
    const stood = moved.get(subjectLabel(chain.id).toString('hex'));
    if (stood !== undefined && !(await cameFrom(tx, keys, chain, stood))) return `the chain ${chain.id} was taken back`;
  }
  return null;
}

interface ChainRow {
  readonly id: SubjectId;
  readonly secret: Buffer;
  readonly n: number;
  readonly head: Buffer;
}

/** Whether a chain once stood where a commitment says. Looked for from its end: lists are young. */
async function cameFrom(tx: Tx, keys: LedgerKeys, { id, secret, n, head }: ChainRow, stood: Buffer): Promise<boolean> {
  const key = subjectKey(keys, id, secret);
  const isIt = (at: number, hash: Buffer): boolean => headCommitment(id, at, hash).equals(stood);
  let after: { readonly n: number; readonly prev: string | null } = { n: n + 1, prev: head.toString('base64url') };
  for (let before = Number.MAX_SAFE_INTEGER; ;) {
    const rows = await disclosed(tx, id, before);
    for (const row of rows) {
      const entry = verifyEntry(
        row.leaf,
        openDisclosures(key, row.entryId, row.sealed).split('\n').map(encodeDisclosure),
      );
      const link = subjectOf({ entry });
      const hash = leafHash(row.leaf);
      const isNext = link?.id === id && link.n === after.n - 1 && after.prev === hash.toString('base64url');
      if (link === null || !isNext) return false;
      if (isIt(link.n, hash)) return true;
      // All before it is gone; where it stood was there.
      if (isErasure(entry)) return link.n > 1;
      after = link;
      before = row.n;
    }
    if (rows.length < PAGE) return false;
  }
}

function byLabel(packed: Packed): Map<string, Buffer> {
  const heads = new Map<string, Buffer>();
  for (let at = 0; at < packed.length; at += HEAD_BYTES) {
    heads.set(packed.toString('hex', at, at + HASH_BYTES), packed.subarray(at + HASH_BYTES, at + HEAD_BYTES));
  }
  return heads;
}

/** The chains with these labels, in hexadecimal. Reads through all chains, as a list of heads is made. */
async function chainsIn(tx: Tx, labels: readonly string[]): Promise<ChainRow[]> {
  return tx.sql<ChainRow>`
    SELECT s.id, s.secret, s.chain_n AS n, s.chain_head AS head
      FROM ledger.subject s
      JOIN unnest(${[...labels]}::text[]) AS wanted (label)
        ON sha256('label/1'::bytea || '\\x00'::bytea || uuid_send(s.id)) = decode(wanted.label, 'hex')
     WHERE s.chain_n > 0`;
}

/** What a chain discloses, from its end. */
async function disclosed(tx: Tx, id: SubjectId, before: number) {
  return tx.sql<{ n: number; entryId: EntryId; leaf: Buffer; sealed: Buffer }>`
    SELECT d.n, e.id AS "entryId", e.leaf, d.sealed
      FROM ledger.disclosure d JOIN ledger.entry e USING (n)
     WHERE d.subject_id = ${id}::uuid AND d.n < ${before}::bigint
     ORDER BY d.subject_id DESC, d.n DESC LIMIT ${PAGE}::int`;
}
