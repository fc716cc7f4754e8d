import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Malformed } from './malformed.js';
import { readBase64, readText } from './text.js';
import {
  COSIGNATURE_V1,
  ED25519,
  PUBLIC_KEY_BYTES,
  type SignatureType,
  type VerifierKey,
  verifierKey,
} from './verifier-key.js';

/** A key that signs, with what its signatures are verified by. */
export interface SigningKey {
  readonly key: VerifierKey;
  readonly privateKey: KeyObject;
}

const FORMAT = 'signing key';
const START = 'PRIVATE+KEY+';
/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Bytes of an Ed25519 private key (RFC 8032, section 5.1.5). */
export const SEED_BYTES = 32;

/** The key whose private half are these 32 bytes, which nobody else must know. */
export function signingKey(name: string, type: SignatureType, seed: Uint8Array): SigningKey {
  if (seed.length !== SEED_BYTES) throw new RangeError(`a private key has ${SEED_BYTES} bytes`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-PUBLIC_KEY_BYTES);
  return { key: verifierKey(name, type, publicKey), privateKey };
}

/** `PRIVATE+KEY+<name>+<id in hex>+<base64 of type and private key>`, as Go's sumdb/note writes it. */
export function writeSigningKey({ key, privateKey }: SigningKey): string {
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-SEED_BYTES);
  const material = Buffer.concat([Buffer.of(key.type), seed]).toString('base64');
  return `${START}${key.name}+${hexId(key.id)}+${material}`;
}

/** @throws Malformed, without a word of the key. */
export function parseSigningKey(text: string): SigningKey {
  if (!readText(FORMAT, text).startsWith(START)) throw new Malformed(FORMAT, `does not start with ${START}`);
  const [name = '', id = '', ...material] = text.slice(START.length).split('+');
  const bytes = readBase64(FORMAT, 'the key', material.join('+'));
  const type = bytes[0];
  if (type !== ED25519 && type !== COSIGNATURE_V1) throw new Malformed(FORMAT, 'is of a type that is not used here');
  if (bytes.length !== 1 + SEED_BYTES) throw new Malformed(FORMAT, `a private key has ${SEED_BYTES} bytes`);
  let made: SigningKey;
  try {
    made = signingKey(name, type, bytes.subarray(1));
  } catch {
    throw new Malformed(FORMAT, 'has no name that a key can have');
  }
  if (hexId(made.key.id) !== id) throw new Malformed(FORMAT, 'the id is not that of name, type and key');
  return made;
}

const hexId = (id: number): string => id.toString(16).padStart(8, '0');
