import { z } from 'zod';
import { Key, MixedKey } from '../http/scalars.schema.js';

/** Path of a resource by its key. */
export const KeyPath = z.strictObject({ key: Key });
export type KeyPath = z.infer<typeof KeyPath>;

export const MixedKeyPath = z.strictObject({ key: MixedKey });
export type MixedKeyPath = z.infer<typeof MixedKeyPath>;

/** A published version is asked for by number; without one the latest is answered. */
export const VersionQuery = z.strictObject({
  version: z.coerce.number().int().min(1).max(2_000_000_000).optional().meta({ description: 'Left out: the latest.' }),
});
export type VersionQuery = z.infer<typeof VersionQuery>;

export const Version = z.int().min(1).meta({ id: 'Version', description: 'Counted from 1; a version never changes.' });

export const Hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ id: 'Hash', description: 'SHA-256 in hexadecimal.' });

/** Whether a cursor is a place in a list of versions. */
export function isVersionPosition(position: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{0,62}:\d{1,9}$/.test(position);
}
