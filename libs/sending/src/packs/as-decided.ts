import type { Pack, PackStamp, ReferenceData } from '#lib/decision';
import { installedPacks } from './installed-packs.js';

const references = new WeakMap<ReferenceData, WeakMap<readonly Pack[], ReferenceData>>();

/**
 * The world as it was for a decision: with the editions of the packs that its record names, and no others. Null when
 * one of them is not there any more. The same object for the same editions, so that what is worked out is remembered.
 */
export function asDecided(reference: ReferenceData, stamps: readonly PackStamp[] = []): ReferenceData | null {
  const packs = installedPacks().editions(stamps);
  if (packs === null) return null;
  const byPacks = references.get(reference) ?? new WeakMap<readonly Pack[], ReferenceData>();
  references.set(reference, byPacks);
  const known = byPacks.get(packs) ?? { ...reference, packs };
  byPacks.set(packs, known);
  return known;
}
