import { canonicalHash, type Json } from '../../canonical-hash.js';
import { type Cell, cellKey } from './cells.js';
import type { PreferenceFacts } from './preference-facts.js';

/** Of what a page shows: a wish that was made on another version is asked about again. */
export function versionOf({ fields, points }: PreferenceFacts, cells: readonly Cell[]): string {
  const { language, pausedUntil, wishes } = fields;
  const shown = {
    fields: { language, pausedUntil, wishes: wishes as Json },
    points: points.map(({ id }) => id),
    cells: cells.map((cell) => `${cellKey(cell)} ${cell.on}`),
  };
  return canonicalHash(shown).toString('base64url').slice(0, 16);
}
