import { createPublicKey, hash, verify } from 'node:crypto';
import { Malformed } from './malformed.js';
import { readBase64, readText } from './text.js';

/** Types of signature that this library verifies (C2SP signed-note, "Signature types"); it takes no key of another. */
export const ED25519 = 0x01;
/** Ed25519 with a time, over a checkpoint (C2SP tlog-cosignature). */
export const COSIGNATURE_V1 = 0x04;
export type SignatureType = typeof ED25519 | typeof COSIGNATURE_V1;

/** Bytes of an Ed25519 public key (RFC 8032, section 5.1.5). */
export const PUBLIC_KEY_BYTES = 32;

/** Whose signature a verifier knows, and how to check it. */
export interface VerifierKey {
  readonly name: string;
  readonly type: SignatureType;
  readonly publicKey: Buffer;
  /** First four bytes of SHA-256(name || LF || type || public key), big-endian. It identifies, and proves nothing. */
  readonly id: number;
}

const FORMAT = 'verifier key';

/** Key names are not empty and have no Unicode space, no plus and no ASCII control character (C2SP signed-note, "Format"). */
export const isKeyName = (name: string): boolean =>
  name !== '' && !/[\p{White_Space}\p{Surrogate}+\u0000-\u001f]/u.test(name);

/** @throws RangeError when this is no name, or not the 32 bytes of a public key. */
export function verifierKey(name: string, type: SignatureType, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new RangeError(`${JSON.stringify(name)} cannot name a key`);
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError(`a public key has ${PUBLIC_KEY_BYTES} bytes`);
  const digest = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]), 'buffer');
  return { name, type, publicKey: Buffer.from(publicKey), id: digest.readUInt32BE(0) };
}

/** `<name>+<id in hex>+<base64 of type and public key>` (C2SP signed-note, "Verifier keys"). */
export function writeVerifierKey({ name, type, publicKey, id }: VerifierKey): string {
  return `${name}+${hexId(id)}+${Buffer.concat([Buffer.of(type), publicKey]).toString('base64')}`;
}

/** @throws Malformed also when the id is not the one of name, type and key, or the type is none that we verify. */
export function parseVerifierKey(text: string): VerifierKey {
  const [name = '', id = '', material = '', ...more] = readText(FORMAT, text).split('+');
  // Base64 has pluses of its own.
  const bytes = readBase64(FORMAT, 'the key', [material, ...more].join('+'));
  if (!isKeyName(name)) throw new Malformed(FORMAT, 'has no name that a key can have');
  if (!/^[0-9a-f]{8}$/.test(id)) throw new Malformed(FORMAT, 'the id is not 8 lower-case hex digits');
  const type = bytes[0];
  if (type !== ED25519 && type !== COSIGNATURE_V1) throw new Malformed(FORMAT, `type ${type} is not verified here`);
  if (bytes.length !== 1 + PUBLIC_KEY_BYTES) throw new Malformed(FORMAT, `a public key has ${PUBLIC_KEY_BYTES} bytes`);
  const key = verifierKey(name, type, bytes.subarray(1));
  if (hexId(key.id) !== id) throw new Malformed(FORMAT, `the id of name, type and key is ${hexId(key.id)}`);
  return key;
}

const hexId = (id: number): string => id.toString(16).padStart(8, '0');

/** Whether these 64 bytes are the key's Ed25519 signature of the message (RFC 8032, section 5.1.7). */
export function isSignedBy(key: VerifierKey, message: Uint8Array, signature: Uint8Array): boolean {
  const x = key.publicKey.toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, publicKey, signature);
}
