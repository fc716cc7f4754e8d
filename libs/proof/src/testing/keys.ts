import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type SignatureType, type VerifierKey, verifierKey } from '../verifier-key.js';

export interface KeyPair {
  readonly key: VerifierKey;
  readonly privateKey: KeyObject;
}

/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 pair whose private key is 32 times this byte: for tests and examples, where everybody may know it. */
export function keyPair(name: string, type: SignatureType, byte: number): KeyPair {
  const key = Buffer.concat([PKCS8, Buffer.alloc(32, byte)]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { key: verifierKey(name, type, publicKey), privateKey };
}
