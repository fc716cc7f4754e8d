import type { EpochMs } from '#lib/kernel';
import { readEntry } from '#lib/proof';

/** The id of an entry, and when it says to have been appended. @throws Malformed when the bytes are no entry. */
export function stated(leaf: Uint8Array): { readonly id: string; readonly at: EpochMs } {
  const { id, at } = readEntry(leaf).clear;
  // readEntry has seen that both are texts of their forms.
  return { id: typeof id === 'string' ? id : '', at: Date.parse(typeof at === 'string' ? at : '') };
}
