import { hash } from 'node:crypto';
import { type SubtreeHash } from '../subtrees.js';

const sha256 = (...bytes: Uint8Array[]): Buffer => hash('sha256', Buffer.concat(bytes), 'buffer');

/**
 * The tree of RFC 6962, section 2.1, and its proofs (2.1.1, 2.1.2), written as the recursions of the RFC: nothing in
 * it is shared with the code under test. It remembers what it has hashed.
 */
export class TreeModel {
  private readonly heads = new Map<number, Buffer>();

  constructor(readonly entries: readonly Uint8Array[]) {}

  /** MTH(D[start:end]). */
  head(start: number, end: number): Buffer {
    const key = start * 1_000_000 + end;
    const known = this.heads.get(key);
    if (known !== undefined) return known;
    const head = this.compute(start, end);
    this.heads.set(key, head);
    return head;
  }

  /** PATH(m, D[start:end]), m counted from start. */
  path(m: number, start: number, end: number): Buffer[] {
    if (end - start === 1) return [];
    const k = this.split(end - start);
    return m < k
      ? [...this.path(m, start, start + k), this.head(start + k, end)]
      : [...this.path(m - k, start + k, end), this.head(start, start + k)];
  }

  /** SUBPROOF(m, D[start:end], b). PROOF(m, D[n]) is SUBPROOF(m, D[0:n], true). */
  subproof(m: number, start: number, end: number, b: boolean): Buffer[] {
    const n = end - start;
    if (m === n) return b ? [] : [this.head(start, end)];
    const k = this.split(n);
    return m <= k
      ? [...this.subproof(m, start, start + k, b), this.head(start + k, end)]
      : [...this.subproof(m - k, start + k, end, false), this.head(start, start + k)];
  }

  /** Hashes of full subtrees, as the code under test asks for them. */
  readonly hashOf: SubtreeHash = ({ level, index }) => this.head(index * 2 ** level, (index + 1) * 2 ** level);

  private compute(start: number, end: number): Buffer {
    const [first] = this.entries.slice(start, start + 1);
    if (start === end || first === undefined) return sha256();
    if (end - start === 1) return sha256(Buffer.of(0), first);
    const k = this.split(end - start);
    return sha256(Buffer.of(1), this.head(start, start + k), this.head(start + k, end));
  }

  private split(n: number): number {
    return n <= 2 ? 1 : 2 * this.split(Math.ceil(n / 2));
  }
}

export const entriesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(`entry ${i}`));

/** Certificate Transparency's reference entries. */
export const CT_ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
