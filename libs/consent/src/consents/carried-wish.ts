import { createHmac } from 'node:crypto';
import type { EpochMs } from '#lib/kernel';
import { toIso, type Tx } from '#lib/platform';

/**
 * Whether a wish that was kept elsewhere is carried out for the first time, in the transaction that carries it out. Of two
 * processes that took up the same one, the second waits here for the first, and is told no once that has committed.
 * @param id of the wish: drawn when it was kept, or made of its name
 */
export async function isFirstTime(tx: Tx, id: string, now: EpochMs): Promise<boolean> {
  const rows = await tx.sql`
    INSERT INTO consent.carried_wish (id, carried_at) VALUES (${id}::uuid, ${toIso(now)}) ON CONFLICT DO NOTHING RETURNING id`;
  return rows.length > 0;
}

/**
 * The id of a wish that has a name where it comes from: the same for the same, however often it is brought, and another
 * where anything else of it is. A keyed hash as a UUID of version 8 (RFC 9562, 5.8), because names may hold addresses.
 */
export function wishNamed(key: Buffer, ...names: readonly string[]): string {
  const hash = createHmac('sha256', key)
    .update(JSON.stringify(['wish', ...names]))
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
