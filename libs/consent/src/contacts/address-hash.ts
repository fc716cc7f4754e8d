import type { Channel } from '#lib/kernel';
import { hashAddress } from '#lib/platform';
import { checkAddress } from './domain/address.js';

/** The keyed hash by which an address is found; null for what is no address of the channel. */
export function addressHashOf(key: Buffer, brandId: string, channel: string, address: string): Buffer | null {
  const checked = checkAddress(channel as Channel, address);
  return checked.ok ? hashAddress(key, brandId, channel, checked.normalized) : null;
}
