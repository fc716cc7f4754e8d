import { type SigningKey, signingKey } from '../signing-key.js';
import type { SignatureType } from '../verifier-key.js';

/** The Ed25519 pair whose private key is 32 times this byte: for tests and examples, where everybody may know it. */
export const keyPair = (name: string, type: SignatureType, byte: number): SigningKey =>
  signingKey(name, type, Buffer.alloc(32, byte));
