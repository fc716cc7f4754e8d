import { hash } from 'node:crypto';
import { type Check, fails, HOLDS } from './malformed.js';
import { HASH_BYTES, nodeHash } from './merkle.js';

/**
 * A map of how far every person's chain reaches: a binary tree of which a record's place is its label, bit by bit. One
 * label has one place, so one root says one thing about a person, and says it also when it says that there is nothing.
 *
 * A part without a record is EMPTY, one with a single record is its leaf, SHA-256(0x00 || label || commitment), at
 * whatever depth; one with more is SHA-256(0x01 || left || right), left being the labels whose next bit is 0.
 */
export interface HeadRecord {
  /** SHA-256("label/1" || 0x00 || the subject's id, 16 bytes). */
  readonly label: Buffer;
  /** SHA-256("head/1" || 0x00 || id || n, 8 bytes big-endian || leaf hash of the chain's entry n). */
  readonly commitment: Buffer;
}

/** Leads from a label to the root: what lies beside its way, from the top down, and the record at its end, if any. */
export interface HeadProof {
  readonly siblings: readonly Buffer[];
  readonly leaf: HeadRecord | null;
}

/** Bytes of a record in a packed list: label and commitment. */
export const HEAD_BYTES = 2 * HASH_BYTES;
export const NO_HEADS: Buffer = Buffer.alloc(HASH_BYTES);
const BITS = 8 * HASH_BYTES;

export function subjectLabel(id: string): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from('label/1\0'), idBytes(id)]), 'buffer');
}

/** Commits to the number and the leaf hash of the newest entry of a chain. Whoever lacks the id cannot guess it. */
export function headCommitment(id: string, n: number, leafHash: Uint8Array): Buffer {
  const count = Buffer.alloc(8);
  count.writeUIntBE(n, 2, 6);
  return hash('sha256', Buffer.concat([Buffer.from('head/1\0'), idBytes(id), count, leafHash]), 'buffer');
}

/** The root over records, sorted by label, packed one after the other. @throws RangeError when they are not sorted */
export function rootOfHeads(packed: Buffer): Buffer {
  const count = packed.length / HEAD_BYTES;
  if (!Number.isInteger(count)) throw new RangeError('the list is cut off');
  for (let i = 1; i < count; i++) {
    if (Buffer.compare(labelAt(packed, i - 1), labelAt(packed, i)) >= 0) throw new RangeError('labels are not sorted');
  }
  return rootOf(packed, 0, count, 0);
}

/** What shows the record of a label, or that there is none, under the root of the same list. */
export function proveHead(packed: Buffer, label: Buffer): HeadProof {
  const siblings: Buffer[] = [];
  let [start, end] = [0, packed.length / HEAD_BYTES];
  for (let depth = 0; end - start > 1; depth++) {
    const middle = splitAt(packed, start, end, depth);
    if (bitOf(label, depth) === 0) {
      siblings.push(rootOf(packed, middle, end, depth + 1));
      end = middle;
    } else {
      siblings.push(rootOf(packed, start, middle, depth + 1));
      start = middle;
    }
  }
  return { siblings, leaf: start === end ? null : recordAt(packed, start) };
}

/** Whether a proof belongs to a label and a root. Whose record stands at its end is for the caller to compare. */
export function verifyHead(root: Uint8Array, label: Buffer, { siblings, leaf }: HeadProof): Check {
  if (siblings.length > BITS) return fails('the proof is too long');
  if (![label, ...siblings].every(({ length }) => length === HASH_BYTES)) return fails('a hash is not 32 bytes');
  if (leaf !== null) {
    if (leaf.label.length !== HASH_BYTES || leaf.commitment.length !== HASH_BYTES)
      return fails('a hash is not 32 bytes');
    for (let depth = 0; depth < siblings.length; depth++) {
      if (bitOf(leaf.label, depth) !== bitOf(label, depth)) return fails('the record lies elsewhere');
    }
  }
  let node = leaf === null ? NO_HEADS : leafOf(leaf);
  for (let depth = siblings.length - 1; depth >= 0; depth--) {
    const sibling = siblings[depth] ?? NO_HEADS;
    node = bitOf(label, depth) === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node);
  }
  return Buffer.compare(node, root) === 0 ? HOLDS : fails('the proof does not lead to the root');
}

function rootOf(packed: Buffer, start: number, end: number, depth: number): Buffer {
  if (end - start === 0) return NO_HEADS;
  if (end - start === 1) return leafOf(recordAt(packed, start));
  const middle = splitAt(packed, start, end, depth);
  return nodeHash(rootOf(packed, start, middle, depth + 1), rootOf(packed, middle, end, depth + 1));
}

/** Where, among records that agree up to `depth`, those begin whose next bit is 1. */
function splitAt(packed: Buffer, start: number, end: number, depth: number): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (bitOf(labelAt(packed, middle), depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function leafOf({ label, commitment }: HeadRecord): Buffer {
  return hash('sha256', Buffer.concat([Buffer.of(0x00), label, commitment]), 'buffer');
}

function recordAt(packed: Buffer, i: number): HeadRecord {
  return { label: labelAt(packed, i), commitment: packed.subarray(i * HEAD_BYTES + HASH_BYTES, (i + 1) * HEAD_BYTES) };
}

function labelAt(packed: Buffer, i: number): Buffer {
  return packed.subarray(i * HEAD_BYTES, i * HEAD_BYTES + HASH_BYTES);
}

function bitOf(label: Uint8Array, depth: number): number {
  return ((label[Math.floor(depth / 8)] ?? 0) >> (7 - (depth % 8))) & 1;
}

function idBytes(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new RangeError('an id has 16 bytes');
  return bytes;
}
