import { type KeyRing, seal, unseal } from '#lib/platform';

/** The secret of a provider as it is stored; it opens for this provider only. */
export function sealProviderSecret(keys: KeyRing, providerId: string, secret: object): Buffer {
  return seal(keys.secrets, Buffer.from(JSON.stringify(secret)), context(providerId));
}

/** @throws Error when it was sealed for another provider or under another key. */
export function openProviderSecret(keys: KeyRing, providerId: string, sealed: Buffer): unknown {
  return JSON.parse(unseal(keys.secrets, sealed, context(providerId)).toString());
}

function context(providerId: string): string {
  return `sending.provider/${providerId}`;
}
