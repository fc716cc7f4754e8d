import { Malformed } from './malformed.js';
import { readBase64, readText } from './text.js';
import { isKeyName } from './verifier-key.js';

/** A line below the text of a note: who says to have signed it, with which key, and the signature. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Buffer;
}

const FORMAT = 'signature line';
const START = '\u2014 ';

/** One line below a note, without its line feed. A witness answers with such lines. */
export function parseSignatureLine(line: string): NoteSignature {
  readText(FORMAT, line);
  const [name = '', encoded, ...more] = line.startsWith(START) ? line.slice(START.length).split(' ') : [];
  if (encoded === undefined || more.length > 0) throw new Malformed(FORMAT, 'not dash, name and signature');
  if (!isKeyName(name)) throw new Malformed(FORMAT, 'has no name that a key can have');
  const bytes = readBase64(FORMAT, 'the signature', encoded);
  if (bytes.length < 5) throw new Malformed(FORMAT, 'the signature has less than 5 bytes');
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) };
}

export function writeSignatureLine({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(keyId);
  return `${START}${name} ${Buffer.concat([id, signature]).toString('base64')}`;
}
