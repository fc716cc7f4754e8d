import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';
import { randomBytesPooled } from '#lib/platform';

/** Keys of the ledger that are kept outside its database, 32 bytes each. */
export interface LedgerKeys {
  /** Half of the key of every subject; the other half is the subject's own secret. */
  readonly kek: Buffer;
  /** Proves to the sequencer that a slot was appended by us. */
  readonly macKey: Buffer;
}

/** Format of a sealed row, its first byte. */
const SEALED_V1 = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Key under which a subject's disclosures are sealed: HMAC-SHA-256 of the subject's secret and id under the
 * key encryption key. When the secret is deleted, nothing derives this key again.
 */
export function subjectKey(keys: LedgerKeys, subjectId: SubjectId, secret: Buffer): Buffer {
  return createHmac('sha256', keys.kek).update('subject/1\0').update(secret).update(subjectId).digest();
}

/** Seals the disclosures of one entry: version, nonce, AES-256-GCM ciphertext, tag. The entry's id is bound in. */
export function sealDisclosures(key: Buffer, entryId: EntryId, text: string): Buffer {
  const nonce = randomBytesPooled(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(entryId, 'latin1'));
  const body = cipher.update(text, 'utf8');
  cipher.final();
  const sealed = Buffer.allocUnsafe(OVERHEAD + body.length);
  sealed[0] = SEALED_V1;
  nonce.copy(sealed, 1);
  body.copy(sealed, 1 + NONCE_BYTES);
  cipher.getAuthTag().copy(sealed, 1 + NONCE_BYTES + body.length);
  return sealed;
}

/** @throws Error when the key or the entry is another, or a bit was changed. */
export function openDisclosures(key: Buffer, entryId: EntryId, sealed: Buffer): string {
  if (sealed[0] !== SEALED_V1 || sealed.length < OVERHEAD) throw new Error('a sealed row of an unknown format');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES));
  decipher.setAAD(Buffer.from(entryId, 'latin1')).setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([body, decipher.final()]).toString('utf8');
}

/** Bytes per entry in the seals of a slot: 16 of id, 32 of leaf hash. */
export const SEAL_BYTES = 48;

/** MAC of a slot: HMAC-SHA-256 of its brand (16 bytes, zeros for none) and its seals. */
export function slotMac(keys: LedgerKeys, brandId: BrandId | null, seals: Buffer): Buffer {
  return createHmac('sha256', keys.macKey)
    .update(brandId === null ? NO_BRAND : uuidBytes(brandId))
    .update(seals)
    .digest();
}
const NO_BRAND = Buffer.alloc(16);

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The text of a UUID from its 16 bytes. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
