import { Malformed } from './malformed.js';
import { EMPTY_ROOT, HASH_BYTES } from './merkle.js';
import { parseNote, type SignedNote } from './signed-note.js';
import { assertSize, readDecimal, readHash, readLines } from './text.js';

/** What a log says of itself: that its first `size` entries have this root (C2SP tlog-checkpoint, "Note text"). */
export interface Checkpoint {
  /** Which log it is. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** Lines that mean nothing to us. */
  readonly extensions: readonly string[];
}

/** A checkpoint as it stands in the text of a signed note. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: SignedNote;
}

const FORMAT = 'checkpoint';
/** All but the line feed. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;

/** The text of a note that is a checkpoint. @throws Malformed, also when an empty tree has not the one root it can have. */
export function parseCheckpoint(text: string): Checkpoint {
  const checkpoint = parseClaim(text);
  if (checkpoint.size === 0 && !checkpoint.root.equals(EMPTY_ROOT)) {
    throw new Malformed(FORMAT, 'an empty tree has another root');
  }
  return checkpoint;
}

/** Of the form of a checkpoint, whatever root it gives an empty tree. */
function parseClaim(text: string): Checkpoint {
  const [origin = '', size, root, ...extensions] = readLines(FORMAT, text);
  if (size === undefined || root === undefined) throw new Malformed(FORMAT, 'has less than three lines');
  if ([origin, ...extensions].includes('')) throw new Malformed(FORMAT, 'has an empty line');
  if (CONTROL.test(text)) throw new Malformed(FORMAT, 'has a control character');
  return {
    origin,
    size: readDecimal(FORMAT, 'the size', size),
    root: readHash(FORMAT, 'the root', root),
    extensions,
  };
}

/** @throws RangeError when this cannot be a checkpoint. */
export function writeCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  assertSize(size);
  const lines = [origin, String(size), root.toString('base64'), ...extensions];
  if (root.length !== HASH_BYTES) throw new RangeError(`a root has ${HASH_BYTES} bytes`);
  if (lines.some((line) => line === '' || line.includes('\n') || CONTROL.test(line))) {
    throw new RangeError('origin and extensions are lines that are not empty');
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** @throws Malformed unless this is a signed note and its text a checkpoint. Whether the signatures are right is not asked. */
export function parseSignedCheckpoint(input: Uint8Array | string): SignedCheckpoint {
  const note = parseNote(input);
  return { checkpoint: parseCheckpoint(note.text), note };
}

/** For whoever judges what a log has signed, and answers: an empty tree with another root is no slip of the pen. @throws Malformed */
export function parseSignedClaim(input: Uint8Array | string): SignedCheckpoint {
  const note = parseNote(input);
  return { checkpoint: parseClaim(note.text), note };
}
