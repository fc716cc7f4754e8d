import { verifyEd25519 } from './ed25519.js';
import { PortableBuffer } from './portable-buffer.js';
import { sha256 } from './sha2.js';

/** What this library uses of node:crypto, for browsers; whoever bundles it for one puts this in its place. */

export function hash(algorithm: string, data: Uint8Array | string, encoding: string): PortableBuffer | string {
  if (algorithm !== 'sha256') throw new RangeError(`there is no ${algorithm} here`);
  const digest = PortableBuffer.from(sha256(typeof data === 'string' ? PortableBuffer.from(data) : data));
  return encoding === 'buffer' ? digest : digest.toString(encoding);
}

interface PublicKey {
  readonly raw: Uint8Array;
}

export function createPublicKey({ key }: { readonly key: { readonly x: string } }): PublicKey {
  return { raw: PortableBuffer.from(key.x, 'base64url') };
}

export function verify(_algorithm: null, data: Uint8Array, { raw }: PublicKey, signature: Uint8Array): boolean {
  return verifyEd25519(data, signature, raw);
}

/** Nobody signs anything in a browser. */
export function sign(): never {
  throw new Error('there are no private keys here');
}
export const createPrivateKey = sign;
