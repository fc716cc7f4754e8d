import { type KeyObject, sign } from 'node:crypto';
import { cosignedMessage, readCosignature } from './cosignature.js';
import { Malformed } from './malformed.js';
import { type NoteSignature, parseSignatureLine, writeSignatureLine } from './note-signature.js';
import { readLines, readText } from './text.js';
import { ED25519, isSignedBy, type VerifierKey } from './verifier-key.js';

/** All verifiers take at least 16 signatures (C2SP signed-note, "Format"); we stop where Go's does. */
export const MAX_SIGNATURES = 100;

/** A text and signatures of it (C2SP signed-note). What is signed is the UTF-8 of the text, its last line feed included. */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const FORMAT = 'signed note';

/** @throws Malformed unless this is a note: text, empty line, and lines of signatures, as `writeNote` gives it. */
export function parseNote(input: Uint8Array | string): SignedNote {
  const note = readText(FORMAT, input);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Malformed(FORMAT, 'has a control character');
  // The text may have empty lines; the last one ends it.
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new Malformed(FORMAT, 'has no empty line between text and signatures');
  const lines = readLines(FORMAT, note.slice(end + 2));
  if (lines.length > MAX_SIGNATURES) throw new Malformed(FORMAT, `has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignatureLine) };
}

/** @throws Malformed when a note cannot have this text or these signatures. */
export function writeNote({ text, signatures }: SignedNote): string {
  const note = `${text}\n${signatures.map((signature) => `${writeSignatureLine(signature)}\n`).join('')}`;
  const read = parseNote(note);
  if (read.text !== text) throw new Malformed(FORMAT, 'the text does not end in a line feed');
  return note;
}

/** Signs the text of a note with an Ed25519 key (C2SP signed-note, "Ed25519 signatures"). */
export function signNote(text: string, key: VerifierKey, privateKey: KeyObject): NoteSignature {
  if (key.type !== ED25519) throw new RangeError(`${key.name} is not a key for notes`);
  return { name: key.name, keyId: key.id, signature: sign(null, Buffer.from(text), privateKey) };
}

/** A signature by a known key that is right. `time` is what a cosignature states, in seconds since 1970. */
export interface VerifiedSignature {
  readonly key: VerifierKey;
  readonly time: number | null;
}

export interface CheckedSignatures {
  readonly verified: readonly VerifiedSignature[];
  /** Names and ids of known keys under which stands something else than their signature: reason to refuse the note. */
  readonly wrong: readonly string[];
}

/**
 * Checks every signature of a known key. A line whose name and id together are not those of a known key is passed
 * over, also when one of the two is (C2SP signed-note, "Signatures").
 */
export function checkSignatures({ text, signatures }: SignedNote, keys: readonly VerifierKey[]): CheckedSignatures {
  const verified: VerifiedSignature[] = [];
  const wrong: string[] = [];
  for (const { name, keyId, signature } of signatures) {
    // More than one only if two keys of a name were made to have the same id.
    const known = keys.filter((key) => key.name === name && key.id === keyId);
    if (known.length === 0) continue;
    const right = known.flatMap((key) => verifiedBy(key, text, signature) ?? []);
    if (right.length === 0) wrong.push(`${name}+${keyId.toString(16).padStart(8, '0')}`);
    verified.push(...right);
  }
  return { verified, wrong };
}

function verifiedBy(key: VerifierKey, text: string, signature: Buffer): VerifiedSignature | null {
  if (key.type === ED25519) return isSignedBy(key, Buffer.from(text), signature) ? { key, time: null } : null;
  const cosignature = readCosignature(signature);
  if (cosignature === null) return null;
  const { time, signature: ed25519 } = cosignature;
  return isSignedBy(key, cosignedMessage(text, time), ed25519) ? { key, time } : null;
}
