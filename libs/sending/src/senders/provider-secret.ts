import { type KeyRing, seal, unseal } from '#lib/platform';
import type { SigningKey } from '../events-out/domain/signing-keys.js';

/** The secret of a provider as it is stored; it opens for this provider only. */
export function sealProviderSecret(keys: KeyRing, providerId: string, secret: object): Buffer {
  return seal(keys.secrets, Buffer.from(JSON.stringify(secret)), context(providerId));
}

/** @throws Error when it was sealed for another provider or under another key. */
export function openProviderSecret(keys: KeyRing, providerId: string, sealed: Buffer): unknown {
  return JSON.parse(unseal(keys.secrets, sealed, context(providerId)).toString());
}

/** The signing keys of an endpoint of events as they are stored; they open for this endpoint only. */
export function sealEndpointKeys(keys: KeyRing, endpointId: string, signing: readonly SigningKey[]): Buffer {
  return seal(keys.secrets, Buffer.from(JSON.stringify(signing)), endpointContext(endpointId));
}

/** @throws Error when they were sealed for another endpoint or under another key. */
export function openEndpointKeys(keys: KeyRing, endpointId: string, sealed: Buffer): SigningKey[] {
  return JSON.parse(unseal(keys.secrets, sealed, endpointContext(endpointId)).toString()) as SigningKey[];
}

function context(providerId: string): string {
  return `sending.provider/${providerId}`;
}

function endpointContext(endpointId: string): string {
  return `sending.event_endpoint/${endpointId}`;
}
