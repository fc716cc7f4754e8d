import { type KeyObject, sign } from 'node:crypto';
import type { NoteSignature } from './note-signature.js';
import { COSIGNATURE_V1, type VerifierKey } from './verifier-key.js';

/** A time of 8 bytes and an Ed25519 signature of 64 (`timestamped_signature` of C2SP tlog-cosignature, "Format"). */
const COSIGNATURE_BYTES = 72;

export interface Cosignature {
  /** Seconds since 1970 by the witness's clock. */
  readonly time: number;
  readonly signature: Buffer;
}

/**
 * What a witness signs (C2SP tlog-cosignature, "Ed25519 signed message"): that at this time this was the largest tree
 * it had seen of the log, and that all it had seen before are beginnings of it.
 */
export function cosignedMessage(checkpoint: string, time: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${checkpoint}`);
}

/** Null when these are not the bytes of one. Times from 2^53 seconds on are refused, though the format has room for them. */
export function readCosignature(bytes: Buffer): Cosignature | null {
  if (bytes.length !== COSIGNATURE_BYTES) return null;
  const time = Number(bytes.readBigUInt64BE(0));
  return Number.isSafeInteger(time) ? { time, signature: bytes.subarray(8) } : null;
}

/** Cosigns the text of a checkpoint, as a witness that has checked it does. */
export function cosign(checkpoint: string, key: VerifierKey, privateKey: KeyObject, time: number): NoteSignature {
  if (key.type !== COSIGNATURE_V1) throw new RangeError(`${key.name} is not a key for cosignatures`);
  if (!Number.isSafeInteger(time) || time < 0) throw new RangeError('a time is whole seconds since 1970');
  const seconds = Buffer.alloc(8);
  seconds.writeBigUInt64BE(BigInt(time));
  const signature = Buffer.concat([seconds, sign(null, cosignedMessage(checkpoint, time), privateKey)]);
  return { name: key.name, keyId: key.id, signature };
}
