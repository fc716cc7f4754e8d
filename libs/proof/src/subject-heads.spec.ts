import { describe, expect, it } from '@jest/globals';
import { hash } from 'node:crypto';
import fc from 'fast-check';
import { runs } from '../../../test/support/runs.js';
import { nodeHash } from './merkle.js';
import {
  type HeadRecord,
  headCommitment,
  NO_HEADS,
  proveHead,
  rootOfHeads,
  subjectLabel,
  verifyHead,
} from './subject-heads.js';

const TRIES = { numRuns: runs(100) };
const ID = '0190a0b0-0000-7000-8000-00000000000a';

/** By the definition: a part is empty, one record, or two halves by the next bit. */
function model(records: readonly HeadRecord[], depth = 0): Buffer {
  const [first, second] = records;
  if (first === undefined) return Buffer.alloc(32);
  if (second === undefined)
    return hash('sha256', Buffer.concat([Buffer.of(0), first.label, first.commitment]), 'buffer');
  const bit = ({ label }: HeadRecord): number => ((label[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1;
  const half = (which: number): Buffer =>
    model(
      records.filter((record) => bit(record) === which),
      depth + 1,
    );
  return nodeHash(half(0), half(1));
}

const pack = (records: readonly HeadRecord[]): Buffer =>
  Buffer.concat(records.flatMap(({ label, commitment }) => [label, commitment]));
/** Labels that agree in many bits, so that the tree is deep in places. */
const labels = fc.uniqueArray(
  fc.tuple(fc.constantFrom(0, 1, 2, 255), fc.integer({ min: 0, max: 2 ** 20 })).map(([first, rest]) => {
    const label = Buffer.alloc(32, first);
    label.writeUInt32BE(rest, 28);
    return label.toString('hex');
  }),
  { maxLength: 30 },
);
const trees = labels.map((all) =>
  all.sort().map((hex): HeadRecord => ({ label: Buffer.from(hex, 'hex'), commitment: hash('sha256', hex, 'buffer') })),
);

describe('a map of how far chains reach', () => {
  it('has the root of its definition', () => {
    expect(rootOfHeads(Buffer.alloc(0))).toEqual(NO_HEADS);
    fc.assert(
      fc.property(trees, (records) => expect(rootOfHeads(pack(records))).toEqual(model(records))),
      TRIES,
    );
  });

  it('proves of every label that it is there, or that it is not', () => {
    fc.assert(
      fc.property(trees, labels, (records, others) => {
        const packed = pack(records);
        const root = rootOfHeads(packed);
        for (const label of [
          ...records.map((record) => record.label),
          ...others.map((hex) => Buffer.from(hex, 'hex')),
        ]) {
          const proof = proveHead(packed, label);
          expect(verifyHead(root, label, proof)).toEqual({ holds: true });
          const record = records.find((one) => one.label.equals(label));
          expect(proof.leaf?.label.equals(label) ?? false).toBe(record !== undefined);
          if (record !== undefined) expect(proof.leaf).toEqual(record);
        }
      }),
      TRIES,
    );
  });

  it('proves nothing else: not of another label, commitment, root or way', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (records, pick, spot) => {
        const record = records[pick % Math.max(1, records.length)];
        if (record === undefined) return;
        const packed = pack(records);
        const root = rootOfHeads(packed);
        const proof = proveHead(packed, record.label);
        const flipped = (bytes: Buffer): Buffer => {
          const copy = Buffer.from(bytes);
          copy[spot % copy.length] = (copy[spot % copy.length] ?? 0) ^ 1;
          return copy;
        };
        const holds = (given: typeof proof, label = record.label, at = root) => verifyHead(at, label, given).holds;
        expect(holds({ ...proof, leaf: null })).toBe(false);
        expect(holds({ ...proof, leaf: { ...record, commitment: flipped(record.commitment) } })).toBe(false);
        expect(holds({ ...proof, leaf: { ...record, label: flipped(record.label) } })).toBe(false);
        expect(holds(proof, record.label, flipped(root))).toBe(false);
        expect(holds({ ...proof, siblings: [...proof.siblings, NO_HEADS] })).toBe(false);
        if (proof.siblings.length > 0) {
          expect(holds({ ...proof, siblings: proof.siblings.slice(1) })).toBe(false);
          expect(holds({ ...proof, siblings: proof.siblings.map((one, i) => (i === 0 ? flipped(one) : one)) })).toBe(
            false,
          );
        }
      }),
      TRIES,
    );
  });

  it('refuses a list that is not sorted, or in which a label stands twice', () => {
    const record = { label: Buffer.alloc(32, 1), commitment: Buffer.alloc(32) };
    expect(() => rootOfHeads(pack([record, record]))).toThrow('sorted');
    expect(() => rootOfHeads(pack([record, { ...record, label: Buffer.alloc(32) }]))).toThrow('sorted');
    expect(() => rootOfHeads(Buffer.alloc(63))).toThrow('cut off');
  });

  it('names and commits to a chain as docs/ledger-format.md has it', () => {
    const id = Buffer.from(ID.replaceAll('-', ''), 'hex');
    const head = Buffer.alloc(32, 5);
    const count = Buffer.from('0000000000000007', 'hex');
    const of = (...parts: Buffer[]) => hash('sha256', Buffer.concat(parts), 'buffer');
    expect(subjectLabel(ID)).toEqual(of(Buffer.from('label/1\0'), id));
    expect(headCommitment(ID, 7, head)).toEqual(of(Buffer.from('head/1\0'), id, count, head));
  });
});
