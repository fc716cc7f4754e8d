import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';

/** Keys of the ledger that are kept outside its database, 32 bytes each. */
export interface LedgerKeys {
  /** Half of the key of every subject; the other half is the subject's own secret. */
  readonly kek: Buffer;
  /** Proves to the sequencer that a slot was appended by us. */
  readonly macKey: Buffer;
}

/** Format of a sealed row, its first byte. */
const SEALED_V1 = 1;
const VERSION = Uint8Array.of(SEALED_V1);
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Key under which a subject's disclosures are sealed: HMAC-SHA-256 of the subject's secret and id under the
 * key encryption key. When the secret is deleted, nothing derives this key again.
 */
export function subjectKey(keys: LedgerKeys, subjectId: SubjectId, secret: Buffer): Buffer {
  return createHmac('sha256', keys.kek).update('subject/1\0').update(secret).update(subjectId).digest();
}

/** The bytes of a sealed row: these parts, one after the other. They are put together where they are sent. */
export type Sealed = readonly [version: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array];

/**
 * Seals the disclosures of one entry with AES-256-GCM. The entry's id is bound in.
 * @param nonce 12 random bytes that are used for nothing else
 */
export function sealDisclosures(key: Buffer, nonce: Buffer, entryId: EntryId, text: string): Sealed {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(entryId, 'latin1'));
  const body = cipher.update(text, 'utf8');
  cipher.final();
  return [VERSION, nonce, body, cipher.getAuthTag()];
}

/** What an entry disclosed is sealed with another key, or was changed. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';

  constructor(
    readonly entryId: EntryId,
    cause: unknown,
  ) {
    super(`what entry ${entryId} disclosed cannot be opened: MASTER_KEY is another, or it was changed`, { cause });
  }
}

/** @throws CannotOpen when the key or the entry is another, or a bit was changed. */
export function openDisclosures(key: Buffer, entryId: EntryId, sealed: Buffer): string {
  try {
    return open(key, entryId, sealed);
  } catch (error) {
    throw new CannotOpen(entryId, error);
  }
}

function open(key: Buffer, entryId: EntryId, sealed: Buffer): string {
  if (sealed[0] !== SEALED_V1 || sealed.length < OVERHEAD) throw new Error('a sealed row of an unknown format');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES));
  decipher.setAAD(Buffer.from(entryId, 'latin1')).setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([body, decipher.final()]).toString('utf8');
}

/** Bytes per entry in the seals of a slot: 16 of id, 32 of leaf hash. */
export const SEAL_BYTES = 48;

/** Seals of a slot with these entries. `leafHash` is base64url. */
export function sealsOf(entries: readonly { readonly id: EntryId; readonly leafHash: string }[]): Buffer {
  const seals = Buffer.allocUnsafe(SEAL_BYTES * entries.length);
  let at = 0;
  for (const { id, leafHash } of entries) {
    seals.write(id.replaceAll('-', ''), at, 'hex');
    seals.write(leafHash, at + 16, 'base64url');
    at += SEAL_BYTES;
  }
  return seals;
}

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

/** The text of the UUID whose 16 bytes begin there. */
export function uuidText(bytes: Buffer, start: number): string {
  const hex = bytes.toString('hex', start, start + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
