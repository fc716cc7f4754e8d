import { CHANNELS } from '#lib/kernel';
import { hashAddress } from '#lib/platform';
import { checkAddress } from './domain/address.js';

/** The keyed hash by which an address is found; null for what is no address of the channel, or is of none that there is. */
export function addressHashOf(key: Buffer, brandId: string, channel: string, address: string): Buffer | null {
  const known = CHANNELS.find((one) => one === channel);
  const checked = known === undefined ? null : checkAddress(known, address);
  return checked?.ok === true ? hashAddress(key, brandId, channel, checked.normalized) : null;
}
