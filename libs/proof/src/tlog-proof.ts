import { parseSignedCheckpoint, type SignedCheckpoint, writeCheckpoint } from './checkpoint.js';
import { Malformed } from './malformed.js';
import { HASH_BYTES } from './merkle.js';
import { writeNote } from './signed-note.js';
import { assertSize, MAX_TEXT_BYTES, readBase64, readDecimal, readHash, readLines, readText } from './text.js';

/** All that shows one entry to be in a log, but for the entry and the keys one trusts: a `.tlog-proof` file (C2SP tlog-proof). */
export interface TlogProof extends SignedCheckpoint {
  /** Nobody signs it. Null when there is none. */
  readonly extra: Buffer | null;
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
}

/** More hashes than this lead to no root of a tree that fits in 64 bits (and C2SP tlog-witness takes no more). */
export const MAX_PROOF_HASHES = 63;

const FORMAT = 'tlog-proof';
const HEADER = 'c2sp.org/tlog-proof@v1';
const EXTRA = 'extra ';
const INDEX = 'index ';

/** @throws Malformed for every text that `writeTlogProof` does not give. */
export function parseTlogProof(input: Uint8Array | string): TlogProof {
  const text = readText(FORMAT, input);
  const end = text.indexOf('\n\n');
  if (end < 0) throw new Malformed(FORMAT, 'has no empty line before the checkpoint');
  const [header, ...rest] = readLines(FORMAT, text.slice(0, end + 1));
  if (header !== HEADER) throw new Malformed(FORMAT, `does not start with ${HEADER}`);

  const [first = ''] = rest;
  const extra = first.startsWith(EXTRA) ? readBase64(FORMAT, 'extra', first.slice(EXTRA.length)) : null;
  if (extra?.length === 0) throw new Malformed(FORMAT, 'has an extra line with nothing on it');
  const [index = '', ...hashes] = extra === null ? rest : rest.slice(1);
  if (!index.startsWith(INDEX)) throw new Malformed(FORMAT, 'has no index line where it belongs');
  return {
    extra,
    index: readDecimal(FORMAT, 'the index', index.slice(INDEX.length)),
    hashes: readHashes(FORMAT, hashes),
    ...parseSignedCheckpoint(text.slice(end + 2)),
  };
}

/** @throws RangeError when this cannot be written as a proof. */
export function writeTlogProof({ extra, index, hashes, checkpoint, note }: TlogProof): string {
  assertSize(index);
  if (writeCheckpoint(checkpoint) !== note.text) throw new RangeError('the note is not the checkpoint');
  if (extra?.length === 0) throw new RangeError('extra data is not empty');
  const extraLine = extra === null ? '' : `${EXTRA}${extra.toString('base64')}\n`;
  const text = `${HEADER}\n${extraLine}${INDEX}${index}\n${writeHashLines(hashes)}\n${writeNote(note)}`;
  if (Buffer.byteLength(text) > MAX_TEXT_BYTES) throw new RangeError(`a proof has at most ${MAX_TEXT_BYTES} bytes`);
  return text;
}

/** The hashes of a proof, one to a line in base64, as C2SP tlog-witness sends consistency proofs; none is no text. */
export function writeHashLines(hashes: readonly Uint8Array[]): string {
  if (hashes.length > MAX_PROOF_HASHES) throw new RangeError(`a proof has at most ${MAX_PROOF_HASHES} hashes`);
  if (hashes.some(({ length }) => length !== HASH_BYTES)) throw new RangeError(`a hash has ${HASH_BYTES} bytes`);
  return hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
}

export function parseHashLines(input: Uint8Array | string): Buffer[] {
  const text = readText('hash lines', input);
  return text === '' ? [] : readHashes('hash lines', readLines('hash lines', text));
}

function readHashes(format: string, lines: readonly string[]): Buffer[] {
  if (lines.length > MAX_PROOF_HASHES) throw new Malformed(format, `has more than ${MAX_PROOF_HASHES} hashes`);
  return lines.map((line) => readHash(format, 'a hash', line));
}
