import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { randomBytesPooled } from '../random.js';

/** What each derived key is for. A label is never reused for something else. */
const LABELS = {
  links: 'consent-gateway/links/1',
  addresses: 'consent-gateway/addresses/1',
  secrets: 'consent-gateway/secrets/1',
  ledgerKek: 'consent-gateway/ledger-kek/1',
  ledgerMac: 'consent-gateway/ledger-mac/1',
  sessions: 'consent-gateway/sessions/1',
  apiKeys: 'consent-gateway/api-keys/1',
} as const;

/** The keys of a deployment, each 32 bytes, derived from the master key (HKDF-SHA-256, RFC 5869). */
export type KeyRing = { readonly [Name in keyof typeof LABELS]: Buffer };

export function deriveKeys(masterKey: Buffer): KeyRing {
  const derive = (label: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), label, 32));
  return {
    links: derive(LABELS.links),
    addresses: derive(LABELS.addresses),
    secrets: derive(LABELS.secrets),
    ledgerKek: derive(LABELS.ledgerKek),
    ledgerMac: derive(LABELS.ledgerMac),
    sessions: derive(LABELS.sessions),
    apiKeys: derive(LABELS.apiKeys),
  };
}

/** Injection token of the key ring. */
export const KEY_RING = Symbol('KeyRing');

/** Keyed hash of a normalised address: finds it again, and says nothing to whoever lacks the key. */
export function hashAddress(key: Buffer, brandId: string, channel: string, normalizedAddress: string): Buffer {
  return createHmac('sha256', key).update(`${brandId}\n${channel}\n${normalizedAddress}`).digest();
}

/** Seals a secret: 12-byte nonce, AES-256-GCM ciphertext, 16-byte tag. `context` must be the same to open it. */
export function seal(key: Buffer, plain: Buffer, context: string): Buffer {
  const nonce = randomBytesPooled(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when the key or the context is another, or a bit was changed. */
export function unseal(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}
